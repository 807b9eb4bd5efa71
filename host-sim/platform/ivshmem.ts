/** The ivshmem driver: one window of device addresses, rings and buffers in fixed places, the rest from a pool. */
import { RegionUse, regionsFor } from '../../boards/board.js';
import { daToPa, da as toDa } from '../../runtime/abi/address.js';
import { pageAlign } from '../../runtime/abi/pages.js';
import {
  FW_RSC_ADDR_ANY,
  FwRscCarveout,
  FwRscVdev,
  FwRscVdevVring,
  RSC_CARVEOUT,
  RSC_VDEV,
} from '../../runtime/abi/resource-table.js';
import { vringLayout, vringSize } from '../../runtime/abi/vring.js';
import type { Mapping } from '../remoteproc/elf-loader.js';
import { memEntry } from '../remoteproc/mem-entry.js';
import type { Rproc } from '../remoteproc/rproc.js';
import { parseElfTable } from '../remoteproc/table.js';
import { tableEntries } from '../remoteproc/table-entries.js';
import type { SocMemory } from '../soc/memory.js';
import { mapped, physical, runningTable } from './regions.js';
import type { DriverParts, SocDriver } from './soc-driver.js';

/** How long a stop waits for `remote_state` to become 0, ms. */
const STOP_MS = 200;

/** Calls stand for the mailbox at the end of the memory file. */
export function ivshmemDriver({ board, memory, doorbell, stop, kick }: DriverParts): SocDriver {
  /** `attach_table_da` and `attach_table_len` of the mailbox, which the remote has written. */
  const table = runningTable(memory);
  return {
    ops: {
      prepare(rproc) {
        for (const region of regionsFor(board, RegionUse.named)) {
          const { name, da, len } = region;
          rproc.carveouts.push(memEntry({ name, da, len, pa: physical(region) }));
        }
        return 0;
      },
      daToVa: (_rproc, da, len): Mapping | undefined => {
        const address = daToPa(memory.ranges, toDa(Number(da)), len);
        return address === undefined ? undefined : mapped(memory, address, len);
      },
      parseFw(rproc, fw) {
        const result = parseElfTable(rproc, fw);
        if (result === 0) registerFixedCarveouts(rproc, memory);
        return result;
      },
      kick: (rproc, notifyid) => void kick(rproc, notifyid),
      /** `host_state` 2: the driver says nothing about a remote that does not answer. A crashed one has stopped already. */
      async stop(rproc) {
        if (rproc.state !== 'crashed' && doorbell.canAsk) await doorbell.ask('shutdown', STOP_MS);
        return stop(rproc);
      },
      /** `host_state` 4: nobody waits. */
      async detach() {
        if (doorbell.canAsk) await doorbell.ask('detach', 0);
        return 0;
      },
      getLoadedRscTable: () => table.mapping,
    },
    crashType: ({ type }) => type,
    found: (_rproc, found) => table.set(found?.da, found?.bytes.length),
  };
}

/** What has a fixed address in the window is registered there, so that its entry finds it by name. */
function registerFixedCarveouts(rproc: Rproc, memory: SocMemory): void {
  const table = rproc.cachedTable!;
  let vdevs = 0;
  for (const { type, body } of tableEntries(table)) {
    if (type === RSC_VDEV) registerFixedVrings(rproc, memory, table, body, vdevs++);
    if (type !== RSC_CARVEOUT || body + FwRscCarveout.size > table.length) continue;
    const { name, da, len } = FwRscCarveout.unpack(table, body);
    const address = da === FW_RSC_ADDR_ANY ? undefined : daToPa(memory.ranges, toDa(da), len);
    if (address === undefined || rproc.findCarveoutByName(name)) continue;
    rproc.carveouts.push(memEntry({ name, da, len, pa: address }));
  }
}

/** A vring with a fixed address in the window lies there, and not in the region of its name. */
function registerFixedVrings(rproc: Rproc, memory: SocMemory, table: Uint8Array, at: number, index: number) {
  if (at + FwRscVdev.size > table.length) return;
  for (let i = 0; i < FwRscVdev.unpack(table, at).num_of_vrings; i++) {
    const vringAt = at + FwRscVdev.size + i * FwRscVdevVring.size;
    if (vringAt + FwRscVdevVring.size > table.length) return;
    const { da, num, align } = FwRscVdevVring.unpack(table, vringAt);
    if (da === FW_RSC_ADDR_ANY || num === 0 || align === 0) continue;
    const name = `vdev${index}vring${i}`;
    const len = pageAlign(Math.max(vringSize(num, align), vringLayout(num, align, da).size));
    const address = daToPa(memory.ranges, toDa(da), len);
    if (address === undefined) continue;
    rproc.carveouts = rproc.carveouts.filter((entry) => entry.name !== name);
    rproc.carveouts.push(memEntry({ name, da, len, pa: address }));
  }
}

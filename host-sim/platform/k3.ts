/** drivers/remoteproc/ti_k3_{common,r5,m4}: internal RAM by two views, reserved regions at da = (u32)pa, no carveouts. */
import { type Board, type MemoryRegion, RegionUse } from '../../boards/board.js';
import { RpMbox } from '../../boards/mailbox/registers/omap-mailbox.js';
import { K3_ATTACH_TABLE_BYTES } from '../../boards/ti/k3.js';
import { type Pa, pa } from '../../runtime/abi/address.js';
import { ENOMEM } from '../errno.js';
import type { Mapping } from '../remoteproc/elf-loader.js';
import type { Rproc, RprocOps } from '../remoteproc/rproc.js';
import { clear, internalRegions, mapped, mappedNow, physical, reservedRegions } from './regions.js';
import type { DriverParts, SocDriver } from './soc-driver.js';

/** The table is mandatory: the drivers have the core's ELF operations. */
export function k3Driver(parts: DriverParts): SocDriver {
  const { board, memory, doorbell, start, attach, kick } = parts;
  const isR5 = board.linux.driver === 'ti_k3_r5';
  /** The firmware's memory, `memory-region[1]`. */
  const [, firmware] = deviceTreeOrder(board);
  let pinged = false;

  /**
   * Asks the core for an echo: the word waits in the FIFO until the core runs. Before 6.12 the R5F's channel is requested at
   * each start, in 6.12 once, when the driver is bound; the M4F's driver sends it at each start and attach. Not after 6.12.
   */
  function ping({ kernel }: Rproc): void {
    const once = isR5 && kernel.version === '6.12';
    if (kernel.version === '7.2' || (once && pinged)) return;
    pinged = true;
    doorbell.echo();
  }

  const ops: Partial<RprocOps> = {
    prepare(rproc) {
      // Both TCMs are cleared, by the hardware or by the driver.
      if (isR5 && rproc.state !== 'detached')
        for (const region of internalRegions(board)) clear(memory, region);
      return 0;
    },
    start(rproc, what) {
      ping(rproc);
      return start(rproc, what);
    },
    kick(rproc, notifyid) {
      const status = kick(rproc, notifyid);
      if (status === 0) return;
      rproc.kernel.log.err(rproc.parent, `failed to send mailbox message, status = ${status}`);
    },
    daToVa(_rproc, da, len): Mapping | undefined {
      if (len === 0) return undefined;
      const at = translate(board, Number(da), len);
      return at === undefined ? undefined : mapped(memory, at, len);
    },
    attach(rproc) {
      ping(rproc);
      return attach(rproc);
    },
    /** Nothing: the core goes on. */
    detach: async () => 0,
    getLoadedRscTable(rproc) {
      if (firmware) return mappedNow(memory, physical(firmware), K3_ATTACH_TABLE_BYTES);
      const missing = "memory-region #1 does not exist, loaded rsc table can't be found";
      rproc.kernel.log.err(rproc.parent, missing);
      return -ENOMEM;
    },
  };
  return {
    ops,
    /** `k3_rproc_mbox_callback()`. */
    word(rproc, word) {
      const { log, version } = rproc.kernel;
      // The common code of all K3 drivers came after 6.12.
      const name = isR5 && version !== '7.2' ? 'K3 R5F rproc' : 'K3 rproc';
      if (word === RpMbox.CRASH) log.err(rproc.parent, `${name} ${rproc.name} crashed`);
      if (word === RpMbox.ECHO_REPLY) log.info(rproc.parent, `received echo reply from ${rproc.name}`);
    },
    // A crash message is logged and that is all.
    crashType: () => undefined,
    /** IPC-only mode: the R5F's driver gives up starting and stopping; the table is where the firmware was linked. */
    found(rproc) {
      if (firmware) memory.reserve(physical(firmware), K3_ATTACH_TABLE_BYTES);
      if (!isR5) return;
      delete rproc.ops.prepare;
      delete rproc.ops.stop;
    },
  };
}

/** The pool comes first in `memory-region`. */
function deviceTreeOrder(board: Board): MemoryRegion[] {
  const isPool = ({ use }: MemoryRegion) => use === RegionUse.pool;
  const regions = reservedRegions(board);
  return [...regions.filter(isPool), ...regions.filter((region) => !isPool(region))];
}

/** `k3_*_rproc_da_to_va()`: the core's view, the SoC's view, then what is behind the pool in `memory-region`. */
function translate(board: Board, da: number, len: number): Pa | undefined {
  const within = (start: number, size: number) => da >= start && da + len <= start + size;
  for (const region of internalRegions(board)) {
    if (within(region.da, region.len)) return pa(physical(region) + (da - region.da));
    if (within(physical(region), region.len)) return pa(da);
  }
  for (const region of reservedRegions(board)) {
    if (region.use === RegionUse.pool) continue;
    const start = physical(region) % 2 ** 32;
    if (within(start, region.len)) return pa(physical(region) + (da - start));
  }
  return undefined;
}

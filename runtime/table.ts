/** Reads the resource table where the host rewrites it: in loaded memory. */
import { type Da, da } from './abi/address.js';
import {
  FwRscHdr,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  ResourceTable,
  RSC_TABLE_VERSION,
  RSC_TRACE,
  RSC_VDEV,
} from './abi/resource-table.js';
import { u32 } from './abi/struct.js';
import type { Hal } from './hal/hal.js';

export interface TraceEntry {
  readonly name: string;
  readonly da: Da;
  readonly len: number;
}

/** A vdev entry, live: the host changes status, features and vring addresses in these bytes. */
export interface VdevEntry {
  readonly index: number;
  readonly id: number;
  readonly da: Da;
  /** The entry from `fw_rsc_vdev` on, vrings and config space included. */
  readonly bytes: Uint8Array;
}

/** Any entry, live. */
export interface TableEntry {
  readonly type: number;
  /** From behind the type word to the end of the table: how far an entry goes, only its type says. */
  readonly payload: Uint8Array;
}

export interface LoadedTable {
  readonly entries: readonly TableEntry[];
  readonly traces: readonly TraceEntry[];
  readonly vdevs: readonly VdevEntry[];
}

export function readTable(hal: Hal): LoadedTable {
  const { da: base, len } = hal.table;
  const window = hal.memory(base, len);
  const table = new Uint8Array(window.buffer, window.offset, len);
  const view = new DataView(window.buffer, window.offset, len);
  const header = ResourceTable.unpack(table);
  if (header.ver !== RSC_TABLE_VERSION)
    throw new Error('resource table at 0x' + base.toString(16) + ' is version ' + header.ver);

  const entries: TableEntry[] = [];
  const traces: TraceEntry[] = [];
  const vdevs: VdevEntry[] = [];
  for (let i = 0; i < header.num; i++) {
    const at = u32.get(view, ResourceTable.size + i * u32.size);
    const type = FwRscHdr.unpack(table, at).type;
    const payload = at + FwRscHdr.size;
    entries.push({ type, payload: table.subarray(payload) });
    if (type === RSC_TRACE) {
      const entry = FwRscTrace.unpack(table, payload);
      traces.push({ name: entry.name, da: da(entry.da), len: entry.len });
    } else if (type === RSC_VDEV) {
      const entry = FwRscVdev.unpack(table, payload);
      const size = FwRscVdev.size + entry.num_of_vrings * FwRscVdevVring.size + entry.config_len;
      vdevs.push({
        index: vdevs.length,
        id: entry.id,
        da: da(base + payload),
        bytes: table.subarray(payload, payload + size),
      });
    }
  }
  return { entries, traces, vdevs };
}

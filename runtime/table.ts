/** Reads the resource table where the host rewrites it: in loaded memory. */
import { type Da, hex } from './abi/address.js';
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
import { u32At } from './abi/words.js';
import type { Hal } from './hal/hal.js';

export interface TraceEntry {
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
  const { buffer, offset } = hal.memory(base, len);
  const table = new Uint8Array(buffer, offset, len);
  const version = u32At(table, ResourceTable.offset.ver);
  if (version !== RSC_TABLE_VERSION)
    throw new Error('resource table at ' + hex(base) + ' is version ' + version);

  const entries: TableEntry[] = [];
  const traces: TraceEntry[] = [];
  const vdevs: VdevEntry[] = [];
  for (let i = 0; i < u32At(table, ResourceTable.offset.num); i++) {
    const at = u32At(table, ResourceTable.size + i * u32.size);
    const type = u32At(table, at);
    const payload = table.subarray(at + FwRscHdr.size);
    entries.push({ type, payload });
    if (type === RSC_TRACE) {
      traces.push({
        da: u32At(payload, FwRscTrace.offset.da) as Da,
        len: u32At(payload, FwRscTrace.offset.len),
      });
    } else if (type === RSC_VDEV) {
      const vrings = payload[FwRscVdev.offset.num_of_vrings] * FwRscVdevVring.size;
      vdevs.push({
        index: vdevs.length,
        id: u32At(payload, FwRscVdev.offset.id),
        da: (base + at + FwRscHdr.size) as Da,
        bytes: payload.subarray(0, FwRscVdev.size + vrings + u32At(payload, FwRscVdev.offset.config_len)),
      });
    }
  }
  return { entries, traces, vdevs };
}

/** Walks a resource table that may end anywhere: entries whose type is not in it are left out. */
import { FwRscHdr, ResourceTable } from '../../runtime/abi/resource-table.js';
import { u32 } from '../../runtime/abi/struct.js';

/** An entry, and where in the table its own fields begin; whether they fit is the caller's to look at. */
export interface TableEntryAt {
  readonly type: number;
  readonly body: number;
}

export function* tableEntries(table: Uint8Array): Generator<TableEntryAt> {
  const view = new DataView(table.buffer as ArrayBuffer, table.byteOffset, table.length);
  const fits = (at: number, size: number) => at + size <= table.length;
  const num = fits(0, ResourceTable.size) ? ResourceTable.unpack(table).num : 0;
  for (let i = 0; i < num && fits(ResourceTable.size + u32.size * i, u32.size); i++) {
    const at = u32.get(view, ResourceTable.size + u32.size * i);
    if (fits(at, FwRscHdr.size)) yield { type: FwRscHdr.unpack(table, at).type, body: at + FwRscHdr.size };
  }
}

/** Turns declared resources into the bytes of `.resource_table` and the relocations in it. */
import { ResourceTable, RSC_TABLE_VERSION } from '../../runtime/abi/resource-table.js';
import { u32 } from '../../runtime/abi/struct.js';
import type { Resource } from '../config/resources/index.js';
import { encodeEntry, type TableRelocation } from './encode-entry.js';

/** Where an entry stands in the table. */
export interface EncodedEntry {
  readonly resource: Resource;
  /** Bytes from the table's start to the entry's type word. */
  readonly offset: number;
  /** Bytes of the entry, type word included, without what aligns the next one. */
  readonly size: number;
}

export interface EncodedTable {
  readonly bytes: Uint8Array;
  readonly relocations: readonly TableRelocation[];
  readonly entries: readonly EncodedEntry[];
}

/** Entries stand in the order of `resources`; every offset is a multiple of four. */
export function encodeTable(resources: readonly Resource[]): EncodedTable {
  const encoded = resources.map(encodeEntry);
  const head = ResourceTable.size + u32.size * encoded.length;
  const size = encoded.reduce((sum, { bytes }) => sum + wordAligned(bytes.length), head);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  ResourceTable.set(view, 0, { ver: RSC_TABLE_VERSION, num: encoded.length, reserved: [0, 0] });
  const relocations: TableRelocation[] = [];
  const entries: EncodedEntry[] = [];
  let at = head;
  for (const [i, entry] of encoded.entries()) {
    u32.set(view, ResourceTable.size + u32.size * i, at);
    bytes.set(entry.bytes, at);
    for (const { offset, ...target } of entry.relocations)
      relocations.push({ offset: at + offset, ...target });
    entries.push({ resource: resources[i], offset: at, size: entry.bytes.length });
    at += wordAligned(entry.bytes.length);
  }
  return { bytes, relocations, entries };
}

function wordAligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}

/**
 * Decodes a resource table from the declarations in runtime/abi, with the bounds that the kernel checks
 * (`drivers/remoteproc/remoteproc_elf_loader.c` find_table, `remoteproc_core.c` rproc_handle_resources).
 */

import { hex } from '../../runtime/abi/address.js';
import { pageAlign } from '../../runtime/abi/pages.js';
import {
  FwRscCarveout,
  FwRscDevmem,
  FwRscHdr,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  ResourceTable,
  RSC_CARVEOUT,
  RSC_DEVMEM,
  RSC_TABLE_VERSION,
  RSC_TRACE,
  RSC_VDEV,
  RSC_VENDOR_END,
  RSC_VENDOR_START,
  RVDEV_NUM_VRINGS,
} from '../../runtime/abi/resource-table.js';
import type { Shape, Struct } from '../../runtime/abi/struct.js';
import { vringSize } from '../../runtime/abi/vring.js';
import type { ElfFile, ElfSection } from '../elf/elf-file.js';
import type { EntryInspection, FieldInspection, TableInspection, VringInspection } from './inspection.js';
import { placementOf, shownBytes } from './placement.js';

/** Entries may overlap, so a hostile table could take much more room decoded than it has in the file. */
const MAX_ENTRIES = 1024;
/** `vring_size()` of more entries does not fit the 16-bit indices of a split ring. */
const MAX_RING = 32768;

/** Shown in hex: addresses and sets of bits. */
const HEX_FIELDS = ['da', 'pa', 'flags', 'dfeatures', 'gfeatures'];

type Format = Struct<Shape>;
const plainTypes: {
  readonly [code: number]: { readonly type: 'carveout' | 'devmem' | 'trace'; readonly payload: Format };
} = {
  [RSC_CARVEOUT]: { type: 'carveout', payload: FwRscCarveout as unknown as Format },
  [RSC_DEVMEM]: { type: 'devmem', payload: FwRscDevmem as unknown as Format },
  [RSC_TRACE]: { type: 'trace', payload: FwRscTrace as unknown as Format },
};

/** The table in `section`; never throws, a table that is not there has only its placement and a problem. */
export function inspectTable(elf: ElfFile, section: ElfSection): TableInspection {
  const start = Number(section.offset);
  // The kernel reads sh_size bytes at sh_offset whatever the section's type is.
  const inFile = section.offset + section.size <= BigInt(elf.bytes.length);
  const table = inFile ? elf.bytes.subarray(start, start + Number(section.size)) : new Uint8Array(0);
  const decoded = inFile ? inspectTableBytes(table) : noTable('resource table truncated');
  return { ...placementOf(elf, section), ...decoded };
}

type DecodedTable = Pick<
  TableInspection,
  'problem' | 'ver' | 'num' | 'fields' | 'offsets' | 'entries' | 'usedBytes'
>;

/** Decodes bytes that hold a table and nothing else, as `inspect` does with the section's content. */
export function inspectTableBytes(table: Uint8Array): DecodedTable {
  if (table.length < ResourceTable.size) return noTable('header-less resource table');
  const header = ResourceTable.unpack(table);
  const there = Math.min(header.num, Math.floor((table.length - ResourceTable.size) / 4));
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  const offsets: number[] = [];
  for (let i = 0; i < Math.min(there, MAX_ENTRIES); i++)
    offsets.push(view.getUint32(ResourceTable.size + 4 * i, true));
  const starts = [...offsets].sort((a, b) => a - b);
  const entries = offsets.map((offset, index) => inspectEntry(table, index, offset, starts));
  let usedBytes = Math.min(table.length, ResourceTable.size + 4 * there);
  for (const { offset, size } of entries) {
    if (size !== null) usedBytes = Math.max(usedBytes, Math.min(table.length, offset + size));
  }
  return {
    problem: tableProblem(table, header),
    ver: header.ver,
    num: header.num,
    fields: fieldsOf(ResourceTable as unknown as Format, table, 0),
    offsets,
    entries,
    usedBytes,
  };
}

function noTable(problem: string): DecodedTable {
  return { problem, ver: null, num: null, fields: [], offsets: [], entries: [], usedBytes: 0 };
}

/** In the order of `find_table()`. */
function tableProblem(
  table: Uint8Array,
  header: { ver: number; num: number; reserved: number[] },
): string | null {
  if (header.ver !== RSC_TABLE_VERSION) return `unsupported fw ver: ${header.ver | 0}`;
  if (header.reserved.some((word) => word !== 0)) return 'non zero reserved bytes';
  if (ResourceTable.size + 4 * header.num > table.length) return 'resource table incomplete';
  return null;
}

function inspectEntry(
  table: Uint8Array,
  index: number,
  offset: number,
  starts: readonly number[],
): EntryInspection {
  const none = { size: null, problem: null, fields: [], vrings: [], config: null, payload: null };
  if (offset < ResourceTable.size || offset + FwRscHdr.size > table.length) {
    return { ...none, index, offset, type: null, typeCode: null, problem: 'rsc table is truncated' };
  }
  const typeCode = FwRscHdr.unpack(table, offset).type;
  const typeField = fieldsOf(FwRscHdr as unknown as Format, table, offset);
  const at = offset + FwRscHdr.size;
  const base = { ...none, index, offset, typeCode, fields: typeField };
  if (typeCode === RSC_VDEV) return { ...base, type: 'vdev', ...inspectVdev(table, at, typeField) };
  const plain = plainTypes[typeCode];
  if (plain) {
    const { type, payload } = plain;
    const fields = [...typeField, ...fieldsOf(payload, table, at)];
    const size = FwRscHdr.size + payload.size;
    return { ...base, type, size, fields, problem: plainProblem(type, payload, table, at) };
  }
  const end = starts.find((start) => start > offset) ?? table.length;
  const payload = shownBytes(table, Math.min(at, end), Math.min(end, table.length));
  // As in the kernel, which compares the type as an unsigned and prints it as a signed number.
  const vendor = typeCode >= RSC_VENDOR_START && typeCode <= RSC_VENDOR_END;
  return vendor
    ? { ...base, type: 'vendor', payload }
    : { ...base, type: 'unknown', payload, problem: `unsupported resource ${typeCode | 0}` };
}

function plainProblem(type: string, payload: Format, table: Uint8Array, at: number): string | null {
  if (at + payload.size > table.length) return `${type} rsc is truncated`;
  if (payload.unpack(table, at).reserved !== 0) return `${type} rsc has non zero reserved bytes`;
  return null;
}

function inspectVdev(table: Uint8Array, at: number, typeField: readonly FieldInspection[]) {
  const fields = [...typeField, ...fieldsOf(FwRscVdev as unknown as Format, table, at)];
  const vrings: VringInspection[] = [];
  if (at + FwRscVdev.size > table.length)
    return { size: null, problem: 'vdev rsc is truncated', fields, vrings };
  const vdev = FwRscVdev.unpack(table, at);
  const ringsAt = at + FwRscVdev.size;
  for (let i = 0; i < vdev.num_of_vrings; i++) {
    const offset = ringsAt + i * FwRscVdevVring.size;
    if (offset + FwRscVdevVring.size > table.length) break;
    vrings.push(inspectVring(table, i, offset));
  }
  const configAt = ringsAt + vdev.num_of_vrings * FwRscVdevVring.size;
  const end = configAt + vdev.config_len;
  const hasConfig = vdev.config_len > 0 && configAt < table.length;
  return {
    size: end - at + FwRscHdr.size,
    problem: vdevProblem(vdev, end > table.length),
    fields,
    vrings,
    config: hasConfig ? shownBytes(table, configAt, Math.min(end, table.length)) : null,
  };
}

/** In the order of `rproc_handle_vdev()`. */
function vdevProblem(
  vdev: { reserved: Uint8Array; num_of_vrings: number },
  truncated: boolean,
): string | null {
  if (truncated) return 'vdev rsc is truncated';
  if (vdev.reserved[0] || vdev.reserved[1]) return 'vdev rsc has non zero reserved bytes';
  if (vdev.num_of_vrings > RVDEV_NUM_VRINGS) return `too many vrings: ${vdev.num_of_vrings}`;
  return null;
}

function inspectVring(table: Uint8Array, index: number, offset: number): VringInspection {
  const { num, align } = FwRscVdevVring.unpack(table, offset);
  const computable = isPowerOfTwo(num) && num <= MAX_RING && isPowerOfTwo(align) && align <= 2 ** 30;
  const ringBytes = computable ? vringSize(num, align) : null;
  return {
    index,
    offset,
    fields: fieldsOf(FwRscVdevVring as unknown as Format, table, offset),
    ringBytes,
    pageBytes: ringBytes === null ? null : pageAlign(ringBytes),
  };
}

/** The fields of `format` at `at` that lie in the table. */
function fieldsOf(format: Format, table: Uint8Array, at: number): FieldInspection[] {
  const whole = at + format.size <= table.length;
  // Missing bytes read as zero, and their fields are left out below.
  const bytes = new Uint8Array(format.size);
  bytes.set(table.subarray(at, Math.min(table.length, at + format.size)));
  const values = format.unpack(bytes);
  return format.fields
    .filter(({ offset, size }) => whole || at + offset + size <= table.length)
    .map(({ name, kind, offset }) => ({
      name,
      kind,
      offset: at + offset,
      value: shownValue(name, values[name]),
    }));
}

function shownValue(name: string, value: unknown): FieldInspection['value'] {
  if (typeof value === 'number') return HEX_FIELDS.includes(name) ? hex(value) : value;
  return typeof value === 'string' ? value : Array.from(value as ArrayLike<number>);
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

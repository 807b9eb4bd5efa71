/** resource_table.h: the table's layout for C, generated from the same declarations as the table itself. */
import { addressRanges } from '../../boards/board.js';
import { hex } from '../../runtime/abi/address.js';
import {
  FwRscCarveout,
  FwRscDevmem,
  FwRscHdr,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
} from '../../runtime/abi/resource-table.js';
import type { Field } from '../../runtime/abi/struct.js';
import type { Firmware } from '../config/firmware.js';
import { isVdev, type Resource, vringsOf } from '../config/resources/index.js';
import { TABLE_SYMBOL, traceSymbol } from '../link/symbols.js';
import { type EncodedEntry, encodeTable } from '../table/encode-table.js';
import { numberedVdevs, ringBytes } from '../table/layout.js';
import { traceBuffers } from '../table/linked.js';

type Definition = readonly [name: string, value: number, comment: string];

const payloads: { readonly [kind in Resource['kind']]?: readonly Field[] } = {
  carveout: FwRscCarveout.fields,
  devmem: FwRscDevmem.fields,
  trace: FwRscTrace.fields,
  vdev: FwRscVdev.fields,
  rpmsgVdev: FwRscVdev.fields,
};

/** The header's text. Offsets are bytes from the table's start; whatever Linux writes is read through them. */
export function cHeader(firmware: Firmware): string {
  const { name, board, resources } = firmware;
  const { bytes, entries } = encodeTable(resources);
  const guard = `${identifier(name).toUpperCase()}_RESOURCE_TABLE_H`;
  const names = entryNames(resources);
  const traces = traceBuffers(resources);
  const parts = [
    `/* The resource table of ${commented(name)} on ${board.name}. Written by rproc emit; bytes and byte offsets. */`,
    `#ifndef ${guard}\n#define ${guard}`,
    '#include <stdint.h>',
    '#ifdef __cplusplus\nextern "C" {\n#endif',
    defines([['RPROC_TABLE_SIZE', bytes.length, 'of .resource_table']]),
    ...entries.map((entry, i) =>
      [
        `/* [${i}] ${entry.resource.kind} "${commented(entry.resource.name)}" */`,
        defines(definitions(entry, names[i], resources)),
      ].join('\n'),
    ),
    `/* The table where the image is loaded: Linux writes its copy there before the core starts. */\nextern volatile uint8_t ${TABLE_SYMBOL}[RPROC_TABLE_SIZE];`,
    ...traces.map((buffer) => {
      const label = names[resources.findIndex(({ name: other }) => other === buffer.name)];
      return traceDeclaration(buffer.name, label);
    }),
    accessors(),
    translation(firmware),
    '#ifdef __cplusplus\n}\n#endif',
    `#endif /* ${guard} */`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Every entry's name as part of a macro's name; equal spellings are told apart by the entry's number. */
function entryNames(resources: readonly Resource[]): string[] {
  const spelled = resources.map(({ name }) => identifier(name).toUpperCase());
  return spelled.map((name, i) =>
    spelled.indexOf(name) === spelled.lastIndexOf(name) ? name : `${name}_${i}`,
  );
}

function definitions(
  { resource, offset, size }: EncodedEntry,
  name: string,
  all: readonly Resource[],
): Definition[] {
  const at = offset + FwRscHdr.size;
  const prefix = `RPROC_${name}`;
  const list: Definition[] = [
    [`${prefix}_OFFSET`, offset, 'of the entry, its type word'],
    [`${prefix}_SIZE`, size, 'of the entry'],
  ];
  for (const field of payloads[resource.kind] ?? []) {
    list.push([`${prefix}_${field.name.toUpperCase()}_OFFSET`, at + field.offset, field.kind]);
  }
  if (resource.kind === 'vendor')
    list.push([`${prefix}_PAYLOAD_OFFSET`, at, `${resource.payload.length} bytes`]);
  if (!isVdev(resource)) return list;
  const { index } = numberedVdevs(all).find(({ vdev }) => vdev === resource)!;
  list.push([`${prefix}_INDEX`, index, `Linux calls its memory vdev${index}vring0 and so on`]);
  const vrings = vringsOf(resource);
  for (const [i, ring] of vrings.entries()) {
    const ringAt = at + FwRscVdev.size + i * FwRscVdevVring.size;
    const ringName = `${prefix}_VRING${i}`;
    list.push([`${ringName}_NUM`, ring.num, 'entries'], [`${ringName}_ALIGN`, ring.align, 'bytes']);
    list.push([`${ringName}_BYTES`, ringBytes(ring).exact, 'of the ring']);
    for (const field of FwRscVdevVring.fields) {
      if (field.name === 'num' || field.name === 'align') continue;
      list.push([`${ringName}_${field.name.toUpperCase()}_OFFSET`, ringAt + field.offset, field.kind]);
    }
  }
  list.push([
    `${prefix}_CONFIG_OFFSET`,
    at + FwRscVdev.size + vrings.length * FwRscVdevVring.size,
    'configuration space',
  ]);
  return list;
}

function defines(list: readonly Definition[]): string {
  const width = Math.max(...list.map(([name]) => name.length));
  return list
    .map(([name, value, comment]) => `#define ${name.padEnd(width)} ${value}u /* ${comment} */`)
    .join('\n');
}

function traceDeclaration(name: string, label: string): string {
  const plain = `rproc_trace_${label.toLowerCase()}`;
  const symbol = traceSymbol(name);
  // Not every symbol is an identifier of C.
  const alias = plain === symbol ? '' : ` __asm__("${symbol}")`;
  return `/* Text up to the first NUL is what Linux shows. */\nextern char ${plain}[]${alias};`;
}

function accessors(): string {
  return `/* One aligned access each: Linux changes status, features and ring addresses while the core runs. */
static inline uint32_t rproc_table_u32(uint32_t offset)
{
	return *(volatile const uint32_t *)(const volatile void *)&${TABLE_SYMBOL}[offset];
}

static inline uint8_t rproc_table_u8(uint32_t offset)
{
	return ${TABLE_SYMBOL}[offset];
}`;
}

/** Descriptors carry physical addresses of the CPU that runs Linux. */
function translation({ board }: Firmware): string {
  const rows = addressRanges(board).map(
    ({ da, pa, len }) =>
      `	if (pa >= ${hex(pa)}u && pa - ${hex(pa)}u < ${hex(len)}u)\n		return (uint32_t)(pa - ${hex(pa)}u) + ${hex(da)}u;`,
  );
  return `/* The device address of a physical address out of a vring descriptor, RPROC_NO_DA where the core cannot see it. */
#define RPROC_NO_DA 0xffffffffu
static inline uint32_t rproc_pa_to_da(uint64_t pa)
{
${rows.join('\n')}
	return RPROC_NO_DA;
}`;
}

/** Text inside a comment: must not end it. */
function commented(text: string): string {
  return text.replace(/\*\//g, '* /').replace(/[\r\n\\]/g, ' ');
}

function identifier(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '_');
}

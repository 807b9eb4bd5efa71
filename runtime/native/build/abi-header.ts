/** The C header of what runtime/abi declares for native cores: packed structs with their offsets asserted, and constants. */
import * as app from '../../abi/app.js';
import * as native from '../../abi/native.js';
import type { Struct } from '../../abi/struct.js';
import { ENGINE_HASH } from './engine.js';

/** C types of the field kinds of runtime/abi/struct.ts, and their alignment. */
const TYPES: { readonly [kind: string]: readonly [string, number] } = {
  u8: ['uint8_t', 1],
  u16: ['uint16_t', 2],
  u32: ['uint32_t', 4],
  char: ['char', 1],
};

/** Every format that the header declares. */
export const FORMATS: readonly Struct<any>[] = [...Object.values(app), ...Object.values(native)].filter(
  isStruct,
);

function isStruct(value: unknown): value is Struct<any> {
  return typeof value === 'object' && value !== null && 'fields' in value && 'pack' in value;
}

/**
 * Text of rproc-abi.h. Numbers and texts are `RPROC_` and their name; the entries of `NativeConsole` are
 * `RPROC_NATIVE_CONSOLE_...`.
 */
export function abiHeader(): string {
  return [
    '/* Made by runtime/native/build/abi-header.ts from runtime/abi: change it there. */',
    '#ifndef RPROC_ABI_H',
    '#define RPROC_ABI_H',
    '',
    '#include <stddef.h>',
    '#include <stdint.h>',
    '',
    `#define RPROC_ENGINE_HASH { ${ENGINE_HASH.match(/../g)!
      .map((byte) => `0x${byte}`)
      .join(', ')} }`,
    '',
    ...[app, native].flatMap((module) => Object.entries(module).flatMap(constant)),
    ...FORMATS.flatMap(structure),
    '',
    '#endif',
    '',
  ].join('\n');
}

function constant([name, value]: [string, unknown]): string[] {
  const cName = `RPROC_${name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;
  if (typeof value === 'number') return [`#define ${cName} ${literal(value)}`];
  if (typeof value === 'string') return [`#define ${cName} ${JSON.stringify(value)}`];
  if (typeof value !== 'object' || value === null || isStruct(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => constant([`${cName.slice(6)}_${key}`, one]));
}

function literal(value: number): string {
  return value > 0xffff ? `0x${value.toString(16)}u` : `${value}u`;
}

function structure({ kind, fields, size }: Struct<any>): string[] {
  let aligned = size % 4 === 0;
  const rows: string[] = [];
  for (const field of fields) {
    const [, element, count] = /^(\w+)(\[\d+\])?$/.exec(field.kind) ?? [];
    const type = TYPES[element];
    if (!type) throw new Error(`${kind}.${field.name}: C has no ${field.kind}`);
    if (field.offset % type[1] !== 0) aligned = false;
    rows.push(`\t${type[0]} ${field.name}${count ?? ''};`);
  }
  // Where all fields lie at their alignment, saying so keeps the compiler from reading byte by byte.
  const attributes = aligned ? 'packed, aligned(4)' : 'packed';
  return [
    '',
    `struct ${kind} {`,
    ...rows,
    `} __attribute__((${attributes}));`,
    `_Static_assert(sizeof(struct ${kind}) == ${size}, "${kind}");`,
    ...fields.map(
      ({ name, offset }) =>
        `_Static_assert(offsetof(struct ${kind}, ${name}) == ${offset}, "${kind}.${name}");`,
    ),
  ];
}

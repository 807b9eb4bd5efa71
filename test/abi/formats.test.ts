/**
 * Every wire format against bytes, sizes and offsets that were written by hand from the kernel's headers:
 * test/golden/abi/CASE/{value.json, expected.hex}. In expected.hex `#` begins a comment.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as app from '../../runtime/abi/app.js';
import * as elf from '../../runtime/abi/elf.js';
import * as table from '../../runtime/abi/resource-table.js';
import * as rpmsg from '../../runtime/abi/rpmsg.js';
import type { Shape, Struct } from '../../runtime/abi/struct.js';
import * as vring from '../../runtime/abi/vring.js';

type AnyStruct = Struct<Shape>;
type JsonValue = string | number | (string | number)[];

interface Part {
  /** Where the struct lies in the case's bytes. */
  at: number;
  struct: string;
  size: number;
  offsets: Record<string, number>;
  value: Record<string, JsonValue>;
}

const golden = new URL('../golden/abi/', import.meta.url);
const test = suite('wire formats');

const declared = [app, elf, table, rpmsg, vring]
  .flatMap((module) => Object.values(module) as unknown[])
  .filter((value): value is AnyStruct => typeof value === 'object' && value !== null && 'fields' in value);

function structNamed(kind: string): AnyStruct {
  const found = declared.find((format) => format.kind === kind);
  if (!found) throw new Error(`no format is named ${kind}`);
  return found;
}

function bytesOf(text: string): Uint8Array {
  const digits = text.replace(/#.*/g, '').replace(/\s+/g, '');
  assert.match(digits, /^([0-9a-f]{2})+$/);
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** JSON has neither hex, BigInt nor bytes: large numbers are strings there, bytes are arrays. */
function partValue(part: Part): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const { name, kind } of structNamed(part.struct).fields) {
    const json = part.value[name];
    if (kind === 'u64') value[name] = BigInt(json as string);
    else if (kind.startsWith('u8[')) value[name] = Uint8Array.from(json as number[]);
    else if (kind.startsWith('char[')) value[name] = json;
    else value[name] = Array.isArray(json) ? json.map(Number) : Number(json);
  }
  return value;
}

const cases = readdirSync(golden).map((name) => {
  const { parts } = JSON.parse(readFileSync(new URL(`${name}/value.json`, golden), 'utf8')) as {
    parts: Part[];
  };
  return { name, parts, bytes: bytesOf(readFileSync(new URL(`${name}/expected.hex`, golden), 'utf8')) };
});

for (const { name, parts, bytes } of cases) {
  test(`${name}: the parts make up the bytes`, () => {
    let end = 0;
    for (const part of parts) {
      assert.is(part.at, end);
      end += part.size;
    }
    assert.is(bytes.length, end);
  });

  for (const part of parts) {
    const label = `${name}: ${part.struct} at ${part.at}`;
    const expected = bytes.subarray(part.at, part.at + part.size);

    test(`${label}: size and offsets`, () => {
      const format = structNamed(part.struct);
      assert.is(format.size, part.size);
      assert.equal(format.offset, part.offsets);
      const names = Object.keys(part.offsets);
      assert.equal(
        format.fields.map((field) => field.name),
        names,
      );
      names.forEach((field, i) => {
        const next = i + 1 < names.length ? part.offsets[names[i + 1]] : part.size;
        assert.is(format.fields[i].offset, part.offsets[field]);
        assert.is(format.fields[i].size, next - part.offsets[field], field);
      });
    });

    test(`${label}: pack and unpack`, () => {
      const format = structNamed(part.struct);
      const value = partValue(part);
      assert.equal(format.pack(value), new Uint8Array(expected));
      assert.equal(format.unpack(bytes, part.at), value);
      assert.equal(format.unpack(new Uint8Array(expected)), value);
    });

    test(`${label}: in place`, () => {
      const format = structNamed(part.struct);
      const value = partValue(part);
      const live = format.over(bytes, part.at);
      for (const field of format.fields) assert.equal(live[field.name], value[field.name], field.name);
      // Written one field at a time into the middle of other bytes: each write touches its own field only.
      const written = new Uint8Array(part.size + 10).fill(0xa5);
      const target = format.over(written.subarray(3), 2);
      const model = written.slice();
      for (const field of format.fields) {
        target[field.name] = value[field.name];
        const own = expected.subarray(field.offset, field.offset + field.size);
        model.set(own, 5 + field.offset);
        assert.equal(written, model, field.name);
      }
    });
  }
}

test('every declared format has a golden case', () => {
  const covered = new Set(cases.flatMap(({ parts }) => parts.map((part) => part.struct)));
  assert.equal(
    declared.map((format) => format.kind).filter((kind) => !covered.has(kind)),
    [],
  );
  assert.ok(declared.length >= 20);
});

test('formats nest: a struct is a field type', () => {
  const { FwRscHdr, FwRscTrace } = table;
  const view = new DataView(new ArrayBuffer(64));
  FwRscHdr.set(view, 8, { type: 2 });
  FwRscTrace.set(view, 12, { da: 0x1000, len: 64, reserved: 0, name: 'log' });
  assert.equal(FwRscTrace.get(view, 12), { da: 0x1000, len: 64, reserved: 0, name: 'log' });
  assert.is(view.getUint32(12, true), 0x1000);
});

test.run();

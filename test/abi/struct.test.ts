/** What the struct helper refuses, and fields that no wire format uses in that combination. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FwRscTrace } from '../../runtime/abi/resource-table.js';
import { RpmsgNsMsg } from '../../runtime/abi/rpmsg.js';
import { array, bytes, cstring, struct, u8, u16, u32, u64 } from '../../runtime/abi/struct.js';

const test = suite('struct');
const Mixed = struct('mixed', {
  a: u8,
  b: u16,
  c: u32,
  d: u64,
  e: bytes(3),
  f: array(u16, 2),
  g: cstring(4),
});
const good = { a: 1, b: 2, c: 3, d: 4n, e: new Uint8Array(3), f: [5, 6], g: 'abc' };

test('fields are packed without padding', () => {
  assert.is(Mixed.size, 1 + 2 + 4 + 8 + 3 + 4 + 4);
  assert.equal(Mixed.offset, { a: 0, b: 1, c: 3, d: 7, e: 15, f: 18, g: 22 });
  assert.equal(
    Mixed.fields.map((field) => field.kind),
    ['u8', 'u16', 'u32', 'u64', 'u8[3]', 'u16[2]', 'char[4]'],
  );
});

test('every value that fits comes back', () => {
  const fields = {
    a: fc.integer({ min: 0, max: 0xff }),
    b: fc.integer({ min: 0, max: 0xffff }),
    c: fc.integer({ min: 0, max: 0xffffffff }),
    d: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    e: fc.uint8Array({ minLength: 3, maxLength: 3 }),
    f: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 2, maxLength: 2 }),
    g: fc.string({ unit: fc.constantFrom('a', 'Z', '0', '~'), maxLength: 3 }),
  };
  const value = fc.record(fields, { noNullPrototype: true });
  fc.assert(
    fc.property(value, (one) => {
      assert.equal(Mixed.unpack(Mixed.pack(one)), one);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('integers outside their range are refused with the field', () => {
  for (const [field, limit] of [
    ['a', 2 ** 8],
    ['b', 2 ** 16],
    ['c', 2 ** 32],
  ] as const) {
    for (const wrong of [limit, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const message = new RegExp(`mixed\\.${field}: ${wrong} does not fit u\\d+`);
      assert.throws(() => Mixed.pack({ ...good, [field]: wrong }), message);
      const live = Mixed.over(new Uint8Array(Mixed.size));
      assert.throws(() => {
        live[field] = wrong;
      }, /does not fit/);
      assert.is(live[field], 0, 'a refused write changes nothing');
    }
    assert.is(Mixed.unpack(Mixed.pack({ ...good, [field]: limit - 1 }))[field], limit - 1);
  }
});

test('bytes and arrays of another length are refused', () => {
  assert.throws(() => Mixed.pack({ ...good, e: new Uint8Array(2) }), /mixed\.e: 2 bytes do not fit u8\[3\]/);
  assert.throws(() => Mixed.pack({ ...good, e: new Uint8Array(4) }), /mixed\.e: 4 bytes/);
  assert.throws(() => Mixed.pack({ ...good, f: [1] }), /mixed\.f: 1 elements do not fit u16\[2\]/);
  assert.throws(() => Mixed.pack({ ...good, f: [1, 0x10000] }), /mixed\.f: 65536 does not fit u16/);
});

test('names keep room for their NUL, counted in UTF-8 bytes', () => {
  const trace = { da: 0, len: 0, reserved: 0, name: 'n'.repeat(31) };
  assert.is(FwRscTrace.unpack(FwRscTrace.pack(trace)).name, trace.name);
  const tooLong = /fw_rsc_trace\.name: "n{32}" has 32 bytes; 31 fit/;
  assert.throws(() => FwRscTrace.pack({ ...trace, name: 'n'.repeat(32) }), tooLong);
  assert.throws(() => RpmsgNsMsg.pack({ name: 'ü'.repeat(16), addr: 1, flags: 0 }), /has 32 bytes; 31 fit/);
});

test('a name without NUL is read to the end of its field', () => {
  const raw = new Uint8Array(RpmsgNsMsg.size).fill(0x61);
  assert.is(RpmsgNsMsg.unpack(raw).name, 'a'.repeat(32));
  raw[5] = 0;
  assert.is(RpmsgNsMsg.unpack(raw).name, 'aaaaa', 'and what follows the first NUL is not part of it');
});

test('a shorter name leaves nothing of the longer one behind', () => {
  const raw = new Uint8Array(RpmsgNsMsg.size).fill(0xff);
  RpmsgNsMsg.over(raw).name = 'ab';
  assert.equal(raw.subarray(0, 32), Uint8Array.from([0x61, 0x62, ...new Array(30).fill(0)]));
  assert.is(raw[32], 0xff);
});

test('input that is too short is refused', () => {
  const short = new Uint8Array(RpmsgNsMsg.size - 1);
  const message = /rpmsg_ns_msg needs 40 bytes at 0, 39 are there/;
  assert.throws(() => RpmsgNsMsg.unpack(short), message);
  assert.throws(() => RpmsgNsMsg.over(short), message);
  assert.throws(() => RpmsgNsMsg.unpack(new Uint8Array(40), 1), /needs 40 bytes at 1, 40 are there/);
  assert.throws(() => RpmsgNsMsg.unpack(new Uint8Array(80), -1), RangeErrorOf);
  // A view's own length counts, not that of the buffer under it.
  assert.throws(() => RpmsgNsMsg.unpack(new Uint8Array(80).subarray(0, 39)), message);
});

test('bytes are copied out', () => {
  const raw = Mixed.pack(good);
  const { e } = Mixed.unpack(raw);
  e[0] = 9;
  assert.is(raw[15], 0);
});

function RangeErrorOf(error: unknown): boolean {
  return error instanceof RangeError;
}

test.run();

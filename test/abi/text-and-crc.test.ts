/** Text and checksums against the platform's own. */
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32 } from '../../runtime/abi/app.js';
import { utf8Decode, utf8Encode } from '../../runtime/abi/utf8.js';

const test = suite('text and crc');
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function sameText(bytes: Uint8Array): void {
  assert.is(utf8Decode(bytes), decoder.decode(bytes), Buffer.from(bytes).toString('hex'));
}

test('encodes every string as TextEncoder does', () => {
  // Any UTF-16 unit on its own, so lone surrogates come up often.
  const unit = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7ff, max: 0xe000 }));
  fc.assert(
    fc.property(fc.array(unit), (units) => {
      const text = String.fromCharCode(...units);
      assert.equal(utf8Encode(text), encoder.encode(text));
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('reads back what it wrote', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.is(utf8Decode(utf8Encode(text)), text);
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test('decodes every pair of bytes as TextDecoder does', () => {
  const pair = new Uint8Array(2);
  for (let value = 0; value < 0x10000; value++) {
    pair[0] = value >> 8;
    pair[1] = value & 0xff;
    sameText(pair);
  }
});

test('decodes malformed bytes as TextDecoder does', () => {
  // Lead bytes and the edges of their ranges, mixed with anything.
  const edge = fc.constantFrom(
    ...[0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef],
    ...[0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
  );
  const byte = fc.oneof(edge, edge, fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 12 }), (bytes) => sameText(Uint8Array.from(bytes))),
    { numRuns: 20000, seed: 1 },
  );
});

test('decodes the table of the Unicode standard, section 3.9', () => {
  const rows: [string, string][] = [
    ['c0 af e0 80 bf f0 81 82 41', '\ufffd'.repeat(8) + 'A'],
    ['ed a0 80 ed bf bf ed af 41', '\ufffd'.repeat(8) + 'A'],
    ['f4 91 92 93 ff 41 80 bf 42', '\ufffd'.repeat(5) + 'A' + '\ufffd'.repeat(2) + 'B'],
    ['e1 80 e2 f0 91 92 f1 bf 41', '\ufffd'.repeat(4) + 'A'],
    ['ef bb bf 41', '\ufeffA'],
    ['f4 8f bf bf', '\u{10ffff}'],
  ];
  for (const [hex, text] of rows)
    assert.is(utf8Decode(Buffer.from(hex.replaceAll(' ', ''), 'hex')), text, hex);
});

test('crc32 has the check value of IEEE 802.3', () => {
  assert.is(crc32(encoder.encode('123456789')), 0xcbf43926);
  assert.is(crc32(new Uint8Array(0)), 0);
});

test('crc32 equals zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      assert.is(crc32(bytes), zlibCrc32(bytes));
    }),
    { numRuns: 300, seed: 1 },
  );
});

test.run();

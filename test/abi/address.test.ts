/** Translation between device and physical addresses. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AddressRange, da, daToPa, hex, pa, paToDa } from '../../runtime/abi/address.js';

const test = suite('addresses');
const ranges: AddressRange[] = [
  { da: da(0x10000000), pa: pa(0x30000000), len: 0x60000 },
  { da: da(0), pa: pa(0x80000000), len: 0x100 },
  { da: da(0xffff0000), pa: pa(0xffff0000), len: 0x10000 },
];

test('an address translates when all its bytes lie in one range', () => {
  assert.is(paToDa(ranges, pa(0x30000010), 16), 0x10000010);
  assert.is(daToPa(ranges, da(0x10000010), 16), 0x30000010);
  assert.is(paToDa(ranges, pa(0x800000ff), 1), 0xff);
  assert.is(daToPa(ranges, da(0), 0x100), 0x80000000);
  assert.is(daToPa(ranges, da(0xffff0000), 0x10000), 0xffff0000, 'up to the last byte of 4 GiB');
});

test('what begins or ends outside does not translate', () => {
  assert.is(paToDa(ranges, pa(0x3005fff1), 16), undefined);
  assert.is(paToDa(ranges, pa(0x2fffffff), 2), undefined);
  assert.is(paToDa(ranges, pa(0x30060000), 1), undefined);
  assert.is(daToPa(ranges, da(0x101), 1), undefined);
  assert.is(daToPa(ranges, da(0xffff0001), 0x10000), undefined);
  assert.is(daToPa([], da(0), 1), undefined);
});

test('hex prints as %#010x', () => {
  assert.is(hex(0), '0x00000000');
  assert.is(hex(0x80000000), '0x80000000');
  assert.is(hex(0x880000000n), '0x880000000');
  assert.is(hex(0x35, 2), '0x35');
});

test.run();

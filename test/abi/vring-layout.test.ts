/** Where the parts of a ring lie, against a table computed by compiling the kernel's formula. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { vringLayout, vringSize } from '../../runtime/abi/vring.js';

const test = suite('vring layout');

/** Entries, alignment, avail, used, vring_size() and that rounded up to pages of 4 KiB. */
const table = [
  [2, 16, 32, 48, 70, 4096],
  [4, 16, 64, 80, 118, 4096],
  [8, 16, 128, 160, 230, 4096],
  [16, 16, 256, 304, 438, 4096],
  [32, 16, 512, 592, 854, 4096],
  [64, 16, 1024, 1168, 1686, 4096],
  [128, 16, 2048, 2320, 3350, 4096],
  [256, 16, 4096, 4624, 6678, 8192],
  [512, 16, 8192, 9232, 13334, 16384],
  [8, 4, 128, 152, 222, 4096],
  [16, 64, 256, 320, 454, 4096],
  [16, 4096, 256, 4096, 4230, 8192],
  [256, 4096, 4096, 8192, 10246, 12288],
] as const;

for (const [num, align, avail, used, size, pages] of table) {
  test(`${num} entries aligned to ${align}`, () => {
    assert.equal(vringLayout(num, align), { avail, used, size });
    assert.is(vringSize(num, align), size);
    assert.is(Math.ceil(vringSize(num, align) / 4096) * 4096, pages);
    for (const base of [0x1000, 0x10060000, 0x80100000, 0xfff00000]) {
      assert.equal(vringLayout(num, align, base), { avail, used, size }, 'a base on a page changes nothing');
    }
  });
}

test('an unaligned base moves the used ring: its absolute address is what is aligned', () => {
  // 8 entries: descriptors 128 bytes, avail 22, so the used ring begins at base + 150 or behind.
  assert.equal(vringLayout(8, 16, 0x1008), { avail: 128, used: 152, size: 222 }); // 0x10a0
  assert.equal(vringLayout(8, 16, 0x100a), { avail: 128, used: 150, size: 220 }); // 0x10a0
  assert.equal(vringLayout(8, 16, 0x100b), { avail: 128, used: 165, size: 235 }); // 0x10b0
  assert.equal(vringLayout(8, 16, 0x1001), { avail: 128, used: 159, size: 229 }); // 0x10a0
  assert.equal(vringLayout(8, 4096, 0x80000010), { avail: 128, used: 4080, size: 4150 }); // 0x80001000
  assert.equal(vringLayout(8, 4096, 0x7ffff000), { avail: 128, used: 4096, size: 4166 }); // crosses bit 31
  assert.equal(vringLayout(2, 4, 0xfffffe02), { avail: 32, used: 42, size: 64 }); // 0xfffffe2c
});

test('an alignment that is no power of two masks as the kernel does', () => {
  // (0 + 150 + 23) & ~23 = 0xad & ~0x17 = 0xa8
  assert.is(vringLayout(8, 24).used, 0xa8);
  assert.is(vringLayout(8, 1).used, 150);
});

test.run();

/** SocMemory: what is backed, how it moves into a core, and how addresses translate. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DmaPool } from '../../../host-sim/soc/dma-pool.js';
import { SocMemory } from '../../../host-sim/soc/memory.js';
import { da, pa } from '../../../runtime/abi/address.js';
import { pageAlign } from '../../../runtime/abi/pages.js';
import { deadline } from '../../../sdk/testing/deadline.js';

const LIMIT = 5000;

/** Two ranges whose device addresses run on while the physical ones do not, and one above 4 GiB. */
function setup(): SocMemory {
  return new SocMemory([
    { da: da(0x10000000), pa: pa(0x30000000), len: 0x4000 },
    { da: da(0x10004000), pa: pa(0x50000000), len: 0x4000 },
    { da: da(0x20000000), pa: pa(0x30004000), len: 0x4000 },
    { da: da(0x40000000), pa: pa(0x8_0000_0000), len: 0x4000 },
  ]);
}

function shape(memory: SocMemory): [number, number][] {
  return memory.backed().map(({ pa: at, bytes }) => [at, bytes.length]);
}

test(
  'reserve: whole pages, zeroed; nothing for no bytes; reserving again changes nothing',
  deadline(LIMIT, () => {
    const memory = setup();
    memory.reserve(pa(0x30000ffe), 4);
    assert.equal(shape(memory), [[0x30000000, 0x2000]]);
    memory.reserve(pa(0x30003000), 0);
    memory.reserve(pa(0x30000000), 0x2000);
    assert.equal(shape(memory), [[0x30000000, 0x2000]]);
    assert.ok(memory.bytes(pa(0x30000000), 0x2000).every((byte) => byte === 0));
  }),
);

test(
  'peek: a copy, zero where nothing is backed, and nothing gets backed',
  deadline(LIMIT, () => {
    const memory = setup();
    memory.bytes(pa(0x30001000), 0x1000).fill(1);
    memory.bytes(pa(0x30003000), 0x1000).fill(3);
    const before = shape(memory);
    const copy = memory.peek(pa(0x30001ffe), 0x1004);
    assert.equal([...copy.subarray(0, 3), ...copy.subarray(-3)], [1, 1, 0, 0, 3, 3]);
    assert.is(copy.length, 0x1004);
    assert.ok(copy.subarray(2, -2).every((byte) => byte === 0));
    copy.fill(9);
    assert.is(memory.bytes(pa(0x30001fff), 1)[0], 1);
    assert.equal([...memory.peek(pa(0x30001000), 2), ...memory.peek(pa(0x30003ffe), 2)], [1, 1, 3, 3]);
    assert.ok(memory.peek(pa(0x50000000), 0x4000).every((byte) => byte === 0));
    assert.equal(shape(memory), before);
  }),
);

test(
  'reserve: neighbours become one window and keep their bytes; extents are sorted',
  deadline(LIMIT, () => {
    const memory = setup();
    memory.bytes(pa(0x30002000), 0x1000).fill(3);
    memory.bytes(pa(0x30000000), 0x1000).fill(1);
    assert.equal(shape(memory), [
      [0x30000000, 0x1000],
      [0x30002000, 0x1000],
    ]);
    memory.bytes(pa(0x30001800), 1).fill(2);
    assert.equal(shape(memory), [[0x30000000, 0x3000]]);
    const all = memory.bytes(pa(0x30000000), 0x3000);
    assert.equal([all[0xfff], all[0x1000], all[0x1800], all[0x2000]], [1, 0, 2, 3]);
  }),
);

test(
  'reserve: neighbours whose device addresses do not run on stay apart',
  deadline(LIMIT, () => {
    const memory = setup();
    memory.reserve(pa(0x30003000), 0x1000);
    memory.reserve(pa(0x30004000), 0x1000);
    assert.equal(shape(memory), [
      [0x30003000, 0x1000],
      [0x30004000, 0x1000],
    ]);
  }),
);

test(
  'bytes: RangeError outside of the ranges and across two of them, also where both are neighbours',
  deadline(LIMIT, () => {
    const memory = setup();
    const outside: [number, number][] = [
      [0x2fffffff, 1],
      [0x30008000, 1],
      [0x30003fff, 2],
      [0x50003fff, 2],
      [0x10000000, 4],
      [0x8_0000_3fff, 2],
    ];
    for (const [at, len] of outside) {
      assert.throws(
        () => memory.bytes(pa(at), len),
        (error: Error) => error instanceof RangeError && error.message.includes(`0x${at.toString(16)}`),
        `0x${at.toString(16)}`,
      );
    }
    assert.equal(shape(memory), []);
  }),
);

test(
  'bytesAtDa: the same bytes by device address; undefined outside and across ranges',
  deadline(LIMIT, () => {
    const memory = setup();
    memory.bytes(pa(0x50000010), 4).set([1, 2, 3, 4]);
    assert.equal([...memory.bytesAtDa(0x10004010, 4)!], [1, 2, 3, 4]);
    memory.bytes(pa(0x8_0000_0010), 1)[0] = 9;
    assert.is(memory.bytesAtDa(0x40000010, 1)![0], 9);
    assert.is(memory.bytesAtDa(0x10003ffe, 4), undefined);
    assert.is(memory.bytesAtDa(0x30000000, 4), undefined);
  }),
);

test(
  'moveInto: one block, extent after extent; both sides then see the same bytes, also after the core is off',
  deadline(LIMIT, () => {
    const memory = setup();
    memory.bytes(pa(0x50000000), 2).set([5, 5]);
    memory.bytes(pa(0x30000000), 2).set([3, 3]);
    let live = new Uint8Array(0);
    memory.moveInto((block) => {
      assert.is(block.length, 0x2000);
      assert.equal([block[0], block[0x1000]], [3, 5]);
      live = new Uint8Array(0x3000);
      live.set(block, 0x100);
      return live.subarray(0x100, 0x2100);
    });
    memory.bytes(pa(0x50000001), 1)[0] = 7;
    assert.is(live[0x1101], 7);
    live[0x100] = 8;
    assert.is(memory.bytes(pa(0x30000000), 1)[0], 8);
    memory.release();
    live[0x101] = 6;
    assert.equal([...memory.bytes(pa(0x30000000), 2)], [8, 6]);
  }),
);

test(
  'while a core runs: new extents stay apart, a half-backed stretch is refused; after release they join',
  deadline(LIMIT, () => {
    const memory = setup();
    memory.bytes(pa(0x30000000), 0x1000).fill(1);
    memory.moveInto((block) => block);
    memory.bytes(pa(0x30001000), 0x1000).fill(2);
    assert.equal(shape(memory), [
      [0x30000000, 0x1000],
      [0x30001000, 0x1000],
    ]);
    assert.throws(() => memory.bytes(pa(0x30001800), 0x1000), /was reserved in part only/);
    assert.throws(() => memory.bytes(pa(0x30000800), 0x1000), /was reserved in part only/);
    memory.release();
    const joined = memory.bytes(pa(0x30000800), 0x1800);
    assert.equal([joined[0], joined[0x7ff], joined[0x800], joined[0x17ff]], [1, 1, 2, 2]);
  }),
);

test(
  'DmaPool: rounded to a power of two of pages, placed at a multiple of that size from the start',
  deadline(LIMIT, () => {
    const pool = new DmaPool(pa(0x30101000), 0x10000);
    const offset = (size: number): number | undefined => {
      const at = pool.alloc(size);
      return at === undefined ? undefined : at - 0x30101000;
    };
    assert.is(offset(1), 0);
    assert.is(offset(0x1001), 0x2000);
    assert.is(offset(0x3000), 0x4000);
    assert.is(offset(0x1000), 0x1000);
    assert.is(offset(0x8001), undefined);
    assert.is(offset(0x8000), 0x8000);
    assert.is(offset(1), undefined);
    pool.free(pa(0x30101000 + 0x4000));
    pool.free(pa(0x30101000 + 0x4000));
    pool.free(pa(0x1234));
    assert.is(offset(0x2000), 0x4000);
    assert.is(offset(1), 0x6000);
  }),
);

test(
  'DmaPool: a pool that is no power of two is used to its end; too large is refused',
  deadline(LIMIT, () => {
    const pool = new DmaPool(pa(0), 0x3000);
    assert.is(pool.alloc(0x2001), undefined);
    assert.is(pool.alloc(0x2000), 0);
    assert.is(pool.alloc(0x1000), 0x2000);
    assert.is(pool.alloc(1), undefined);
    assert.equal([1, 4096, 4097].map(pageAlign), [4096, 4096, 8192]);
  }),
);

test.run();

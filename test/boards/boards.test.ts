/** The boards' data, and what defineBoard refuses. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addressRanges, type Board, type MemoryRegion, regionsFor } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import { defineBoard } from '../../boards/define-board.js';
import { boards, findBoard } from '../../boards/index.js';
import { da, daToPa, pa, paToDa } from '../../runtime/abi/address.js';

const test = suite('boards');
const physical = (region: MemoryRegion) => region.pa ?? region.da;

test('every board is found by its name, and names are unique', () => {
  assert.ok(boards.length >= 3);
  assert.is(new Set(boards.map((board) => board.name)).size, boards.length);
  for (const board of boards) assert.is(findBoard(board.name), board);
  assert.is(findBoard('no-such-board'), undefined);
});

for (const board of boards) {
  test(`${board.name}: data is complete`, () => {
    assert.is(defineBoard(board), board);
    assert.ok(board.cpu in cpus);
    assert.ok(board.description.length > 10);
    assert.ok(regionsFor(board, 'image').length >= 1);
    assert.ok(board.engine.heap > 0 && board.engine.stack > 0 && board.engine.stack <= 0x40000);
    assert.ok(board.watchdogMs > 0);
    assert.ok(board.linux.processor && board.linux.device);
    for (const region of board.memory) {
      assert.ok(region.origin, `${region.name} says where its numbers come from`);
      assert.ok(region.da + region.len <= 2 ** 32, `${region.name} ends below 4 GiB`);
      assert.is((region.da | physical(region) | region.len) & 0xfff, 0, `${region.name} is whole pages`);
    }
  });

  test(`${board.name}: no two regions overlap, on either side`, () => {
    for (const address of [(region: MemoryRegion) => region.da, physical]) {
      const sorted = [...board.memory].sort((a, b) => address(a) - address(b));
      for (let i = 1; i < sorted.length; i++) {
        const end = address(sorted[i - 1]) + sorted[i - 1].len;
        assert.ok(end <= address(sorted[i]), `${sorted[i - 1].name} and ${sorted[i].name}`);
      }
    }
  });

  test(`${board.name}: addresses translate both ways`, () => {
    const ranges = addressRanges(board);
    for (const region of board.memory) {
      for (const at of [0, 1, region.len >> 1, region.len - 1]) {
        const device = da(region.da + at);
        const host = pa(physical(region) + at);
        assert.is(daToPa(ranges, device, 1), host, region.name);
        assert.is(paToDa(ranges, host, 1), device, region.name);
      }
      assert.is(
        daToPa(ranges, da(region.da), region.len),
        physical(region),
        `${region.name} is in one range`,
      );
    }
    const covered = ranges.reduce((sum, range) => sum + range.len, 0);
    const declared = board.memory.reduce((sum, region) => sum + region.len, 0);
    assert.is(covered, declared, 'and nothing else is covered');
    for (const range of ranges) {
      assert.is(daToPa(ranges, da(range.da + range.len), 1), undefined);
      assert.is(daToPa(ranges, da(range.da - 1), 1), undefined);
      assert.is(daToPa(ranges, range.da, range.len + 1), undefined);
      assert.is(paToDa(ranges, pa(range.pa - 1), 1), undefined);
      assert.is(paToDa(ranges, pa(range.pa + range.len), 1), undefined);
    }
  });
}

const region = (name: string, at: number, len: number, more: Partial<MemoryRegion> = {}): MemoryRegion => ({
  name,
  da: at,
  len,
  use: 'image',
  origin: 'test',
  ...more,
});

function boardWith(memory: readonly MemoryRegion[], more: Partial<Board> = {}): Board {
  return { ...boards[0], name: 'trial', memory, ...more };
}

test('adjacent regions are one range only when both sides run in parallel', () => {
  const parallel = boardWith([
    region('b', 0x2000, 0x1000, { pa: 0x9000 }),
    region('a', 0x1000, 0x1000, { pa: 0x8000 }),
  ]);
  assert.equal(addressRanges(parallel), [{ da: 0x1000, pa: 0x8000, len: 0x2000 }]);
  const crossed = boardWith([
    region('a', 0x1000, 0x1000, { pa: 0x9000 }),
    region('b', 0x2000, 0x1000, { pa: 0x8000 }),
  ]);
  assert.is(addressRanges(crossed).length, 2);
});

test('defineBoard refuses what cannot be a board', () => {
  const refusals: [RegExp, Board][] = [
    [
      /trial: region b at 0x00001fff overlaps a/,
      boardWith([region('a', 0x1000, 0x1000), region('b', 0x1fff, 1)]),
    ],
    [/trial: region b .* overlaps a/, boardWith([region('a', 0x1000, 0x1000), region('b', 0, 0x4000)])],
    [/trial: two regions are named a/, boardWith([region('a', 0, 16), region('a', 16, 16)])],
    [/trial: region a has no bytes/, boardWith([region('a', 0, 0)])],
    [/trial: region a has no bytes/, boardWith([region('a', -1, 16)])],
    [/trial: no region for the image/, boardWith([region('a', 0, 16, { use: 'pool' })])],
    [/trial: no region for the image/, boardWith([])],
    [/trial: unknown cpu z80/, boardWith([region('a', 0, 16)], { cpu: 'z80' as Board['cpu'] })],
  ];
  for (const [message, board] of refusals) assert.throws(() => defineBoard(board), message);
  const touching = boardWith([region('a', 0, 16), region('b', 16, 16)]);
  assert.is(defineBoard(touching), touching, 'regions may touch');
});

test.run();

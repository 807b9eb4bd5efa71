/** The boards' data, and what defineBoard refuses. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addressRanges, type Board, type MemoryRegion, regionsFor } from '../../boards/board.js';
import { cpus, NO_MACHINE_CODE, NOT_ON_SILICON } from '../../boards/cpus.js';
import { defineBoard } from '../../boards/define-board.js';
import { boardGroups, boards, findBoard } from '../../boards/index.js';
import { da, daToPa, pa, paToDa } from '../../runtime/abi/address.js';
import { deadline } from '../../sdk/testing/deadline.js';

const test = suite('boards');
const physical = (region: MemoryRegion) => region.pa ?? region.da;

test(
  'every board is found by its name, and names are unique',
  deadline(1000, () => {
    assert.equal(
      boards.map(({ name }) => name),
      [
        'virt-m4',
        'virt-rv32',
        'virt-a53',
        'virt-rv64',
        'virt-ivshmem',
        'qemu-mps2-an386',
        'qemu-mps2-an500',
        'qemu-r5f',
        'qemu-rv32',
        'qemu-ivshmem-m4',
        'stm32mp157-dk-m4',
        'stm32mp157-m4-448k',
        'imx7d-m4',
        'imx8mm-m4',
        'imx8mq-m4',
        'imx8mn-m7',
        'imx8mp-m7',
        'imx93-m33',
        'imx95-m7',
        'am62x-m4f',
        'am64x-m4f',
        'am64x-r5f',
        'j721e-r5f',
        'zynqmp-r5',
        'zynqmp-r5-rpmsg',
        'versal-r5',
      ],
    );
    assert.is(new Set(boards.map((board) => board.name)).size, boards.length);
    for (const board of boards) assert.is(findBoard(board.name), board);
    assert.is(findBoard('no-such-board'), undefined);
    assert.equal(Object.keys(boardGroups), ['virtual', 'qemu', 'st', 'nxp', 'ti', 'xilinx']);
  }),
);

test(
  'boards say what their images hold, and whether that has run',
  deadline(1000, () => {
    const real = boards.filter(({ name }) => !name.startsWith('virt-'));
    assert.is(real.length, 21);
    for (const { native, name } of boards.filter((board) => !real.includes(board))) {
      assert.is(native, undefined, name);
    }
    for (const { description, native, qemu, name } of real) {
      const words = !native ? NO_MACHINE_CODE : native.proven ? 'run by --core qemu' : NOT_ON_SILICON;
      assert.ok(description.includes(words), `${name}: ${description}`);
      assert.is(native?.proven ?? false, qemu !== undefined, `${name}: only QEMU has run images`);
    }
  }),
);

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
      const whole = daToPa(ranges, da(region.da), region.len);
      assert.is(whole, physical(region), `${region.name} is in one range`);
      for (const at of [0, 1, region.len >> 1, region.len - 1]) {
        const device = da(region.da + at);
        const host = pa(physical(region) + at);
        assert.is(daToPa(ranges, device, 1), host, region.name);
        const back = paToDa(ranges, host, 1)!;
        assert.is(daToPa(ranges, back, 1), host, `${region.name}, by way of an alias or not`);
        // What Linux hands to the remote must come back as the address that the remote uses.
        if (!board.translation || region.use !== 'image') assert.is(back, device, region.name);
      }
    }
  });

  if (board.translation) continue;
  test(`${board.name}: nothing but its regions translates`, () => {
    const ranges = addressRanges(board);
    const covered = ranges.reduce((sum, range) => sum + range.len, 0);
    const declared = board.memory.reduce((sum, region) => sum + region.len, 0);
    assert.is(covered, declared);
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
    [
      /trial: region b is no alias of c/,
      boardWith([region('a', 0, 16), region('b', 16, 16, { aliasOf: 'c' })]),
    ],
    [
      /trial: region b is no alias of a/,
      boardWith([region('a', 0, 16), region('b', 16, 8, { aliasOf: 'a' })]),
    ],
    [
      /trial: region b is no alias of b/,
      boardWith([region('a', 0, 16), region('b', 16, 16, { aliasOf: 'b' })]),
    ],
    [/trial: a does not say where its numbers come from/, boardWith([region('a', 0, 16, { origin: ' ' })])],
    [/trial: unknown cpu z80/, boardWith([region('a', 0, 16)], { cpu: 'z80' as Board['cpu'] })],
  ];
  for (const [message, board] of refusals) assert.throws(() => defineBoard(board), message);
  const touching = boardWith([region('a', 0, 16), region('b', 16, 16)]);
  assert.is(defineBoard(touching), touching, 'regions may touch');
});

test.run();

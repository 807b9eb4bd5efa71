/** Rows of protection units: what they cover, read back by a model of each unit. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board, MemoryRegion } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { familyOf } from '../../sdk/native/families.js';
import { isNative } from '../../sdk/native/layout.js';
import { blockFor, cover, enclose } from '../../sdk/native/protection/cover.js';
import { type LinkedBlock, type ProtectionRow, protectionRows } from '../../sdk/native/protection/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { type Row, units } from './units.js';

const test = suite('protection');
const runs = process.env.RPROC_VOLUME === 'full' ? 20000 : 1000;
const GRAIN = 32;
const end = 2 ** 32;

const ranges = fc
  .record({ at: fc.nat(2 ** 27 - 1), len: fc.nat(2 ** 27 - 1), bits: fc.nat(26) })
  .map(({ at, len, bits }) => {
    const da = at * GRAIN;
    return { da, len: Math.min((1 + (len % 2 ** (bits + 1))) * GRAIN, end - da) };
  });

/** The parts of the blocks that are not disabled. */
function pieces(da: number, len: number): [from: number, to: number][] {
  return cover(da, len).flatMap(({ base, size, disabled }) => {
    const eighth = size / 8;
    return Array.from({ length: 8 }, (_, n): [number, number] => [
      base + n * eighth,
      base + (n + 1) * eighth,
    ]).filter((_, n) => (disabled & (1 << n)) === 0);
  });
}

test(
  'a cover is the range, byte for byte, in blocks that a unit can have',
  deadline(20000, () => {
    fc.assert(
      fc.property(ranges, ({ da, len }) => {
        let at = da;
        for (const [from, to] of pieces(da, len)) {
          assert.is(from, at, 'without gaps and overlaps');
          at = to;
        }
        assert.is(at, da + len);
        for (const { base, size, disabled } of cover(da, len)) {
          assert.ok(size >= GRAIN && Number.isInteger(Math.log2(size)));
          assert.is(base % size, 0);
          assert.ok(disabled === 0 || (size >= 256 && disabled < 0xff));
        }
      }),
      { numRuns: runs, seed: 61 },
    );
  }),
);

test(
  'a cover has as few blocks as any, for all small ranges',
  deadline(20000, () => {
    // Breadth-first over everything that one block can cover from a position on.
    const fewest = (from: number, to: number): number => {
      const seen = new Map([[from, 0]]);
      for (const [at, steps] of seen) {
        if (at === to) return steps;
        for (let size = GRAIN; size <= 4096; size *= 2) {
          const base = Math.floor(at / size) * size;
          const grain = size < 256 ? size : size / 8;
          if (at % grain !== 0) continue;
          for (let reach = at + grain; reach <= Math.min(base + size, to); reach += grain) {
            if (!seen.has(reach)) seen.set(reach, steps + 1);
          }
        }
      }
      return Number.NaN;
    };
    for (let from = 0; from < 24; from++) {
      for (let to = from + 1; to <= 64; to += from % 5 === 0 ? 1 : 7) {
        const [da, len] = [from * GRAIN, (to - from) * GRAIN];
        assert.is(cover(da, len).length, fewest(da, da + len), `${da} ${len}`);
      }
    }
  }),
);

test(
  'whole address space, and what has no cover',
  deadline(1000, () => {
    assert.equal(cover(0, end), [{ base: 0, size: end, disabled: 0 }]);
    assert.equal(cover(0xa0100000, 0xf00000), [
      { base: 0xa0000000, size: 0x800000, disabled: 0b00000001 },
      { base: 0xa0800000, size: 0x800000, disabled: 0 },
    ]);
    assert.throws(() => cover(16, 64), RangeError);
    assert.throws(() => cover(0, 48), RangeError);
    assert.equal(enclose(0x2f00, 0x200), { base: 0x2000, size: 0x2000, disabled: 0 });
    assert.equal(blockFor(5648), { size: 8192, used: 6144, disabled: 0b11000000 });
    assert.equal(blockFor(1), { size: 256, used: 32, disabled: 0b11111110 });
  }),
);

/** Where the tests put what the linker places: a multiple of every block's size in the first image region. */
const atLink = (board: Board) => {
  const { da, len } = board.memory.find(({ use }) => use === 'image')!;
  return Math.floor((da + len / 2) / 0x2000) * 0x2000;
};
const linkedBlocks: readonly LinkedBlock[] = [
  { what: 'shared', protection: 'shared', symbol: 'shared', size: 0x1000, disabled: 0b11000000 },
  { what: 'guard', protection: 'none', symbol: 'guard', size: 256, disabled: 0 },
];

function resolved(rows: readonly ProtectionRow[], at: number): Row[] {
  const symbols: { [name: string]: number } = { shared: at, guard: at + 0x1000 };
  return rows.map(({ base, size, access }) => {
    if (typeof base === 'number') return { base, size, access };
    const value = base.value?.replace(/^\((\w+) >> 2\) \+ (\d+)$/, (_, name: string, more: string) =>
      String(symbols[name] / 4 + Number(more)),
    );
    return { base: (value === undefined ? symbols[base.symbol] : Number(value)) + base.addend, size, access };
  });
}

for (const board of boards.filter(isNative)) {
  const family = familyOf(board.cpu)!;
  const linked = family.cached ? linkedBlocks : linkedBlocks.slice(1);
  const at = atLink(board);
  const look = (address: number) =>
    units[family.protection](resolved(protectionRows(board, family, linked), at), address);
  const edges = ({ da, len }: { da: number; len: number }) => [da, da + 1, da + (len >> 1), da + len - 1];

  test(
    `${board.name}: rings, buffers and pool are never cached and never executed`,
    deadline(2000, () => {
      for (const region of board.memory.filter(({ use }) => ['named', 'pool', 'table'].includes(use))) {
        for (const address of edges(region)) {
          const { row: _, ...verdict } = look(address)!;
          const memory = family.protection === 'pmp' ? {} : { memory: 'normal-uncached' };
          assert.equal(
            verdict,
            { readable: true, executable: false, ...memory },
            `${region.name} ${address}`,
          );
        }
      }
    }),
  );

  test(
    `${board.name}: the image runs, its guard and its shared part aside`,
    deadline(2000, () => {
      for (const region of board.memory.filter(({ use, aliasOf }) => use === 'image' && !aliasOf)) {
        for (const address of edges(region).filter((one) => one < at || one >= at + 0x1100)) {
          const verdict = look(address);
          if (family.protection === 'cortex-r') assert.ok(verdict, region.name);
          if (!verdict) continue;
          assert.ok(verdict.readable && verdict.executable, `${region.name} ${address.toString(16)}`);
          if (family.protection !== 'pmp') assert.is(verdict.memory, 'normal-write-back', region.name);
        }
      }
      for (const address of edges({ da: at + 0x1000, len: 256 })) assert.not.ok(look(address)!.readable);
      assert.not.ok(look(at + 0x1100)?.readable === false, 'the guard ends');
      if (!family.cached) return;
      for (const address of edges({ da: at, len: 0xc00 })) {
        assert.equal([look(address)!.memory, look(address)!.executable], ['normal-uncached', false]);
      }
      assert.is.not(look(at + 0xc00)?.memory, 'normal-uncached', 'eighths that do not belong to it');
    }),
  );

  test(
    `${board.name}: registers can be reached and a null pointer cannot, where it can be told`,
    deadline(2000, () => {
      const { native, mailbox } = board;
      const bases = [
        'base' in native.timer ? native.timer.base : undefined,
        'base' in native.irqc ? native.irqc.base : undefined,
        native.console?.base,
        native.crash?.da,
        mailbox?.remoteBase,
      ];
      for (const base of bases.filter((one) => one !== undefined)) {
        const verdict = look(base);
        if (family.protection === 'cortex-r') assert.is(verdict?.memory, 'device', base.toString(16));
        else assert.is(verdict, undefined, 'the background map has them');
      }
      const covered = [...board.memory, ...(board.translation ?? [])].some(({ da }) => da === 0);
      if (family.protection === 'armv7m' && !covered) assert.not.ok(look(4)!.readable);
    }),
  );
}

const odd = (name: string, da: number, len: number): MemoryRegion => ({
  ...{ name, da, len, use: 'named', origin: 'test' },
});

test(
  'too many odd regions are refused with all of them named',
  deadline(2000, () => {
    const base = boards.find(({ name }) => name === 'qemu-mps2-an500')!;
    const scattered = Array.from({ length: 5 }, (_, i) =>
      odd(`odd${i}`, 0x70000000 + i * 0x100000 + 0x1020, 0x1f0e0),
    );
    const board = { ...base, memory: [...base.memory, ...scattered] };
    assert.throws(
      () => protectionRows(board, familyOf(board.cpu)!, linkedBlocks),
      (error: unknown) =>
        error instanceof ProblemError &&
        error.problems[0].code === 'RP2030' &&
        /qemu-mps2-an500 takes \d+ regions of a protection unit that has 8/.test(error.problems[0].what) &&
        /odd4/.test(error.problems[0].detail!),
    );
  }),
);

test(
  'registers share blocks where a Cortex-R would run out of regions',
  deadline(2000, () => {
    const base = boards.find(({ name }) => name === 'qemu-r5f')!;
    const registers = Array.from({ length: 12 }, (_, i) => ({ da: 0x40000000 + i * 0x10000, len: 0x1000 }));
    const board = { ...base, native: { ...base.native!, registers } };
    const rows = protectionRows(board, familyOf(board.cpu)!, linkedBlocks);
    assert.ok(rows.length <= 12);
    const look = (address: number) => units['cortex-r'](resolved(rows, atLink(board)), address);
    for (const { da } of registers) assert.is(look(da + 0xffc)?.memory, 'device');
    assert.is(look(0x10140000)?.memory, 'device');
    assert.is(look(0x00f00000)?.memory, 'normal-uncached', 'no block of registers lies over memory');
    assert.is(look(0xdead0000), undefined);
  }),
);

test.run();

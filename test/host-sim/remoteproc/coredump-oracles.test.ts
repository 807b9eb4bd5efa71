/** linux-remoteproc.md section 12: readelf and gdb read the dumps of the boards. */
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { cpus } from '../../../boards/cpus.js';
import { boards } from '../../../boards/index.js';
import { zynqmpR5 } from '../../../boards/xilinx/zynqmp-r5.js';
import {
  coredumpAddCustomSegment,
  coredumpCleanup,
  rprocCoredump,
  rprocCoredumpUsingSections,
} from '../../../host-sim/remoteproc/coredump.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { dumpBench, dumpOf } from '../../support/coredump-bench.js';
import {
  inFolder,
  readelf,
  readelfHeader,
  readelfSections,
  readelfSegments,
} from '../../support/elf-oracles.js';
import { need } from '../../support/need.js';
import type { Bench } from '../../support/sim-boot.js';

const LIMIT = 30000;

/** What readelf calls the machine of the board's dumps; undefined for a driver that makes none. */
function machineOf({ cpu, linux }: Board): string | undefined {
  if (linux.driver === 'stm32_rproc') return 'None';
  if (linux.driver === 'xlnx_r5') return 'ARM';
  if (linux.driver !== 'generic') return undefined;
  return { arm: 'ARM', aarch64: 'AArch64', riscv32: 'RISC-V', riscv64: 'RISC-V' }[cpus[cpu].machine];
}

const dumped = boards.filter((board) => machineOf(board) !== undefined);

/** A system with this board, its memory marked where the image is. */
async function markedBench(board: Board): Promise<{ bench: Bench; at: number }> {
  const at = board.memory.find(({ use }) => use === 'image')!.da;
  const bench = await dumpBench({ board, tableAt: at, entry: at + 0x40 });
  bench.at(at + 0x40, 16).set([0x78, 0x56, 0x34, 0x12, 0xef, 0xcd, 0xab, 0x89, 1, 0, 0, 0, 2, 0, 0, 0]);
  return { bench, at };
}

const hasReadelf = need('readelf');

for (const board of dumped) {
  (hasReadelf ? test : test.skip)(
    `linux-remoteproc 12: readelf reads the program headers of ${board.name}`,
    deadline(LIMIT, async () => {
      const { bench, at } = await markedBench(board);
      await rprocCoredump(bench.sim.rproc);
      const dump = dumpOf(bench);
      const wide = /64$|a53$/.test(board.cpu);
      const header = readelfHeader(dump);
      const [ehsize, phsize] = wide ? [64, 56] : [52, 32];
      const segments = readelfSegments(dump);
      assert.equal(
        {
          class: header.Class,
          data: header.Data,
          type: header.Type,
          machine: header.Machine,
          entry: Number(header['Entry point address']),
          phoff: header['Start of program headers'],
          ehsize: header['Size of this header'],
          phsize: header['Size of program headers'],
          shsize: header['Size of section headers'],
          shnum: header['Number of section headers'],
        },
        {
          class: wide ? 'ELF64' : 'ELF32',
          data: "2's complement, little endian",
          type: 'CORE (Core file)',
          machine: machineOf(board),
          entry: at + 0x40,
          phoff: `${ehsize} (bytes into file)`,
          ehsize: `${ehsize} (bytes)`,
          phsize: `${phsize} (bytes)`,
          shsize: '0 (bytes)',
          shnum: '0',
        },
      );
      let offset = ehsize + segments.length * phsize;
      for (const segment of segments) {
        assert.is(segment.offset, offset);
        assert.equal(
          [segment.type, segment.flags, segment.align, segment.paddr, segment.memsz],
          ['LOAD', 'RWX', 0, segment.vaddr, segment.filesz],
        );
        offset += segment.filesz;
      }
      assert.is(dump.length, offset);
      assert.match(readelf(dump, '-S'), 'There are no sections in this file.');
      const images = board.memory.filter(({ use }) => use === 'image');
      for (const { da, len } of images) {
        assert.ok(segments.some(({ vaddr, filesz }) => vaddr === da && filesz === len));
      }
    }),
  );
}

for (const board of dumped.filter(({ name }) => /^(virt-.*|zynqmp.*)$/.test(name))) {
  (hasReadelf ? test : test.skip)(
    `linux-remoteproc 12: readelf reads the sections of ${board.name}`,
    deadline(LIMIT, async () => {
      const { bench, at } = await markedBench(board);
      const { rproc } = bench.sim;
      coredumpCleanup(rproc);
      coredumpAddCustomSegment(rproc, at, 0x80, undefined, 'md_head');
      coredumpAddCustomSegment(rproc, at + 0x40, 5, undefined, 'md_words');
      await rprocCoredumpUsingSections(rproc);
      const dump = dumpOf(bench);
      const [ehsize, shsize] = /64$|a53$/.test(board.cpu) ? [64, 64] : [52, 40];
      const strings = 'xSTR_TBLxmd_headxmd_wordsx'.length;
      const first = ehsize + 4 * shsize + strings;
      const none = { entsize: 0, link: 0, info: 0, align: 0 };
      assert.equal(readelfSections(dump), [
        { index: 0, name: '', type: 'NULL', addr: 0, offset: 0, size: 0, flags: '', ...none },
        {
          ...{ index: 1, name: 'STR_TBL', type: 'STRTAB', addr: 0, offset: first - strings },
          ...{ size: strings, flags: '', ...none },
        },
        {
          ...{ index: 2, name: 'md_head', type: 'PROGBITS', addr: at, offset: first },
          ...{ size: 0x80, flags: 'W', ...none },
        },
        {
          ...{ index: 3, name: 'md_words', type: 'PROGBITS', addr: at + 0x40, offset: first + 0x80 },
          ...{ size: 5, flags: 'W', ...none },
        },
      ]);
      assert.match(readelf(dump, '-l'), 'There are no program headers in this file.');
      assert.match(readelf(dump, '-x', 'md_words'), / 78563412 ef /);
    }),
  );
}

const hasGdb = need('gdb-multiarch');

/** What gdb prints with the dump as its target. */
function gdb(dump: Uint8Array, ...commands: readonly string[]): string {
  return inFolder({ core: dump }, (cwd) => {
    const asked = ['target core core', ...commands].flatMap((command) => ['-ex', command]);
    const { stdout, status, error } = spawnSync('gdb-multiarch', ['-nx', '-batch', ...asked], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C' },
      encoding: 'utf8',
    });
    if (error) throw error;
    assert.is(status, 0);
    return stdout;
  });
}

for (const board of dumped.filter(({ name }) => /^(virt-.*|zynqmp.*|stm32.*)$/.test(name))) {
  (hasGdb ? test : test.skip)(
    `linux-remoteproc 12: gdb reads the memory of ${board.name} out of its dump`,
    deadline(LIMIT, async () => {
      const { bench, at } = await markedBench(board);
      await rprocCoredump(bench.sim.rproc);
      const [{ vaddr, filesz }] = readelfSegments(dumpOf(bench));
      const shown = gdb(dumpOf(bench), 'info files', `x/4xw ${at + 0x40}`);
      assert.match(shown, /0x12345678\t0x89abcdef\t0x00000001\t0x00000002/);
      const load = /0x([0-9a-f]+) - 0x([0-9a-f]+) is load0/.exec(shown)!;
      assert.equal([parseInt(load[1], 16), parseInt(load[2], 16)], [vaddr, vaddr + filesz]);
      const type = /file type (\S+)\./.exec(shown)![1];
      const { machine } = cpus[board.cpu];
      const named = { arm: 'elf32-littlearm', aarch64: 'elf64-littleaarch64' } as const;
      const riscv = machine === 'riscv64' ? 'elf64-littleriscv' : 'elf32-littleriscv';
      const plain = machine === 'arm' || machine === 'aarch64' ? named[machine] : riscv;
      assert.is(type, board.linux.driver === 'stm32_rproc' ? 'elf32-little' : plain);
    }),
  );
}

(hasGdb ? test : test.skip)(
  'linux-remoteproc 12: gdb reads what user space read inline, custom segments and filling included',
  deadline(LIMIT, async () => {
    const { bench, at } = await markedBench(zynqmpR5);
    const { rproc } = bench.sim;
    rproc.dumpConf = 'inline';
    coredumpAddCustomSegment(rproc, 0x70000000, 16, (_rproc, _segment, dest) => dest.fill(0x5a));
    coredumpAddCustomSegment(rproc, 0x71000000, 8, undefined);
    void rprocCoredump(rproc);
    const shown = gdb(dumpOf(bench), 'x/1xw 0x70000004', 'x/1xw 0x71000004', `x/1xw ${at + 0x44}`);
    assert.match(shown, /0x70000004:\t0x5a5a5a5a\n0x71000004:\t0xffffffff\n/);
    assert.match(shown, /:\t0x89abcdef\n/);
  }),
);

test.run();

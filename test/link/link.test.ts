import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import { boards } from '../../boards/index.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { generateLinkerScript } from '../../ldscripts/index.js';
import { identifier } from '../../ldscripts/memory-map.js';
import { PT_LOAD } from '../../runtime/abi/elf.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { readElf } from '../../sdk/elf/read.js';
import { writeObject } from '../../sdk/elf/write-object.js';
import { inspectElf } from '../../sdk/inspect/index.js';
import { firmwareMap } from '../../sdk/link/firmware-map.js';
import { link, preloadLinker } from '../../sdk/link/link.js';
import { traceEndSymbol, traceSection, traceSymbol } from '../../sdk/link/symbols.js';
import { ENTRY, firmwareObjects, linkFirmware, TRACES } from '../support/elf-images.js';
import { readobj } from '../support/elf-oracles.js';
import { need } from '../support/need.js';

/**
 * LLD 14 wants build attributes that say which ARM instructions it may use in veneers. Data needs none, and
 * attributes on data could contradict those of a native engine, so the objects have none.
 */
const LLD14_BLX =
  'ld.lld: warning: lld uses blx instruction, no object with architecture supporting feature detected';

const gnu = {
  arm: 'arm-none-eabi-ld',
  riscv32: 'riscv64-unknown-elf-ld',
  aarch64: 'aarch64-linux-gnu-ld',
  riscv64: 'riscv64-unknown-elf-ld',
} as const;

for (const board of boards) {
  const { machine } = cpus[board.cpu];
  for (const linker of [undefined, gnu[machine], 'ld.lld']) {
    const runs = linker === undefined || need(linker);
    (runs ? test : test.skip)(`${board.name}: linked by ${linker ?? 'the bundled LLD'}`, async () => {
      const result = await linkFirmware(board, { linker });
      assert.is(result.warnings, linker === 'ld.lld' && machine === 'arm' ? LLD14_BLX : '');
      await checkImage(board, result.elf);
      const names = ['resource_table.o', 'app.o', '.resource_table', ENTRY];
      for (const name of names) assert.ok(result.map.includes(name), `${name} in the map`);
      assert.not.ok(result.map.includes(tmpdir()), 'no temporary path in the map');
      assert.not.ok(Buffer.from(result.elf).includes('rproc-link-'), 'nor in the image');
      const again = await linkFirmware(board, { linker });
      assert.equal(again.elf, result.elf, 'same input, same bytes');
      assert.is(again.map, result.map);
    });
  }
}

async function checkImage(board: Board, bytes: Uint8Array): Promise<void> {
  const elf = readElf(bytes, 'x.elf');
  assert.equal(elf.damage, []);
  const other = await readobj(bytes, '--sections', '--segments', '--symbols', '--file-header');
  const section = (name: string) =>
    other.Sections.find(({ Section: s }: any) => s.Name.Name === name)?.Section;
  const symbol = (name: string) =>
    other.Symbols.find(({ Symbol: s }: any) => s.Name.Name === name)?.Symbol.Value;
  const table = section('.resource_table');
  assert.is(table.Type.Name, 'SHT_PROGBITS');
  assert.is(table.Address % 16, 0);
  const loads = other.ProgramHeaders.map(({ ProgramHeader: s }: any) => s).filter(
    (segment: any) => segment.Type.Value === PT_LOAD,
  );
  const holder = loads.find(
    (s: any) => table.Offset >= s.Offset && table.Offset + table.Size <= s.Offset + s.FileSize,
  );
  assert.is(
    holder.PhysicalAddress + table.Offset - holder.Offset,
    table.Address,
    'loaded where sh_addr says',
  );
  assert.is(other.ElfHeader.Entry, section('.rproc.app').Address);
  assert.is(section('.rproc.trace').Type.Name, 'SHT_NOBITS');
  for (const s of loads) {
    assert.is(s.PhysicalAddress, s.VirtualAddress);
    const region = board.memory.find(({ use }) => use === 'image')!;
    assert.ok(s.PhysicalAddress >= region.da && s.PhysicalAddress + s.MemSize <= region.da + region.len);
    assert.ok(
      s.Offset === 0
        ? s.FileSize === 0
        : s.Offset >= (elf.class === 32 ? 52 + 32 * loads.length : 64 + 56 * loads.length),
      'headers are not loaded',
    );
  }
  const traces = inspectElf(bytes, 'x.elf').resourceTable!.entries.filter(({ type }) => type === 'trace');
  assert.equal(
    traces.map(({ fields }) => Number(fields.find(({ name }) => name === 'da')?.value)),
    TRACES.map(({ name }) => symbol(traceSymbol(name))),
  );
  for (const { name, size } of TRACES) {
    assert.is(symbol(traceSymbol(name)) % 16, 0);
    assert.is(symbol(traceEndSymbol(name)) - symbol(traceSymbol(name)), size);
  }
  for (const name of ['.rproc.sourcemap', '.note.rproc', '.note.gnu.build-id']) {
    assert.is(section(name).Flags.Value & 2, 0, `${name} is not in memory`);
    assert.ok(section(name).Size > 0, `${name} survives`);
  }
  for (const name of ['.comment', '.ARM.attributes', '.riscv.attributes'])
    assert.is(section(name), undefined);
}

test('an image without trace buffers has no segment for them', async () => {
  const { elf } = await linkFirmware(virtM4, { traces: [] });
  assert.is(readElf(elf, 'x.elf').segments.length, 2);
});

async function problem(run: Promise<unknown>) {
  try {
    await run;
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0];
    throw error;
  }
  throw new Error('nothing was thrown');
}

const small: Board = {
  ...virtM4,
  memory: [{ name: 'sram', da: 0x10000000, len: 0x1000, use: 'image', origin: 'test' }],
};

for (const linker of [undefined, gnu.arm, 'ld.lld']) {
  const runs = linker === undefined || need(linker);
  const by = linker ?? 'the bundled LLD';
  (runs ? test : test.skip)(
    `${by}: a firmware that does not fit is refused with the linker's words`,
    async () => {
      const { code, exit, detail } = await problem(linkFirmware(small, { linker }));
      assert.is(code, 'RP2001');
      assert.is(exit, 1);
      assert.match(detail!, /sram/);
      assert.match(detail!, /\.rproc\.trace/);
    },
  );

  (runs ? test : test.skip)(
    `${by}: a missing table, a trace of another size, an undefined symbol are refused`,
    async () => {
      const script = generateLinkerScript(firmwareMap({ board: virtM4, firmwareName: 'x', traces: TRACES }));
      const [table, app] = firmwareObjects(virtM4, TRACES);
      const run = (...objects: { name: string; bytes: Uint8Array }[]) =>
        problem(link({ machine: 'arm', objects, script, linker }));
      assert.match((await run(app)).detail!, 'no object holds .resource_table');
      const [otherTable] = firmwareObjects(virtM4, [TRACES[0], { name: 'log-1', size: 0x100 }]);
      assert.match((await run(otherTable, app)).detail!, 'the trace buffer log$2d1 does not have 291 bytes');
      const data = new Uint8Array(4);
      const relocations = [{ offset: 0, symbol: 'nowhere_to_be_found' }];
      const bytes = writeObject({
        machine: 'arm',
        sections: [{ name: '.rproc.app', type: 'progbits', alloc: true, align: 4, data, relocations }],
      });
      assert.match((await run(table, app, { name: 'b.o', bytes })).detail!, 'nowhere_to_be_found');
    },
  );
}

test('an object that is none is refused', async () => {
  const objects = [{ name: 'a.o', bytes: new Uint8Array(100) }];
  const { code, detail } = await problem(link({ machine: 'arm', objects, script: 'SECTIONS { }' }));
  assert.is(code, 'RP2001');
  assert.match(detail!, 'a.o');
});

test('a linker that is not there is a usage error', async () => {
  for (const linker of ['no-such-linker', './no/such/linker']) {
    const { code, exit, what } = await problem(linkFirmware(virtM4, { linker }));
    assert.is(code, 'RP2002');
    assert.is(exit, 2);
    assert.ok(what.includes(linker));
  }
});

test('no temporary folder stays behind, whether the link succeeds, fails or cannot start', async () => {
  const { TMPDIR } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'rproc-test-'));
  process.env.TMPDIR = folder;
  try {
    await problem(linkFirmware(virtM4, { linker: 'no-such-linker' }));
    if (need(gnu.arm)) {
      await problem(linkFirmware(small, { linker: gnu.arm }));
      await linkFirmware(virtM4, { linker: gnu.arm });
    }
    assert.equal(readdirSync(folder), []);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(folder, { recursive: true, force: true });
  }
});

test('object names that would be options, paths or outputs are refused', async () => {
  const bytes = new Uint8Array(0);
  for (const name of ['-o', '../a.o', 'a b.o', '', 'firmware.elf', 'firmware.ld']) {
    assert.is(
      (await problem(link({ machine: 'arm', objects: [{ name, bytes }], script: '' }))).code,
      'RP2004',
    );
  }
  const twice = [
    { name: 'a.o', bytes },
    { name: 'a.o', bytes },
  ];
  assert.is((await problem(link({ machine: 'arm', objects: twice, script: '' }))).code, 'RP2004');
});

test('links at the same time do not disturb each other', async () => {
  await preloadLinker();
  const results = await Promise.all([...boards, ...boards].map((board) => linkFirmware(board)));
  for (let i = 0; i < boards.length; i++) assert.equal(results[i].elf, results[i + boards.length].elf);
  assert.match(results[0].linker, /^LLD 22\.\d+\.\d+ \(bundled\)$/);
});

test('trace symbols: readable, and different for different names', () => {
  assert.is(traceSymbol('trace0'), 'rproc_trace_trace0');
  assert.is(traceSymbol('log-1'), 'rproc_trace_log$2d1');
  assert.is(traceSymbol('ü'), 'rproc_trace_$c3$bc');
  assert.is(traceSection('log-1'), '.rproc.trace.log$2d1');
  const names = ['a', 'a_end', 'a-end', 'a$5fend', 'a_end_end', 'a b', 'a_b', 'a$20b', '', '_end', '😀', '*'];
  const symbols = names.flatMap((name) => [traceSymbol(name), traceEndSymbol(name)]);
  assert.is(new Set(symbols).size, symbols.length);
});

test('traces of any name link, each with its own buffer', async () => {
  const traces = ['a', 'a_end', 'a b', '*', 'ü', '😀'].map((name, i) => ({ name, size: 16 * i + 5 }));
  const { elf, warnings } = await linkFirmware(virtM4, { traces });
  assert.is(warnings, '');
  const { symbols } = readElf(elf, 'x.elf');
  for (const { name, size } of traces) {
    const value = (wanted: string) => symbols.find((symbol) => symbol.name === wanted)!.value;
    assert.is(value(traceEndSymbol(name)) - value(traceSymbol(name)), BigInt(size), name);
  }
});

test('the script names every region of the board and where its numbers come from', () => {
  for (const board of boards) {
    const script = generateLinkerScript(firmwareMap({ board, firmwareName: 'hello', traces: TRACES }));
    for (const { name, origin, da } of board.memory) {
      const line = script
        .split('\n')
        .find((candidate) => candidate.trimStart().startsWith(`${identifier(name)} `));
      assert.ok(line?.includes(origin), name);
      assert.ok(line?.includes(`0x${da.toString(16).padStart(8, '0')}`), name);
    }
  }
});

test.run();

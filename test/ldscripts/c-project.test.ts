/** The preset for firmware in C: what compilers emit, in two code regions, linked by each linker. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CProject, cMemoryMap, generateLinkerScript } from '../../ldscripts/index.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { readElf } from '../../sdk/elf/read.js';
import { link } from '../../sdk/link/link.js';
import { make } from '../support/elf-oracles.js';
import { need } from '../support/need.js';
import { root } from '../support/sources.js';

/** As GCC writes it for a Cortex-M; everything that is not kept is referred to from the vectors. */
const START_S = `
  .syntax unified
  .cpu cortex-m4
  .thumb
  .section .vectors,"a"
  .word __stack_end, reset, text, value, zeros, __heap_start, shared
  .section .text.reset,"ax",%progbits
  .globl reset
  .thumb_func
reset:
  .fnstart
  bx lr
  .cantunwind
  .fnend
  .section .init_array,"aw",%init_array
  .word 3
  .section .init_array.00200,"aw",%init_array
  .word 2
  .section .init_array.00100,"aw",%init_array
  .word 1
  .section .resource_table,"aw"
  .word 1, 0, 0, 0
  .section .rodata.text,"a"
text: .asciz "hello"
  .data
value: .word 5
  .bss
zeros: .space 100
  .comm shared, 64, 8
  .section .text.unused,"ax",%progbits
  .asciz "not referred to"
`;

const STM32MP15 = 'STM32MP15: RETRAM at 0, SRAM behind 0x10000000';
const project: CProject = {
  title: ['a firmware in C'],
  entry: 'reset',
  regions: [
    { name: 'retram', origin: 0, length: 0x10000, attributes: 'rwx', comment: STM32MP15 },
    { name: 'sram', origin: 0x10000000, length: 0x40000, attributes: 'rwx', comment: STM32MP15 },
  ],
  place: { vectors: 'retram', code: 'sram', data: 'sram' },
  stack: { size: 0x1000 },
  heap: { size: 0x2000 },
};

const ASSEMBLER = 'arm-none-eabi-as';
const assembled = need(ASSEMBLER);
const object = assembled
  ? make({ 'start.s': START_S }, [[ASSEMBLER, '-o', 'start.o', 'start.s']], 'start.o')
  : new Uint8Array();
const linkProject = (changed: Partial<CProject>, linker: string | undefined, includes = {}) =>
  link({
    machine: 'arm',
    objects: [{ name: 'start.o', bytes: object }],
    script: generateLinkerScript(cMemoryMap({ ...project, ...changed })),
    ...{ includes, linker },
  });

for (const linker of [undefined, 'arm-none-eabi-ld', 'ld.lld']) {
  const runs = assembled && (linker === undefined || need(linker));
  const by = linker ?? 'the bundled LLD';
  const optional = runs ? test : test.skip;

  optional(`${by}: vectors at 0, the rest in SRAM, stack and heap without bytes`, async () => {
    const { elf: bytes, warnings } = await linkProject({}, linker);
    assert.is(warnings, '');
    const elf = readElf(bytes, 'a.elf');
    const section = (name: string) => elf.sections.find((one) => one.name === name)!;
    const symbol = (name: string) => Number(elf.symbols.find((one) => one.name === name)!.value);
    const words = (name: string, from = 0, to = Infinity) => {
      const data = elf.sectionData(section(name)).slice();
      const view = new DataView(data.buffer);
      const all = Array.from({ length: data.length / 4 }, (_, i) => view.getUint32(4 * i, true));
      return all.slice(from, to);
    };
    assert.is(section('.vectors').addr, 0n);
    assert.equal(words('.vectors', 0, 2), [0x10040000, symbol('reset')]);
    assert.equal(words('.vectors', 5, 6), [symbol('__heap_start')]);
    assert.is(section('.text').addr, 0x10000000n);
    assert.is(section('.resource_table').addr % 16n, 0n);
    assert.equal(words('.resource_table'), [1, 0, 0, 0]);
    assert.equal(words('.init_array'), [1, 2, 3], 'in the order of their priorities');
    assert.is(symbol('__init_array_end') - symbol('__init_array_start'), 12);
    assert.is(symbol('__exidx_start') % 4, 0);
    assert.is(
      BigInt(symbol('__exidx_end')),
      section('.ARM.exidx').addr + section('.ARM.exidx').size,
      'the unwinder finds its table',
    );
    assert.ok(symbol('__exidx_end') > symbol('__exidx_start'));
    assert.is(section('.bss').type, 8);
    assert.ok(symbol('__bss_end') - symbol('__bss_start') >= 164, 'zeros and common symbols');
    assert.ok(symbol('__heap_start') >= symbol('__bss_end'));
    assert.is(symbol('__heap_end') - symbol('__heap_start'), 0x2000);
    assert.is(symbol('__stack_start'), 0x1003f000);
    assert.is(symbol('__stack_end'), 0x10040000);
    assert.not.ok(Buffer.from(bytes).includes('not referred to'), 'what is not kept is collected');
    for (const { paddr, vaddr, memsz } of elf.segments.filter(({ type }) => type === 1)) {
      assert.is(paddr, vaddr);
      assert.ok(memsz < 0x400n, 'stack and heap are in no segment');
    }
  });

  optional(`${by}: what does not fit is refused by name`, async () => {
    const refused = async (changed: Partial<CProject>, message: RegExp) => {
      try {
        await linkProject(changed, linker);
      } catch (error) {
        if (error instanceof ProblemError) {
          assert.match(error.problems[0].detail!, message);
          return;
        }
        throw error;
      }
      assert.unreachable(`linked although ${message}`);
    };
    const full = { stack: { size: 0x3e000 }, heap: { size: 0x2000 } };
    await refused(full, /no room for heap, stack behind the sections of sram/);
    await linkProject({ ...full, heap: { size: 0x1000 } }, linker);
    // The vectors fill a region to its last byte, unless that has to stay free.
    const tight = { ...project.regions[0], length: 28 };
    const regions = [tight, project.regions[1]];
    await linkProject({ regions }, linker);
    await refused({ regions, strictEnds: true }, /\.vectors does not fit region retram .* last byte free/);
    const odd = { regions: [{ ...tight, origin: 4, length: 0x400 }, project.regions[1]] };
    const { elf } = await linkProject(odd, linker);
    const vectors = readElf(elf, 'a.elf').sections.find(({ name }) => name === '.vectors')!;
    assert.is(vectors.addr, 0x200n, 'vectors keep their alignment');
  });

  optional(`${by}: files are included at every place`, async () => {
    const places = ['start', 'memory', 'sections', 'end'] as const;
    const includes = {
      'start.ld': 'at_start = 1;\n',
      'memory.ld': 'extra (rw) : ORIGIN = 0x20000000, LENGTH = 0x100\n',
      'sections.ld': '.extra (NOLOAD) : { extra_start = .; . += 16; } > extra :NONE\n',
      'end.ld': 'at_end = extra_start + 1;\n',
      'in-text.ld': 'in_text = .; *(.text.unused)\n',
    };
    const { elf: bytes } = await linkProject(
      {
        includes: [
          ...places.map((at) => ({ file: `${at}.ld`, at })),
          { file: 'in-text.ld', at: { section: '.text' } },
        ],
      },
      linker,
      includes,
    );
    const { symbols, sections } = readElf(bytes, 'a.elf');
    const symbol = (name: string) => symbols.find((one) => one.name === name)?.value;
    assert.is(symbol('at_start'), 1n);
    assert.is(symbol('at_end'), 0x20000001n);
    assert.is(sections.find(({ name }) => name === '.extra')!.addr, 0x20000000n);
    const text = sections.find(({ name }) => name === '.text')!;
    assert.ok(symbol('in_text')! >= text.addr && symbol('in_text')! <= text.addr + text.size);
  });
}

test('an area of its own region, and defaults', () => {
  const map = cMemoryMap({ ...project, stack: { size: 0x100, region: 'retram' }, heap: undefined });
  assert.equal(map.areas, [{ name: 'stack', region: 'retram', size: 0x100, at: 'region-end' }]);
  const one = cMemoryMap({ ...project, place: { code: 'sram', data: 'sram', table: 'retram' } });
  assert.is(one.sections[0].region, 'sram');
  assert.is(one.sections.find(({ name }) => name === '.resource_table')?.region, 'retram');
});

test('every code of the package is in its README', () => {
  const errors = readFileSync(join(root, 'ldscripts/errors.ts'), 'utf8');
  const readme = readFileSync(join(root, 'ldscripts/README.md'), 'utf8');
  const codes = new Set(errors.match(/LD\d{3}(?=',)/g));
  assert.ok(codes.size >= 14);
  for (const code of codes) assert.ok(readme.includes(`| ${code} |`), code);
});

test.run();

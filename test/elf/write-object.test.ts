import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProblemError } from '../../runtime/abi/problem.js';
import { makeNote } from '../../sdk/elf/notes.js';
import { readElf } from '../../sdk/elf/read.js';
import {
  type ObjectFile,
  type ObjectMachine,
  type ObjectSection,
  writeObject,
} from '../../sdk/elf/write-object.js';
import { link } from '../../sdk/link/link.js';
import { readelf, readelfHeader, readelfSections, readobj } from '../support/elf-oracles.js';
import { need } from '../support/need.js';

interface Expected {
  readonly class: 32 | 64;
  readonly code: number;
  readonly flags: number;
  /** As readelf and llvm-readobj call it. */
  readonly names: readonly [string, string];
  readonly rela: boolean;
  readonly word: string;
  /** Of an address, 64 bits wide. */
  readonly wide?: string;
}

const machines: { readonly [machine in ObjectMachine]: Expected } = {
  arm: {
    ...{ class: 32, code: 40, flags: 0x05000000, names: ['ARM', 'EM_ARM'], rela: false },
    word: 'R_ARM_ABS32',
  },
  riscv32: {
    ...{ class: 32, code: 243, flags: 0, names: ['RISC-V', 'EM_RISCV'], rela: true },
    word: 'R_RISCV_32',
  },
  aarch64: {
    ...{ class: 64, code: 183, flags: 0, names: ['AArch64', 'EM_AARCH64'], rela: true },
    ...{ word: 'R_AARCH64_ABS32', wide: 'R_AARCH64_ABS64' },
  },
  riscv64: {
    ...{ class: 64, code: 243, flags: 0, names: ['RISC-V', 'EM_RISCV'], rela: true },
    ...{ word: 'R_RISCV_32', wide: 'R_RISCV_64' },
  },
};

function example(machine: ObjectMachine): ObjectFile {
  return {
    machine,
    sections: [
      {
        name: '.resource_table',
        type: 'progbits',
        alloc: true,
        write: true,
        align: 16,
        data: new Uint8Array(24).fill(0xee),
        relocations: [
          { offset: 4, symbol: 'buffer' },
          { offset: 12, symbol: 'elsewhere', addend: 0x80000010 },
          ...(machines[machine].wide
            ? [{ offset: 16, symbol: 'elsewhere', addend: 0xfffffff0, size: 8 } as const]
            : []),
        ],
      },
      { name: '.rproc.trace.a', type: 'nobits', alloc: true, write: true, align: 64, size: 0x1234 },
      { name: '.debug', type: 'progbits', alloc: false, align: 1, data: new Uint8Array([1, 2, 3]) },
      { name: '.note.x', type: 'note', alloc: false, align: 4, data: makeNote('x', 7, new Uint8Array(3)) },
    ],
    symbols: [{ name: 'buffer', section: '.rproc.trace.a', value: 4, size: 0x1230 }, { name: 'wanted' }],
  };
}

for (const [machine, expected] of Object.entries(machines) as [ObjectMachine, Expected][]) {
  test(`${machine}: what is written is read back`, () => {
    const elf = readElf(writeObject(example(machine)), 'x.o');
    assert.equal(elf.damage, []);
    assert.is(elf.class, expected.class);
    assert.is(elf.header.type, 1);
    assert.is(elf.header.machine, expected.code);
    assert.is(elf.header.flags, expected.flags);
    const byName = Object.fromEntries(elf.sections.map((section) => [section.name, section]));
    assert.equal(
      elf.sections.map(({ name }) => name),
      [
        '',
        '.resource_table',
        '.rproc.trace.a',
        '.debug',
        '.note.x',
        (expected.rela ? '.rela' : '.rel') + '.resource_table',
        '.symtab',
        '.strtab',
        '.shstrtab',
      ],
    );
    assert.is(byName['.resource_table'].flags, 3n);
    assert.is(byName['.resource_table'].align, 16n);
    assert.is(byName['.rproc.trace.a'].size, 0x1234n);
    assert.is(byName['.rproc.trace.a'].type, 8);
    assert.equal([...elf.sectionData(byName['.debug'])], [1, 2, 3]);
    assert.equal(
      elf.symbols.map(({ name, value, size, sectionIndex, binding }) => [
        name,
        value,
        size,
        sectionIndex,
        binding,
      ]),
      [
        ['buffer', 4n, 0x1230n, 2, 1],
        ['wanted', 0n, 0n, 0, 1],
        ['elsewhere', 0n, 0n, 0, 1],
      ],
    );
    const words = new DataView(elf.sectionData(byName['.resource_table']).slice().buffer);
    assert.is(words.getUint32(0, true), 0xeeeeeeee);
    assert.is(words.getUint32(12, true), expected.rela ? 0 : 0x80000010, 'REL keeps the addend in place');
    assert.is(words.getUint32(20, true), expected.wide ? 0 : 0xeeeeeeee, 'only the relocated words change');
  });

  test(`${machine}: same input, same bytes; the caller's data is not touched`, () => {
    const object = example(machine);
    assert.equal(writeObject(object), writeObject(example(machine)));
    assert.equal(object.sections[0].data, new Uint8Array(24).fill(0xee));
  });

  if (need('readelf')) {
    test(`${machine}: readelf agrees and warns of nothing`, () => {
      const bytes = writeObject(example(machine));
      const header = readelfHeader(bytes);
      assert.is(header.Type, 'REL (Relocatable file)');
      assert.is(header.Machine, expected.names[0]);
      assert.is(header.Class, `ELF${expected.class}`);
      const elf = readElf(bytes, 'x.o');
      const sections = readelfSections(bytes);
      assert.is(sections.length, elf.sections.length);
      for (const section of sections) {
        const ours = elf.sections[section.index];
        assert.equal(
          [
            section.name,
            section.offset,
            section.size,
            section.align,
            section.link,
            section.info,
            section.entsize,
          ],
          [
            ours.name,
            ...[ours.offset, ours.size, ours.align].map(Number),
            ours.link,
            ours.info,
            Number(ours.entsize),
          ],
        );
      }
      const relocations = readelf(bytes, '-rW');
      const row = (offset: number, type: string, symbol: string) =>
        assert.match(
          relocations,
          new RegExp(`^${offset.toString(16).padStart(expected.class / 4, '0')} .*${type} .*${symbol}`, 'm'),
        );
      row(4, expected.word, 'buffer');
      // readelf reads a 32-bit addend as signed.
      const addend = expected.class === 32 ? 'elsewhere - 7ffffff0' : 'elsewhere \\+ 80000010';
      row(12, expected.word, expected.rela ? addend : 'elsewhere');
      if (expected.wide) row(16, expected.wide, 'elsewhere \\+ fffffff0');
      assert.match(readelf(bytes, '-aW'), 'ELF Header', 'and readelf gives no warning');
    });
  }

  test(`${machine}: llvm-readobj agrees`, async () => {
    const bytes = writeObject(example(machine));
    const elf = readElf(bytes, 'x.o');
    const other = await readobj(bytes, '--file-header', '--sections', '--symbols', '--relocations');
    assert.is(other.ElfHeader.Machine.Name, expected.names[1]);
    assert.is(other.ElfHeader.Flags.Value, elf.header.flags);
    assert.equal(
      other.Sections.map(({ Section: s }: any) => [
        s.Name.Name,
        s.Type.Value,
        s.Flags.Value,
        s.Offset,
        s.Size,
      ]),
      elf.sections.map((s) => [s.name, s.type, Number(s.flags), Number(s.offset), Number(s.size)]),
    );
    assert.equal(
      other.Symbols.slice(1).map(({ Symbol: s }: any) => [s.Name.Name, s.Value, s.Size, s.Section.Value]),
      elf.symbols.map((s) => [s.name, Number(s.value), Number(s.size), s.sectionIndex]),
    );
  });
}

test('32-bit objects have the bytes that they had before there were 64-bit ones', () => {
  const hash = (machine: ObjectMachine) =>
    createHash('sha256')
      .update(writeObject(example(machine)))
      .digest('hex');
  assert.is(hash('arm'), '0093065ac9252d4f3de2c1ae6191330631196399a3a4e265d05f3b7198f5ecaf');
  assert.is(hash('riscv32'), 'ff3538ce31b98d89373ef0718ad7e9edd9f08495877b3b3d36c63672f792fdfa');
});

/** System linkers for each class, and the one that comes along. */
const links: [ObjectMachine, string | undefined][] = [
  ['aarch64', undefined],
  ['riscv64', undefined],
  ['aarch64', 'aarch64-linux-gnu-ld'],
  ['riscv64', 'riscv64-unknown-elf-ld'],
  ['aarch64', 'ld.lld'],
  ['riscv64', 'ld.lld'],
];
for (const [machine, linker] of links) {
  const runs = linker === undefined || need(linker);
  (runs ? test : test.skip)(
    `${machine}: ${linker ?? 'the bundled LLD'} fills in words of 32 and of 64 bits`,
    async () => {
      const bytes = writeObject({
        machine,
        sections: [
          {
            ...{
              name: '.table',
              type: 'progbits',
              alloc: true,
              align: 8,
              data: new Uint8Array(32).fill(0xee),
            },
            relocations: [
              { offset: 4, symbol: 'low', addend: 0x10 },
              { offset: 8, symbol: 'high', addend: 0xfff },
              { offset: 16, symbol: 'low', size: 8 },
              { offset: 24, symbol: 'wide', addend: 0xffffffff, size: 8 },
            ],
          },
        ],
      });
      const script =
        'low = 0x1000; high = 0xfffff000; wide = 0x1200000000;\n' +
        'SECTIONS { .table 0x2000 : { KEEP(*(.table)) } /DISCARD/ : { *(.comment .riscv.attributes) } }\n';
      const { elf, warnings } = await link({ machine, objects: [{ name: 'a.o', bytes }], script, linker });
      assert.is(warnings.replace(/.*cannot find entry symbol.*\n?/, ''), '');
      const linked = readElf(elf, 'a.elf');
      const words = new DataView(
        linked.sectionData(linked.sections.find(({ name }) => name === '.table')!).slice().buffer,
      );
      assert.is(words.getUint32(0, true), 0xeeeeeeee);
      assert.is(words.getUint32(4, true), 0x1010);
      assert.is(words.getUint32(8, true), 0xffffffff);
      assert.is(words.getUint32(12, true), 0xeeeeeeee);
      assert.is(words.getBigUint64(16, true), 0x1000n);
      assert.is(words.getBigUint64(24, true), 0x12ffffffffn);
    },
  );
}

const data = new Uint8Array(8);
const base: ObjectSection = { name: '.x', type: 'progbits', alloc: true, align: 4, data };
const refused: { [what: string]: Partial<ObjectFile> } = {
  'two sections of one name': { sections: [base, base] },
  'an empty section name': { sections: [{ ...base, name: '' }] },
  'an alignment of 12': { sections: [{ ...base, align: 12 }] },
  'an alignment of 0': { sections: [{ ...base, align: 0 }] },
  'progbits without data': { sections: [{ ...base, data: undefined }] },
  'nobits with data': { sections: [{ ...base, type: 'nobits', size: 8 }] },
  'nobits without a size': { sections: [{ ...base, type: 'nobits', data: undefined }] },
  'a size that differs from the data': { sections: [{ ...base, size: 4 }] },
  'a relocation beyond the end': { sections: [{ ...base, relocations: [{ offset: 5, symbol: 'a' }] }] },
  'a relocation before the start': { sections: [{ ...base, relocations: [{ offset: -4, symbol: 'a' }] }] },
  'an addend of 33 bits': {
    sections: [{ ...base, relocations: [{ offset: 0, symbol: 'a', addend: 2 ** 32 }] }],
  },
  'a word of 64 bits on a 32-bit machine': {
    sections: [{ ...base, relocations: [{ offset: 0, symbol: 'a', size: 8 }] }],
  },
  'a word of 64 bits beyond the end': {
    machine: 'riscv64',
    sections: [{ ...base, relocations: [{ offset: 1, symbol: 'a', size: 8 }] }],
  },
  'a word of 16 bits': {
    machine: 'riscv64',
    sections: [{ ...base, relocations: [{ offset: 0, symbol: 'a', size: 2 as 4 }] }],
  },
  'two symbols of one name': { sections: [base], symbols: [{ name: 'a' }, { name: 'a' }] },
  'a symbol in a missing section': { sections: [base], symbols: [{ name: 'a', section: '.y' }] },
  'an empty symbol name': { sections: [base], symbols: [{ name: '' }] },
};
for (const [what, object] of Object.entries(refused)) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => writeObject({ machine: 'arm', sections: [], ...object }),
      (error: unknown) => error instanceof ProblemError && error.problems[0].code === 'RP2003',
    );
  });
}

test.run();

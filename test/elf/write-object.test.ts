import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProblemError } from '../../runtime/abi/problem.js';
import { makeNote } from '../../sdk/elf/notes.js';
import { readElf } from '../../sdk/elf/read.js';
import { type ObjectFile, type ObjectSection, writeObject } from '../../sdk/elf/write-object.js';
import { readelf, readelfHeader, readelfSections, readobj } from '../support/elf-oracles.js';
import { need } from '../support/need.js';

const machines = ['arm', 'riscv32'] as const;

function example(machine: (typeof machines)[number]): ObjectFile {
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
        ],
      },
      { name: '.rproc.trace.a', type: 'nobits', alloc: true, write: true, align: 64, size: 0x1234 },
      { name: '.debug', type: 'progbits', alloc: false, align: 1, data: new Uint8Array([1, 2, 3]) },
      { name: '.note.x', type: 'note', alloc: false, align: 4, data: makeNote('x', 7, new Uint8Array(3)) },
    ],
    symbols: [{ name: 'buffer', section: '.rproc.trace.a', value: 4, size: 0x1230 }, { name: 'wanted' }],
  };
}

for (const machine of machines) {
  test(`${machine}: what is written is read back`, () => {
    const elf = readElf(writeObject(example(machine)), 'x.o');
    assert.equal(elf.damage, []);
    assert.is(elf.class, 32);
    assert.is(elf.header.type, 1);
    assert.is(elf.header.machine, machine === 'arm' ? 40 : 243);
    assert.is(elf.header.flags, machine === 'arm' ? 0x05000000 : 0);
    const byName = Object.fromEntries(elf.sections.map((section) => [section.name, section]));
    assert.equal(
      elf.sections.map(({ name }) => name),
      [
        '',
        '.resource_table',
        '.rproc.trace.a',
        '.debug',
        '.note.x',
        relName(machine),
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
    assert.is(words.getUint32(12, true), machine === 'arm' ? 0x80000010 : 0, 'REL keeps the addend in place');
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
      assert.is(header.Machine, machine === 'arm' ? 'ARM' : 'RISC-V');
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
      const type = machine === 'arm' ? 'R_ARM_ABS32' : 'R_RISCV_32';
      assert.match(relocations, new RegExp(`^00000004 .*${type} .*buffer`, 'm'));
      assert.match(relocations, new RegExp(`^0000000c .*${type} .*elsewhere`, 'm'));
      if (machine === 'riscv32')
        assert.match(relocations, /elsewhere [+-] [0-9a-f]*80000010|elsewhere - 7ffffff0/);
      assert.match(readelf(bytes, '-aW'), 'ELF Header', 'and readelf gives no warning');
    });
  }

  test(`${machine}: llvm-readobj agrees`, async () => {
    const bytes = writeObject(example(machine));
    const elf = readElf(bytes, 'x.o');
    const other = await readobj(bytes, '--file-header', '--sections', '--symbols', '--relocations');
    assert.is(other.ElfHeader.Machine.Name, machine === 'arm' ? 'EM_ARM' : 'EM_RISCV');
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

function relName(machine: string): string {
  return machine === 'arm' ? '.rel.resource_table' : '.rela.resource_table';
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

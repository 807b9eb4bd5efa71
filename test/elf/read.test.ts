import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../boards/virt-m4.js';
import { Elf32Ehdr, Elf32Phdr, Elf32Shdr } from '../../runtime/abi/elf.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { readElf } from '../../sdk/elf/read.js';
import { foreignImages } from '../support/elf-foreign.js';
import { linkFirmware } from '../support/elf-images.js';
import { readelf } from '../support/elf-oracles.js';
import { need } from '../support/need.js';

const image = (await linkFirmware(virtM4)).elf;

function patched(change: (bytes: Uint8Array, header: ReturnType<typeof Elf32Ehdr.over>) => void): Uint8Array {
  const bytes = image.slice();
  change(bytes, Elf32Ehdr.over(bytes));
  return bytes;
}

function code(bytes: Uint8Array): string {
  try {
    readElf(bytes, 'x.elf');
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0].code;
    throw error;
  }
  return 'read';
}

test('what cannot be an ELF file of ours is refused with its code', () => {
  assert.is(code(new Uint8Array(0)), 'RP3001');
  assert.is(code(new Uint8Array([0x7f, 0x45, 0x4c])), 'RP3001');
  assert.is(
    code(new TextEncoder().encode('console.log("not an image, but long enough to be one, surely")')),
    'RP3001',
  );
  assert.is(code(image.slice(0, 51)), 'RP3002');
  assert.is(code(image.slice(0, 4)), 'RP3002');
  assert.is(code(patched((bytes) => bytes.set([3], 4))), 'RP3003');
  assert.is(code(patched((bytes) => bytes.set([2], 5))), 'RP3003');
  assert.is(code(patched((bytes) => bytes.set([2], 4)).slice(0, 63)), 'RP3002', 'class 64 in 63 bytes');
});

test('a section table beyond the file is damage, segments are still there', () => {
  const elf = readElf(
    patched((_, header) => {
      header.e_shoff = 0xfffffff0;
    }),
    'x.elf',
  );
  assert.is(elf.segments.length, 3);
  assert.is(elf.sections.length, 0);
  assert.match(elf.damage.join('\n'), 'section header table at 4294967280 lies beyond');
});

test('a cut section table gives the sections that are there', () => {
  const whole = readElf(image, 'x.elf');
  const elf = readElf(image.slice(0, Number(whole.header.shoff) + 3 * Elf32Shdr.size + 7), 'x.elf');
  assert.is(elf.sections.length, 3);
  assert.is(elf.sections[1].name, '', 'the name table is described in the part that is gone');
  assert.match(elf.damage.join('\n'), /section header table is cut off: 10 entries, 3 are in the file/);
  assert.match(elf.damage.join('\n'), /section names/);
});

test('a program header table at the end of the file is damage', () => {
  const elf = readElf(
    patched((bytes, header) => {
      header.e_phoff = bytes.length - Elf32Phdr.size;
    }),
    'x.elf',
  );
  assert.is(elf.segments.length, 1);
  assert.match(elf.damage.join('\n'), /program header table is cut off/);
});

test('a segment and a section that exceed the file are damage, their data is refused', () => {
  const bytes = patched((file, header) => {
    Elf32Phdr.over(file, header.e_phoff).p_filesz = 0xfffffff0;
    Elf32Shdr.over(file, header.e_shoff + 2 * Elf32Shdr.size).sh_offset = 0xffffff00;
  });
  const elf = readElf(bytes, 'x.elf');
  assert.is(elf.damage.length, 2);
  for (const read of [() => elf.segmentData(elf.segments[0]), () => elf.sectionData(elf.sections[2])]) {
    assert.throws(
      read,
      (error: unknown) => error instanceof ProblemError && error.problems[0].code === 'RP3004',
    );
  }
  assert.is(elf.sectionData(elf.sections[3]).length, 0, 'NOBITS');
});

test('65535 declared entries of each table do not make the reader allocate them', () => {
  const elf = readElf(
    patched((_, header) => {
      header.e_phnum = 0xfffe;
      header.e_shnum = 0xfffe;
    }),
    'x.elf',
  );
  assert.ok(elf.segments.length < image.length / 32);
  assert.ok(elf.sections.length < image.length / 40);
  assert.ok(elf.damage.length <= 65, `${elf.damage.length} messages`);
});

test('a file that is damaged in many places gives a list that a person can read', () => {
  const count = 500;
  const table = new Uint8Array(count * Elf32Shdr.size);
  for (let i = 1; i < count; i++) {
    const section = Elf32Shdr.over(table, i * Elf32Shdr.size);
    section.sh_type = 1;
    section.sh_offset = 0xffff0000 + i;
    section.sh_size = i;
  }
  const bytes = new Uint8Array(image.length + table.length);
  bytes.set(image);
  bytes.set(table, image.length);
  const header = Elf32Ehdr.over(bytes);
  header.e_shoff = image.length;
  header.e_shnum = count;
  const { sections, damage } = readElf(bytes, 'x.elf');
  assert.is(sections.length, count);
  assert.is(damage.length, 65);
  assert.match(damage[64], /^\d{3} more findings/);
});

test('section counts beyond 16 bits are taken from section 0', () => {
  const bytes = patched((file, header) => {
    const zero = Elf32Shdr.over(file, header.e_shoff);
    zero.sh_size = header.e_shnum;
    zero.sh_link = header.e_shstrndx;
    header.e_shnum = 0;
    header.e_shstrndx = 0xffff;
  });
  assert.equal(
    readElf(bytes, 'x.elf').sections.map(({ name }) => name),
    readElf(image, 'x.elf').sections.map(({ name }) => name),
  );
});

test('entry sizes other than the standard ones are reported; the standard ones are used, as in Linux', () => {
  const elf = readElf(
    patched((_, header) => {
      header.e_phentsize = 56;
      header.e_shentsize = 0;
    }),
    'x.elf',
  );
  assert.is(elf.damage.length, 2);
  assert.is(elf.sections[1].name, '.resource_table');
});

test('damaged notes and symbol names are reported, not thrown', () => {
  const whole = readElf(image, 'x.elf');
  const note = whole.sections.find(({ name }) => name === '.note.rproc')!;
  const symtab = whole.sections.find(({ name }) => name === '.symtab')!;
  const elf = readElf(
    patched((bytes) => {
      const view = new DataView(bytes.buffer);
      view.setUint32(Number(note.offset), 0xfffffff0, true);
      view.setUint32(Number(symtab.offset) + 16, 0xfffffff0, true);
    }),
    'x.elf',
  );
  assert.is(elf.notes.length, 1);
  assert.is(elf.symbols.length, whole.symbols.length);
  assert.is(elf.symbols[0].name, '');
  assert.match(elf.damage.join('\n'), '.note.rproc: the note at 0 does not fit');
  assert.match(elf.damage.join('\n'), 'the name of symbol 1 lies outside');
});

if (need('readelf')) {
  const files = [...foreignImages()];
  files.push({ name: '/bin/sh', bytes: readFileSync('/bin/sh') });
  for (const { name, bytes } of files) {
    test(`symbols and notes of ${name} are those of readelf`, () => {
      const elf = readElf(bytes, name);
      const rows = readelf(bytes, '-sW')
        .split(/^Symbol table /m)
        .find((part) => part.startsWith("'.symtab'"));
      const expected = [
        ...(rows ?? '').matchAll(/^ +\d+: ([0-9a-f]+) +(0x[0-9a-f]+|\d+) (\w+) +(\w+) +\w+ +(\w+) ?(.*)$/gm),
      ]
        .slice(1)
        .map(([, value, , type, , , symbol]) => [
          BigInt('0x' + value),
          type === 'SECTION' ? '' : symbol.trim(),
        ]);
      const found = elf.symbols.map((symbol) => [symbol.value, symbol.type === 3 ? '' : symbol.name]);
      assert.equal(found, expected);
      const owners = [...readelf(bytes, '-nW').matchAll(/^ +(\w+) +0x([0-9a-f]{8})\t/gm)];
      assert.equal(
        elf.notes.map((note) => [note.name, note.desc.length]),
        owners.map(([, owner, length]) => [owner, parseInt(length, 16)]),
      );
      assert.equal(elf.damage, []);
    });
  }
}

test.run();

/** The ELF structures against readelf: a real 64-bit program and a freshly assembled 32-bit object. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ELFCLASS64,
  Elf32Ehdr,
  Elf32Rel,
  Elf32Shdr,
  Elf32Sym,
  Elf64Ehdr,
  Elf64Phdr,
  Elf64Shdr,
  SHT_REL,
  SHT_SYMTAB,
} from '../../runtime/abi/elf.js';
import type { Shape, Struct, Unpacked, Value } from '../../runtime/abi/struct.js';
import { onPath, skipUnless } from '../support/need.js';

const test = suite('ELF against readelf');
/** Any 64-bit ELF program will do, and this one is always there on Linux. */
const program = process.execPath;

function output(command: string, args: string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    input,
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function read(file: string, at: number, length: number): Uint8Array {
  const handle = openSync(file, 'r');
  const data = new Uint8Array(length);
  assert.is(readSync(handle, data, 0, length, at), length);
  closeSync(handle);
  return data;
}

function readTable<S extends Shape>(file: string, format: Struct<S>, at: number, count: number): Value<S>[] {
  const data = read(file, at, count * format.size);
  return Array.from({ length: count }, (_, i) => format.unpack(data, i * format.size));
}

/** The number behind `name:` in readelf's header listing. */
function headerNumber(listing: string, name: string): number {
  const found = new RegExp(`^\\s*${name}:\\s+(0x[0-9a-f]+|\\d+)`, 'm').exec(listing);
  if (!found) throw new Error(`readelf shows no ${name}`);
  return Number(found[1]);
}

const headerFields = {
  e_entry: 'Entry point address',
  e_phoff: 'Start of program headers',
  e_shoff: 'Start of section headers',
  e_flags: 'Flags',
  e_ehsize: 'Size of this header',
  e_phentsize: 'Size of program headers',
  e_phnum: 'Number of program headers',
  e_shentsize: 'Size of section headers',
  e_shnum: 'Number of section headers',
  e_shstrndx: 'Section header string table index',
} as const;

const isElf64 = process.platform === 'linux' && read(program, 0, 5)[4] === ELFCLASS64;
const needs64 = 'readelf or a 64-bit ELF program is missing';

skipUnless(test, 'Elf64_Ehdr', onPath('readelf') && isElf64, needs64, () => {
  const header = Elf64Ehdr.unpack(read(program, 0, Elf64Ehdr.size));
  const listing = output('readelf', ['-hW', program]);
  for (const [field, name] of Object.entries(headerFields)) {
    assert.is(Number(header[field as keyof typeof headerFields]), headerNumber(listing, name), field);
  }
  assert.is(header.e_ehsize, Elf64Ehdr.size);
  assert.is(header.e_phentsize, Elf64Phdr.size);
  assert.is(header.e_shentsize, Elf64Shdr.size);
});

skipUnless(test, 'Elf64_Phdr', onPath('readelf') && isElf64, needs64, () => {
  const header = Elf64Ehdr.unpack(read(program, 0, Elf64Ehdr.size));
  const ours = readTable(program, Elf64Phdr, Number(header.e_phoff), header.e_phnum).map((segment) =>
    [
      segment.p_offset,
      segment.p_vaddr,
      segment.p_paddr,
      segment.p_filesz,
      segment.p_memsz,
      segment.p_flags,
      // readelf prints an alignment of 0 as it is.
      segment.p_align,
    ].map(Number),
  );
  const row = /^ {2}\w+\s+(0x\w+) (0x\w+) (0x\w+) (0x\w+) (0x\w+) ([R ][W ][E ]) (0x\w+|0)$/gm;
  const theirs = [...output('readelf', ['-lW', program]).matchAll(row)].map(([, ...cells]) =>
    cells.map((cell, i) => (i === 5 ? flagBits(cell, { R: 4, W: 2, E: 1 }) : Number(cell))),
  );
  assert.ok(ours.length >= 2);
  assert.equal(ours, theirs);
});

function flagBits(text: string, bits: Record<string, number>): number {
  return [...text].reduce((sum, letter) => sum | (bits[letter] ?? 0), 0);
}

/** Address, offset, size, entry size, link, info, alignment: the numbers of a line of `readelf -SW`. */
const sectionRow =
  /^ {2}\[ *\d+\] .*? ([0-9a-f]{8,16}) ([0-9a-f]{6,}) ([0-9a-f]{6,}) ([0-9a-f]{2,}) +[A-Zxop]* +(\d+) +(\d+) +(\d+)$/gm;

function sectionsByReadelf(file: string): number[][] {
  return [...output('readelf', ['-SW', file]).matchAll(sectionRow)].map(([, ...cells]) =>
    cells.map((cell, i) => Number.parseInt(cell, i < 4 ? 16 : 10)),
  );
}

function sectionNumbers(section: { [K in keyof Unpacked<typeof Elf32Shdr>]: number | bigint }): number[] {
  const { sh_addr, sh_offset, sh_size, sh_entsize, sh_link, sh_info, sh_addralign } = section;
  return [sh_addr, sh_offset, sh_size, sh_entsize, sh_link, sh_info, sh_addralign].map(Number);
}

skipUnless(test, 'Elf64_Shdr', onPath('readelf') && isElf64, needs64, () => {
  const header = Elf64Ehdr.unpack(read(program, 0, Elf64Ehdr.size));
  const ours = readTable(program, Elf64Shdr, Number(header.e_shoff), header.e_shnum).map(sectionNumbers);
  assert.ok(ours.length >= 10);
  assert.equal(ours, sectionsByReadelf(program));
});

/** A section, a relocation, a sized global object and an absolute symbol. */
const assembly = `
  .syntax unified
  .cpu cortex-m4
  .thumb
  .text
  .global entry
  .type entry, %function
entry:
  bl elsewhere
  .size entry, . - entry
  .section .resource_table, "aw", %progbits
  .balign 16
  .global table
  .type table, %object
table:
  .word 1, 1, 0, 0, 20
  .word buffer
  .size table, . - table
  .set constant, 0x12345678
  .global constant
  .bss
buffer:
  .space 256
`;

const needs32 = 'readelf or arm-none-eabi-as is missing';
skipUnless(test, '32-bit structures', onPath('readelf') && onPath('arm-none-eabi-as'), needs32, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rproc-elf-'));
  try {
    const file = join(folder, 'object.o');
    output('arm-none-eabi-as', ['-o', file, '-'], assembly);
    const data = new Uint8Array(readFileSync(file));
    const header = Elf32Ehdr.unpack(data);
    const listing = output('readelf', ['-hW', file]);
    for (const [field, name] of Object.entries(headerFields)) {
      assert.is(header[field as keyof typeof headerFields], headerNumber(listing, name), field);
    }
    assert.is(header.e_ehsize, Elf32Ehdr.size);
    assert.is(header.e_shentsize, Elf32Shdr.size);

    const sections = readTable(file, Elf32Shdr, header.e_shoff, header.e_shnum);
    assert.equal(sections.map(sectionNumbers), sectionsByReadelf(file));

    const symtab = sections.find((section) => section.sh_type === SHT_SYMTAB)!;
    assert.is(symtab.sh_entsize, Elf32Sym.size);
    const symbols = readTable(file, Elf32Sym, symtab.sh_offset, symtab.sh_size / Elf32Sym.size);
    const symbolRow = /^ +\d+: ([0-9a-f]{8}) +(\d+) (\w+) +(\w+) +\w+ +(\w+)/gm;
    const types = ['NOTYPE', 'OBJECT', 'FUNC', 'SECTION', 'FILE'];
    const places: Record<number, string> = { 0: 'UND', 65521: 'ABS' };
    const seen = [...output('readelf', ['-sW', file]).matchAll(symbolRow)].map(([, ...cells]) => cells);
    assert.equal(
      symbols.map((symbol) => [
        symbol.st_value.toString(16).padStart(8, '0'),
        String(symbol.st_size),
        types[symbol.st_info & 15],
        symbol.st_info >> 4 ? 'GLOBAL' : 'LOCAL',
        places[symbol.st_shndx] ?? String(symbol.st_shndx),
      ]),
      seen,
    );
    assert.ok(symbols.some((symbol) => symbol.st_value === 0x12345678 && symbol.st_shndx === 0xfff1));

    const relocations = sections
      .filter((section) => section.sh_type === SHT_REL)
      .flatMap((section) => readTable(file, Elf32Rel, section.sh_offset, section.sh_size / Elf32Rel.size));
    const relocationRow = /^([0-9a-f]{8}) +([0-9a-f]{8}) R_ARM/gm;
    assert.equal(
      relocations.map(({ r_offset, r_info }) => [r_offset, r_info]),
      [...output('readelf', ['-rW', file]).matchAll(relocationRow)].map(([, ...cells]) =>
        cells.map((cell) => Number.parseInt(cell, 16)),
      ),
    );
    assert.is(relocations.length, 2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();

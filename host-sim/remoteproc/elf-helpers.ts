/**
 * Class-independent access to an ELF file (remoteproc_elf_helpers.h). Like the kernel it trusts offsets that
 * nobody checked; where the kernel would read past the file, zeroes are read here.
 */
import {
  EI_CLASS,
  ELFCLASS64,
  Elf32Ehdr,
  Elf32Phdr,
  Elf32Shdr,
  Elf64Ehdr,
  Elf64Phdr,
  Elf64Shdr,
} from '../../runtime/abi/elf.js';
import type { Field } from '../../runtime/abi/struct.js';
import { utf8Decode } from '../../runtime/abi/utf8.js';

/** All numbers of a header as u64. */
export type Fields = { readonly [name: string]: bigint };

export class ElfView {
  readonly is64: boolean;
  readonly ehdr: Fields;

  constructor(readonly file: Uint8Array) {
    this.is64 = file[EI_CLASS] === ELFCLASS64;
    this.ehdr = readFields(file, 0n, this.is64 ? Elf64Ehdr : Elf32Ehdr);
  }

  get shdrSize(): number {
    return this.is64 ? Elf64Shdr.size : Elf32Shdr.size;
  }

  /** Program header `i`, at the standard size whatever e_phentsize says. */
  phdr(i: number): Fields {
    const format = this.is64 ? Elf64Phdr : Elf32Phdr;
    return readFields(this.file, this.ehdr.e_phoff + BigInt(i * format.size), format);
  }

  /** Section header `i`, at the standard size whatever e_shentsize says. */
  shdr(i: number): Fields {
    const format = this.is64 ? Elf64Shdr : Elf32Shdr;
    return readFields(this.file, this.ehdr.e_shoff + BigInt(i * format.size), format);
  }

  /** NUL-terminated name of a section, from the string table that e_shstrndx names. */
  sectionName(section: Fields): string {
    const strings = this.shdr(Number(this.ehdr.e_shstrndx));
    const at = Number(strings.sh_offset + section.sh_name);
    const end = at < this.file.length ? this.file.indexOf(0, at) : -1;
    return end < 0 ? '' : utf8Decode(this.file.subarray(at, end));
  }
}

/** Any declared format, whatever its fields. */
interface Format {
  readonly size: number;
  readonly fields: readonly Field[];
  unpack(from: Uint8Array): object;
}

function readFields(file: Uint8Array, at: bigint, format: Format): Fields {
  let bytes = new Uint8Array(format.size);
  if (at < BigInt(file.length)) {
    const there = file.subarray(Number(at), Number(at) + format.size);
    if (there.length === format.size) bytes = there as Uint8Array<ArrayBuffer>;
    else bytes.set(there);
  }
  const value = format.unpack(bytes) as { [name: string]: unknown };
  const fields: { [name: string]: bigint } = {};
  for (const { name } of format.fields) {
    const field = value[name];
    if (typeof field === 'number' || typeof field === 'bigint') fields[name] = BigInt(field);
  }
  return fields;
}

/** The file bytes of the first section of that name, cut to the file; undefined when there is none. */
export function findSection(file: Uint8Array, name: string): Uint8Array | undefined {
  const elf = new ElfView(file);
  for (let i = 0; i < Number(elf.ehdr.e_shnum); i++) {
    const section = elf.shdr(i);
    if (elf.sectionName(section) !== name) continue;
    const start = Number(section.sh_offset);
    return file.subarray(start, start + Number(section.sh_size));
  }
  return undefined;
}

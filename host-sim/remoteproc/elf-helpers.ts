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
import { utf8Encode } from '../../runtime/abi/utf8.js';

/** All numbers of a header as u64. */
export type Fields = { readonly [name: string]: bigint };

export class ElfView {
  readonly is64: boolean;
  readonly ehdr: Fields;
  private readonly view: DataView;
  /** Offset of the string table that e_shstrndx names; read once, a hostile file has many sections. */
  private strings: bigint | undefined;

  constructor(readonly file: Uint8Array) {
    this.view = new DataView(file.buffer, file.byteOffset, file.length);
    this.is64 = file[EI_CLASS] === ELFCLASS64;
    this.ehdr = this.read(0n, this.is64 ? Elf64Ehdr : Elf32Ehdr);
  }

  get shdrSize(): number {
    return this.is64 ? Elf64Shdr.size : Elf32Shdr.size;
  }

  /** Program headers in file order, at the standard size whatever e_phentsize says; what lies past the file is zero. */
  *phdrs(): Generator<Fields> {
    const format = this.is64 ? Elf64Phdr : Elf32Phdr;
    const count = this.entriesInFile(this.ehdr.e_phoff, this.ehdr.e_phnum, format.size);
    for (let i = 0; i < count; i++) yield this.read(this.ehdr.e_phoff + BigInt(i * format.size), format);
  }

  /** Section header `i`, at the standard size whatever e_shentsize says. */
  shdr(i: number): Fields {
    const format = this.is64 ? Elf64Shdr : Elf32Shdr;
    return this.read(this.ehdr.e_shoff + BigInt(i * format.size), format);
  }

  /** The first section of that name, by the string table that e_shstrndx names. */
  findSection(name: string): Fields | undefined {
    const { e_shoff, e_shnum } = this.ehdr;
    const wanted = utf8Encode(`${name}\0`);
    // One header past the file stands for all of them: they are all zero.
    const count = this.entriesInFile(e_shoff, e_shnum, this.shdrSize);
    for (let i = 0; i < count; i++) {
      const section = this.shdr(i);
      if (this.isNamed(section, wanted)) return section;
    }
    return undefined;
  }

  private isNamed(section: Fields, wanted: Uint8Array): boolean {
    this.strings ??= this.shdr(Number(this.ehdr.e_shstrndx)).sh_offset;
    const at = this.strings + section.sh_name;
    if (at + BigInt(wanted.length) > BigInt(this.file.length)) return false;
    const from = Number(at);
    return wanted.every((byte, i) => this.file[from + i] === byte);
  }

  /** How many entries of a header table are worth a look: those that begin in the file, and one of the zeroes behind. */
  private entriesInFile(at: bigint, count: bigint, size: number): number {
    const room = BigInt(this.file.length) - at;
    const begun = room > 0n ? (room + BigInt(size) - 1n) / BigInt(size) : 0n;
    return Number(count < begun + 1n ? count : begun + 1n);
  }

  private read(at: bigint, format: Format): Fields {
    if (at + BigInt(format.size) <= BigInt(this.file.length)) {
      return numbers(this.view, Number(at), format);
    }
    const bytes = new Uint8Array(format.size);
    if (at < BigInt(this.file.length)) bytes.set(this.file.subarray(Number(at)));
    return numbers(new DataView(bytes.buffer), 0, format);
  }
}

/** Any declared format, whatever its fields. */
interface Format {
  readonly size: number;
  readonly fields: readonly Field[];
}

/** Read without `unpack`, whose objects and byte arrays cost too much in a file of many headers. */
function numbers(view: DataView, at: number, { fields }: Format): Fields {
  const values: { [name: string]: bigint } = {};
  for (const { name, kind, offset } of fields) {
    if (kind === 'u16') values[name] = BigInt(view.getUint16(at + offset, true));
    else if (kind === 'u32') values[name] = BigInt(view.getUint32(at + offset, true));
    else if (kind === 'u64') values[name] = view.getBigUint64(at + offset, true);
    else if (kind === 'u8') values[name] = BigInt(view.getUint8(at + offset));
  }
  return values;
}

/** The file bytes of the first section of that name, cut to the file; undefined when there is none. */
export function findSection(file: Uint8Array, name: string): Uint8Array | undefined {
  const section = new ElfView(file).findSection(name);
  if (!section) return undefined;
  const start = Number(section.sh_offset);
  return file.subarray(start, start + Number(section.sh_size));
}

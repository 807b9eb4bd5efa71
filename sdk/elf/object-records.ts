/**
 * The records of a relocatable object in both classes. Values are numbers on both sides of the split: nothing in
 * an object of ours exceeds 32 bits.
 */
import {
  ELFCLASS32,
  ELFCLASS64,
  Elf32Ehdr,
  Elf32Rel,
  Elf32Rela,
  Elf32Shdr,
  Elf32Sym,
  Elf64Ehdr,
  Elf64Rela,
  Elf64Shdr,
  Elf64Sym,
} from '../../runtime/abi/elf.js';
import type { Unpacked } from '../../runtime/abi/struct.js';

export type FileHeader = Unpacked<typeof Elf32Ehdr>;
export type SectionHeader = Unpacked<typeof Elf32Shdr>;
export type SymbolRecord = Unpacked<typeof Elf32Sym>;

export interface RelocationRecord {
  readonly offset: number;
  /** Index in the symbol table. */
  readonly symbol: number;
  /** `R_*`. */
  readonly type: number;
  readonly addend: number;
}

/** One class's structures: sizes, and how they are packed. */
export interface Records {
  readonly elfClass: number;
  /** Alignment of tables and of the section headers. */
  readonly align: number;
  readonly sizes: {
    readonly fileHeader: number;
    readonly sectionHeader: number;
    readonly symbol: number;
    readonly rel: number;
    readonly rela: number;
  };
  fileHeader(header: FileHeader): Uint8Array;
  sectionHeader(header: SectionHeader): Uint8Array;
  symbol(symbol: SymbolRecord): Uint8Array;
  /** Without addend. */
  rel(relocation: RelocationRecord): Uint8Array;
  rela(relocation: RelocationRecord): Uint8Array;
}

const info32 = ({ symbol, type }: RelocationRecord) => ((symbol << 8) | type) >>> 0;

const records32: Records = {
  elfClass: ELFCLASS32,
  align: 4,
  sizes: {
    fileHeader: Elf32Ehdr.size,
    sectionHeader: Elf32Shdr.size,
    symbol: Elf32Sym.size,
    rel: Elf32Rel.size,
    rela: Elf32Rela.size,
  },
  fileHeader: (header) => Elf32Ehdr.pack(header),
  sectionHeader: (header) => Elf32Shdr.pack(header),
  symbol: (symbol) => Elf32Sym.pack(symbol),
  rel: (relocation) => Elf32Rel.pack({ r_offset: relocation.offset, r_info: info32(relocation) }),
  rela: (relocation) =>
    Elf32Rela.pack({
      r_offset: relocation.offset,
      r_info: info32(relocation),
      r_addend: relocation.addend,
    }),
};

const records64: Records = {
  elfClass: ELFCLASS64,
  align: 8,
  sizes: {
    fileHeader: Elf64Ehdr.size,
    sectionHeader: Elf64Shdr.size,
    symbol: Elf64Sym.size,
    rel: 0,
    rela: Elf64Rela.size,
  },
  fileHeader: (header) =>
    Elf64Ehdr.pack({
      ...header,
      e_entry: BigInt(header.e_entry),
      e_phoff: BigInt(header.e_phoff),
      e_shoff: BigInt(header.e_shoff),
    }),
  sectionHeader: (header) =>
    Elf64Shdr.pack({
      ...header,
      sh_flags: BigInt(header.sh_flags),
      sh_addr: BigInt(header.sh_addr),
      sh_offset: BigInt(header.sh_offset),
      sh_size: BigInt(header.sh_size),
      sh_addralign: BigInt(header.sh_addralign),
      sh_entsize: BigInt(header.sh_entsize),
    }),
  symbol: (symbol) =>
    Elf64Sym.pack({ ...symbol, st_value: BigInt(symbol.st_value), st_size: BigInt(symbol.st_size) }),
  rel: () => {
    throw new Error('both 64-bit machines relocate with addends');
  },
  rela: ({ offset, symbol, type, addend }) =>
    Elf64Rela.pack({
      r_offset: BigInt(offset),
      r_info: (BigInt(symbol) << 32n) | BigInt(type),
      r_addend: BigInt(addend),
    }),
};

export function recordsOf(elfClass: 32 | 64): Records {
  return elfClass === 32 ? records32 : records64;
}

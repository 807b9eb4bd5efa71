/** What `readElf` gives: the gABI's structures with both classes alike. */

/** The file header. Addresses, offsets and sizes are bigint in both classes, so 64-bit sums stay exact. */
export interface ElfHeader {
  readonly ident: Uint8Array;
  readonly osabi: number;
  readonly abiVersion: number;
  readonly type: number;
  readonly machine: number;
  readonly version: number;
  readonly entry: bigint;
  readonly phoff: bigint;
  readonly shoff: bigint;
  readonly flags: number;
  readonly ehsize: number;
  readonly phentsize: number;
  readonly phnum: number;
  readonly shentsize: number;
  readonly shnum: number;
  readonly shstrndx: number;
}

/** A program header (`Elf32_Phdr`, `Elf64_Phdr`); fields without a note are those of the gABI without `p_`. */
export interface ElfSegment {
  readonly index: number;
  /** `p_type`. */
  readonly type: number;
  readonly flags: number;
  readonly offset: bigint;
  readonly vaddr: bigint;
  readonly paddr: bigint;
  readonly filesz: bigint;
  readonly memsz: bigint;
  readonly align: bigint;
}

/** A section header (`Elf32_Shdr`, `Elf64_Shdr`); fields without a note are those of the gABI without `sh_`. */
export interface ElfSection {
  readonly index: number;
  readonly name: string;
  /** `sh_type`. */
  readonly type: number;
  readonly flags: bigint;
  readonly addr: bigint;
  readonly offset: bigint;
  readonly size: bigint;
  readonly link: number;
  readonly info: number;
  readonly align: bigint;
  readonly entsize: bigint;
}

/** An ELF file of either class, headers decoded. */
export interface ElfFile {
  /** Name for messages. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly class: 32 | 64;
  readonly header: ElfHeader;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  /** Of `.symtab`, the null symbol left out; decoded at the first use. */
  readonly symbols: readonly ElfSymbol[];
  /** Of note sections, or of PT_NOTE segments when there are no note sections; decoded at the first use. */
  readonly notes: readonly ElfNote[];
  /** What is wrong with parts that the rest does not need; grows when `symbols` or `notes` are decoded. */
  readonly damage: readonly string[];
  /** The section's bytes in the file, none for NOBITS. Throws ProblemError RP3004 when they are not there. */
  sectionData(section: ElfSection): Uint8Array;
  /** The segment's `filesz` bytes. Throws ProblemError RP3004 when they are not there. */
  segmentData(segment: ElfSegment): Uint8Array;
}

/** An entry of `.symtab`; value and size in bytes. */
export interface ElfSymbol {
  readonly name: string;
  readonly value: bigint;
  readonly size: bigint;
  /** `STB_*`. */
  readonly binding: number;
  /** `STT_*`. */
  readonly type: number;
  /** `st_shndx`, reserved indices (0xfff1 absolute) included. */
  readonly sectionIndex: number;
}

/** One note; `type` is its owner's. */
export interface ElfNote {
  /** Section or segment that holds it: `.note.rproc`, `segment 2`. */
  readonly holder: string;
  /** Owner, without its NUL. */
  readonly name: string;
  readonly type: number;
  /** A view on the file's bytes. */
  readonly desc: Uint8Array;
}

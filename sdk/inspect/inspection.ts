import type { EngineProfile } from '../elf/notes.js';

/**
 * What `rproc inspect --json` prints. Addresses, flags and feature words are hex strings (`0x10000000`, at
 * least eight digits); sizes, offsets, counts and codes are numbers (exact up to 2^53). Nothing is left out when a
 * part is missing: it is null or an empty list. The command adds `placement` (board/placement.ts; null without a board).
 */
export interface Inspection {
  readonly file: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly header: HeaderInspection;
  readonly segments: readonly SegmentInspection[];
  readonly sections: readonly SectionInspection[];
  /** Null: no section is called `.resource_table`. */
  readonly resourceTable: TableInspection | null;
  /** Null: no section is called `.rproc.app`; the image was not made by this SDK. */
  readonly app: AppInspection | null;
  readonly notes: readonly NoteInspection[];
  /** Of the GNU build id note, in hex. */
  readonly buildId: string | null;
  /** The SDK's own note. */
  readonly rproc: {
    readonly board: string;
    readonly sdk: string;
    readonly engine: string;
    readonly native: boolean;
    /** What of the engine a native image holds; absent in images without machine code. */
    readonly profile?: EngineProfile;
  } | null;
  /** The original sources that the image carries; null: no section is called `.rproc.source`. */
  readonly sources: SourcesInspection | null;
  /** What is wrong with the file's structure. */
  readonly damage: readonly string[];
}

/** The file header. Names where numbers have one, the number beside them as `...Code`; the entry and the flags in hex, all else in bytes or counts. */
export interface HeaderInspection {
  /** The 16 bytes of `e_ident` in hex. */
  readonly ident: string;
  readonly class: 'ELF32' | 'ELF64';
  readonly data: 'little-endian';
  /** `EI_VERSION`. */
  readonly identVersion: number;
  readonly osabi: number;
  readonly abiVersion: number;
  readonly type: string;
  readonly typeCode: number;
  readonly machine: string;
  readonly machineCode: number;
  readonly version: number;
  readonly entry: string;
  readonly phoff: number;
  readonly shoff: number;
  readonly flags: string;
  readonly ehsize: number;
  readonly phentsize: number;
  readonly phnum: number;
  readonly shentsize: number;
  readonly shnum: number;
  readonly shstrndx: number;
}

/** A program header; addresses in hex, offsets and sizes in bytes. */
export interface SegmentInspection {
  readonly index: number;
  /** `LOAD`, `NOTE`, ..., or the code in hex. */
  readonly type: string;
  readonly typeCode: number;
  readonly offset: number;
  readonly vaddr: string;
  /** Where Linux loads it. */
  readonly paddr: string;
  readonly filesz: number;
  readonly memsz: number;
  /** Letters of `RWX`. */
  readonly flags: string;
  readonly flagsCode: number;
  readonly align: number;
  /** Names of the sections whose addresses lie in it. */
  readonly sections: readonly string[];
}

/** A section header; addresses in hex, offsets and sizes in bytes. */
export interface SectionInspection {
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly typeCode: number;
  /** Letters as in readelf: W write, A alloc, X execute, M merge, S strings, I info link, ... */
  readonly flags: string;
  readonly flagsCode: string;
  readonly addr: string;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entsize: number;
}

/** One field of a wire format as it lies in the table. */
export interface FieldInspection {
  readonly name: string;
  /** Its declaration: `u32`, `u8[2]`, `char[32]`. */
  readonly kind: string;
  /** Bytes from the table's start. */
  readonly offset: number;
  /** Addresses, flags and features in hex, other integers as numbers, bytes as lists of numbers. */
  readonly value: number | string | readonly number[];
}

/** Where the section lies in the image. */
export interface PlacementInspection {
  readonly section: string;
  readonly sectionIndex: number;
  readonly sectionType: string;
  /** `sh_addr`. */
  readonly address: string;
  /** Bytes from the file's start. */
  readonly offset: number;
  readonly size: number;
  /** The first PT_LOAD whose file bytes hold the section's. */
  readonly segment: number | null;
  /** `p_paddr` of that segment and the section's distance from its start. */
  readonly loadAddress: string | null;
  /** Its bytes are loaded; false: Linux reads it from the file only. */
  readonly loaded: boolean;
  /** Its load address is its `sh_addr`, where Linux writes the table back. */
  readonly loadAddressMatches: boolean;
  /** The address is a multiple of 16. */
  readonly aligned: boolean;
}

export interface TableInspection extends PlacementInspection {
  /** The kernel's message when it refuses the table as a whole (`find_table`), null when it takes it. */
  readonly problem: string | null;
  readonly ver: number | null;
  readonly num: number | null;
  readonly fields: readonly FieldInspection[];
  /** The offset words that are there; `num` of them in a sound table. */
  readonly offsets: readonly number[];
  /** In the table's order; at most 1024 are decoded. */
  readonly entries: readonly EntryInspection[];
  /** Bytes up to the end of the last entry. */
  readonly usedBytes: number;
}

/** One entry of the resource table and what Linux would say about it. */
export interface EntryInspection {
  readonly index: number;
  /** Bytes from the table's start. */
  readonly offset: number;
  /** `carveout`, `devmem`, `trace`, `vdev`, `vendor` or `unknown`; null when the type word is not there. */
  readonly type: 'carveout' | 'devmem' | 'trace' | 'vdev' | 'vendor' | 'unknown' | null;
  readonly typeCode: number | null;
  /** Bytes from the type word on; null for vendor and unknown entries, which do not say. */
  readonly size: number | null;
  /** What the kernel prints when it refuses or skips the entry, null when it takes it. */
  readonly problem: string | null;
  /** The type word, then the payload's fields; only those that lie in the table. */
  readonly fields: readonly FieldInspection[];
  /** Of vdevs. */
  readonly vrings: readonly VringInspection[];
  /** Config space of vdevs that have one. */
  readonly config: BytesInspection | null;
  /** What follows the type word of a vendor or unknown entry, up to the next entry or the table's end. */
  readonly payload: BytesInspection | null;
}

/** A vring of a vdev entry. */
export interface VringInspection {
  readonly index: number;
  readonly offset: number;
  readonly fields: readonly FieldInspection[];
  /** `vring_size()`: null when num or align is not a power of two. */
  readonly ringBytes: number | null;
  /** Rounded up to pages of 4096 bytes, as Linux allocates it. */
  readonly pageBytes: number | null;
}

/** Bytes of an entry that no format describes. */
export interface BytesInspection {
  readonly offset: number;
  readonly length: number;
  /** Hex of at most the first 256 bytes. */
  readonly hex: string;
}

/** What an app header says of bytecode, and whether the image carries the text that it was compiled from. */
export interface BytecodeInspection {
  /** Of the engine build that has to run it, in hex. */
  readonly engineHash: string;
  /** Of the source text, in hex. */
  readonly sourceHash: string;
  /** `.rproc.program`: `none` runs on native cores only. */
  readonly source: 'there' | 'none' | 'of another program';
  /** Bytes of the text. */
  readonly sourceBytes: number | null;
}

export interface AppInspection extends PlacementInspection {
  /** What is wrong with the header or the payload, null when nothing is. */
  readonly problem: string | null;
  readonly version: number | null;
  readonly kind: string | null;
  readonly engine: string | null;
  readonly headerLength: number | null;
  /** Bytes of the program. */
  readonly length: number | null;
  readonly crc32: string | null;
  readonly crcOk: boolean;
  /** Where the header says that the table lies, and its bytes. */
  readonly tableAddress: string | null;
  readonly tableLength: number | null;
  /** Null: the program is no bytecode, or its header is damaged. */
  readonly bytecode: BytecodeInspection | null;
}

/** The original sources that an image carries. */
export interface SourcesInspection {
  readonly section: string;
  /** Bytes of the section. */
  readonly size: number;
  /** Why the section cannot be read, null when it can. */
  readonly problem: string | null;
  readonly files: readonly {
    readonly path: string;
    /** Bytes of the content as UTF-8. */
    readonly size: number;
  }[];
}

/** A note of any owner. */
export interface NoteInspection {
  /** Section or segment. */
  readonly holder: string;
  readonly name: string;
  readonly type: number;
  readonly length: number;
  /** Hex of at most the first 256 bytes. */
  readonly hex: string;
}

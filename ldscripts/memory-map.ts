/** What a linker script is made of. Plain data: numbers are addresses and bytes, text is for people. */

export interface MapRegion {
  /** Characters that a script's identifier cannot hold become `_`. */
  readonly name: string;
  /** First address. */
  readonly origin: number;
  /** Bytes. */
  readonly length: number;
  /** Subset of `rwx`. */
  readonly attributes: string;
  /** Where the numbers come from: manual section, device tree, "chosen". */
  readonly comment: string;
}

/** Input sections that go into an output section, in this order. */
export interface MapInput {
  /** Section names with `*`, `?` and `[...]`, several separated by spaces: `.text .text.*`. */
  readonly pattern: string;
  /** Survives --gc-sections without being referred to. */
  readonly keep?: boolean;
  /**
   * Symbols set to the first byte and to the byte behind the last one. Padding that the inputs' own alignment
   * needs comes behind `start`, so give `align` if they have one.
   */
  readonly start?: string;
  readonly end?: string;
  /** Bytes, a power of two. */
  readonly align?: number;
}

export interface MapSection {
  readonly name: string;
  readonly region: string;
  /** Bytes, a power of two. */
  readonly align: number;
  readonly inputs: readonly MapInput[];
  readonly start?: string;
  readonly end?: string;
  /** Takes memory and no bytes of the file (`.bss`, trace buffers). */
  readonly noload?: boolean;
  /** Subset of `rwx`; neighbours in one region with equal flags share a PT_LOAD. */
  readonly segment: { readonly flags: string };
  readonly comment?: string;
}

export interface MemoryMap {
  /** Lines of the comment at the top. */
  readonly title: readonly string[];
  /** Symbol whose address becomes `e_entry`. */
  readonly entry: string;
  readonly regions: readonly MapRegion[];
  /** Output sections in the order of their addresses within each region. */
  readonly sections: readonly MapSection[];
  /** Sections outside memory, like debug information; at address 0. */
  readonly nonAlloc: readonly string[];
  /**
   * Note sections outside memory. `pattern` names the input sections where they differ: linkers drop inputs
   * that are called `.note.gnu.build-id`.
   */
  readonly notes: readonly (string | { readonly name: string; readonly pattern: string })[];
  /** `value` is a number or an expression in the linker's language. */
  readonly symbols: readonly {
    readonly name: string;
    readonly value: number | string;
    readonly comment: string;
  }[];
  /** The link fails with `message` unless `condition`, in the linker's language, holds. */
  readonly asserts: readonly { readonly condition: string; readonly message: string }[];
}

/** The output section of an element of `notes`. */
export function noteName(note: MemoryMap['notes'][number]): string {
  return typeof note === 'string' ? note : note.name;
}

/** A region's or segment's name as the script spells it. */
export function identifier(name: string): string {
  const spelled = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');
  // The linkers read these as functions or keywords wherever an expression is expected.
  return /^(ORIGIN|LENGTH|org|len|o|l|MEMORY|INCLUDE|ALIGN|ADDR|SIZEOF)$/.test(spelled)
    ? spelled + '_'
    : spelled;
}

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
  /** The last byte stays free; `strictEnds` of the map when left out. */
  readonly strictEnd?: boolean;
}

/** Input sections that go into an output section, in this order. */
export interface MapInput {
  /** Section names with `*`, `?` and `[...]`, several separated by spaces: `.text .text.*`. */
  readonly pattern: string;
  /**
   * Which files they are taken from: a name with the same wildcards, `ARCHIVE:MEMBER` for members of archives; any file
   * when left out. An input section goes to the first pattern that fits, in the order of the sections.
   */
  readonly file?: string;
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
  /** By name, or by the priority that ends the name (`.init_array.00100`); in the linker's order when left out. */
  readonly sort?: 'name' | 'init-priority';
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

/**
 * Memory without a section, such as stack and heap: the symbols `__NAME_start` and `__NAME_end`, and no byte of the
 * file or of a segment.
 */
export interface MapArea {
  /** Part of its symbols' names: `stack`, `heap`. */
  readonly name: string;
  readonly region: string;
  /**
   * Bytes; `'rest'`: all that is left of the region. At most one area of a region is its rest: the last one behind the
   * sections.
   */
  readonly size: number | 'rest';
  /** Bytes that the rest must have at least; 0 when left out. */
  readonly min?: number;
  /** Bytes, a power of two; 8 when left out, as stacks of Arm and RISC-V want at least. */
  readonly align?: number;
  /** Behind the region's sections and earlier areas (when left out), or down from the region's end. */
  readonly at?: 'behind-sections' | 'region-end';
  readonly comment?: string;
}

/** A file of the author's that the linker reads at this place, found beside the script or by `-L`. */
export interface MapInclude {
  readonly file: string;
  /** Before everything, behind the regions, behind the output sections, behind everything, or in an output section. */
  readonly at: 'start' | 'memory' | 'sections' | 'end' | { readonly section: string };
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
  /** Stack, heap and the like, in the order of their addresses; those at a region's end from the end down. */
  readonly areas?: readonly MapArea[];
  readonly includes?: readonly MapInclude[];
  /** The last byte of every region stays free, for loaders that refuse a range which ends where the region does. */
  readonly strictEnds?: boolean;
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

/** Bytes of `region` that may be used. */
export function usableLength(map: MemoryMap, { length, strictEnd = map.strictEnds }: MapRegion): number {
  return strictEnd ? length - 1 : length;
}

export const AREA_ALIGN = 8;

export function areaSymbols({ name }: MapArea): { readonly start: string; readonly end: string } {
  return { start: `__${name}_start`, end: `__${name}_end` };
}

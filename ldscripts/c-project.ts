/** The memory map of a firmware in C, for cores whose memory a loader fills: nothing is copied at start. */
import type { MapInput, MapRegion, MapSection, MemoryMap } from './memory-map.js';

/** A region and a size for stack or heap. */
interface AreaChoice {
  /** Bytes. */
  readonly size: number;
  /** Where data is when left out. */
  readonly region?: string;
}

export interface CProject {
  /** Lines of the comment at the top. */
  readonly title?: readonly string[];
  /** Symbol whose address becomes `e_entry`. */
  readonly entry: string;
  readonly regions: readonly MapRegion[];
  /** Names of regions. `vectors` when left out: where code is; `table` when left out: where data is. */
  readonly place: {
    readonly vectors?: string;
    readonly code: string;
    readonly data: string;
    readonly table?: string;
  };
  /** Bytes, a power of two; 512 when left out, which Armv7-M needs for up to 112 interrupts. */
  readonly vectorsAlign?: number;
  /** Grows down from the end of its region: `__stack_start`, `__stack_end`. */
  readonly stack: AreaChoice;
  /** Behind the last section of its region: `__heap_start`, `__heap_end`. */
  readonly heap?: AreaChoice;
  readonly strictEnds?: boolean;
  readonly includes?: MemoryMap['includes'];
}

/** Linux wants the table aligned to 4; 16 suits every cache and DMA. */
const TABLE_ALIGN = 16;

/**
 * `.vectors`, `.text`, `.rodata`, unwinding tables, constructor arrays, `.resource_table`, `.data`, `.bss`, stack and
 * heap. Start-up code clears `__bss_start` to `__bss_end` only where the loader does not, and calls what lies
 * between `__preinit_array_start`, `__init_array_start` and their ends.
 */
export function cMemoryMap(project: CProject): MemoryMap {
  const { place, stack, heap } = project;
  const code = (name: string, align: number, inputs: MapInput[], region = place.code): MapSection => ({
    ...{ name, region, align, inputs, segment: { flags: 'rx' } },
  });
  const data = (
    name: string,
    align: number,
    inputs: MapInput[],
    more: Partial<MapSection> = {},
  ): MapSection => ({
    ...{ name, region: place.data, align, inputs, segment: { flags: 'rw' }, ...more },
  });
  const pointers = (name: string): MapSection =>
    code(`.${name}`, 4, [
      { pattern: `.${name}.*`, keep: true, sort: 'init-priority', align: 4, start: `__${name}_start` },
      { pattern: `.${name}`, keep: true, end: `__${name}_end` },
    ]);
  return {
    title: project.title ?? [],
    entry: project.entry,
    regions: project.regions,
    sections: [
      code(
        '.vectors',
        project.vectorsAlign ?? 512,
        [{ pattern: '.vectors .vectors.* .isr_vector', keep: true }],
        place.vectors ?? place.code,
      ),
      code('.text', 16, [{ pattern: '.text .text.*' }, { pattern: '.init .fini', keep: true }]),
      code('.rodata', 8, [{ pattern: '.rodata .rodata.* .srodata .srodata.*' }]),
      code('.ARM.extab', 4, [{ pattern: '.ARM.extab .ARM.extab.*' }]),
      code('.ARM.exidx', 4, [
        { pattern: '.ARM.exidx .ARM.exidx.*', align: 4, start: '__exidx_start', end: '__exidx_end' },
      ]),
      pointers('preinit_array'),
      pointers('init_array'),
      pointers('fini_array'),
      data('.resource_table', TABLE_ALIGN, [{ pattern: '.resource_table', keep: true }], {
        region: place.table ?? place.data,
        comment: 'Linux finds the table by this name and writes its copy back to this address.',
      }),
      data('.data', 8, [{ pattern: '.data .data.* .sdata .sdata.*' }], {
        ...{ start: '__data_start', end: '__data_end' },
      }),
      data('.bss', 8, [{ pattern: '.bss .bss.* .sbss .sbss.* COMMON' }], {
        ...{ start: '__bss_start', end: '__bss_end', noload: true },
      }),
    ],
    nonAlloc: [],
    notes: [],
    symbols: [],
    asserts: [
      { condition: 'SIZEOF(.vectors) > 0', message: 'no object holds .vectors' },
      {
        condition: `(ADDR(.resource_table) & ${TABLE_ALIGN - 1}) == 0`,
        message: `.resource_table is not aligned to ${TABLE_ALIGN} bytes`,
      },
    ],
    areas: [
      ...(heap ? [{ name: 'heap', region: heap.region ?? place.data, size: heap.size }] : []),
      { name: 'stack', region: stack.region ?? place.data, size: stack.size, at: 'region-end' },
    ],
    includes: project.includes,
    strictEnds: project.strictEnds,
  };
}

/** Where the memory of a native image goes, and what is left of it. */
import { RegionUse } from '../../boards/board.js';
import type { MapSection, MemoryMap } from '../../ldscripts/memory-map.js';
import { usableLength } from '../../ldscripts/memory-map.js';
import { SECTION_APP, SECTION_TABLE, SECTION_TRACE } from '../../runtime/abi/app.js';
import { SHF_ALLOC } from '../../runtime/abi/elf.js';
import { SECTION_BOARD, SECTION_STATUS } from '../../runtime/abi/native.js';
import type { Resource } from '../config/resources/index.js';
import type { EngineProfile } from '../elf/notes.js';
import { readElf } from '../elf/read.js';
import { SECTION_LIBRARIES, SECTION_VECTORS } from '../link/native-map.js';
import { reservedMemory } from '../table/layout.js';
import type { NativeBoardData, NativeLayout } from './layout.js';

/**
 * Heap bytes before the program is loaded, by profile, rounded up: what QEMU's Cortex-M4 had handed out with a program of one
 * number (45,548 and 53,644 bytes, `heap_reach` of its status record).
 */
const HEAP_AT_START: { readonly [profile in EngineProfile]: number } = { small: 46_000, full: 54_000 };

/**
 * Heap bytes for each byte of the program, loaded and its top level run: 71,400 more for the 20,150 bytes of bytecode of
 * examples/client-sample, until it waits for Linux on the same core, less the bytecode itself, whose memory start-up code adds
 * to the heap once it is loaded; 174,000 for 21,154 bytes of source (native-quickjs section 3).
 */
const HEAP_PER_BYTE = { bytecode: 2.6, source: 8.3 } as const;

/** What the heap needs at least, in bytes. */
export interface HeapFloor {
  /** Engine and its globals. */
  readonly engine: number;
  /** The program: functions, constants, what it makes at its start. */
  readonly program: number;
}

/** One use of memory. */
export interface BudgetPart {
  /** `code`, `libraries`, `bytecode`, `stack`, ... or the name of a section of the author's. */
  readonly what: string;
  readonly region: string;
  readonly bytes: number;
}

/** An image region. */
export interface BudgetRegion {
  readonly region: string;
  /** All that may be used of it. */
  readonly bytes: number;
  /** By the parts and what aligns them; heap aside. */
  readonly used: number;
  /** What the heap needs, where it lies here; 0 elsewhere. */
  readonly heapFloor: number;
  /** Negative: so much is missing. */
  readonly left: number;
}

/** All sizes in bytes. */
export interface Budget {
  readonly profile: EngineProfile;
  readonly parts: readonly BudgetPart[];
  readonly heap: { readonly region: string; readonly bytes: number; readonly floor: HeapFloor };
  /** What Linux takes of its own regions for this firmware: rings, buffers, carveouts. */
  readonly linux: readonly BudgetPart[];
  readonly regions: readonly BudgetRegion[];
  /** Over all image regions. */
  readonly left: number;
}

/** The program as it is loaded. */
export interface LoadedProgram {
  readonly kind: 'bytecode' | 'source';
  readonly bytes: number;
}

export interface BudgetParts {
  readonly board: NativeBoardData;
  readonly layout: NativeLayout;
  /** Its sections say which region each one is for, its regions how much there is. */
  readonly map: MemoryMap;
  readonly profile: EngineProfile;
  readonly program: LoadedProgram;
  readonly resources: readonly Resource[];
}

export function heapFloor(profile: EngineProfile, { kind, bytes }: LoadedProgram): HeapFloor {
  return { engine: HEAP_AT_START[profile], program: Math.ceil(bytes * HEAP_PER_BYTE[kind]) };
}

/** The budget of `elf`, linked for `map` or for the same map with larger regions. */
export function imageBudget(elf: Uint8Array, parts: BudgetParts): Budget {
  const { board, layout, map, profile, program, resources } = parts;
  const { place, stack } = layout;
  const linked = placedSections(elf, map);
  const floor = heapFloor(profile, program);
  const images = board.memory.filter(({ use, aliasOf }) => use === RegionUse.image && aliasOf === undefined);
  let heapBytes = 0;
  const regions = images.map(({ name }): BudgetRegion => {
    const region = map.regions.find((one) => one.name === name)!;
    const here = linked.filter((section) => section.region === name);
    const sections = Math.max(0, ...here.map(({ end }) => end));
    const used = sections + (place.stack === name ? stack : 0);
    const bytes = usableLength(map, region);
    if (place.heap !== name) return { region: name, bytes, used, heapFloor: 0, left: bytes - used };
    heapBytes = Math.max(0, bytes - used);
    const needed = floor.engine + floor.program;
    return { region: name, bytes, used, heapFloor: needed, left: bytes - used - needed };
  });
  return {
    profile,
    parts: [
      ...summed(
        linked.map(({ name, region, size }) => ({ what: partOf(name, program), region, bytes: size })),
      ),
      { what: 'stack', region: place.stack, bytes: stack },
    ],
    heap: { region: place.heap, bytes: heapBytes, floor },
    linux: linuxParts(resources, board),
    regions,
    left: regions.reduce((sum, { left }) => sum + left, 0),
  };
}

/** Does every region hold what is in it? */
export function fits({ regions }: Budget): boolean {
  return regions.every(({ left }) => left >= 0);
}

interface PlacedSection {
  readonly name: string;
  readonly region: string;
  readonly size: number;
  /** Bytes from the region's start to the section's end. */
  readonly end: number;
}

/** Addresses count from the lowest of the region, so that they may be those of a map with other origins. */
function placedSections(bytes: Uint8Array, map: MemoryMap): PlacedSection[] {
  const elf = readElf(bytes, 'image');
  const declared = new Map<string, MapSection>(map.sections.map((section) => [section.name, section]));
  return elf.sections
    .filter(({ flags, size }) => (flags & BigInt(SHF_ALLOC)) !== 0n && size > 0n)
    .flatMap(({ name, addr, size }) => {
      const region = declared.get(name)?.region;
      const origin = map.regions.find((one) => one.name === region)?.origin;
      if (region === undefined || origin === undefined) return [];
      return [{ name, region, size: Number(size), end: Number(addr) - origin + Number(size) }];
    });
}

const NAMES: { readonly [section: string]: string } = {
  [SECTION_VECTORS]: 'vectors and start',
  [SECTION_TABLE]: 'resource table',
  [SECTION_STATUS]: 'status record',
  [SECTION_LIBRARIES]: 'libraries',
  '.text': 'code',
  '.rodata': 'constants',
  [SECTION_BOARD]: 'board record',
  '.data': 'data',
  '.bss': 'zeroed data',
};

function partOf(section: string, { kind }: LoadedProgram): string {
  if (section === SECTION_APP) return kind;
  return section.startsWith(SECTION_TRACE) ? 'trace buffers' : (NAMES[section] ?? section);
}

function linuxParts(resources: readonly Resource[], board: NativeBoardData): BudgetPart[] {
  const words = { vring: 'rings', buffers: 'buffers', carveout: 'carveouts' } as const;
  return summed(
    reservedMemory(resources, board).reservations.map(({ purpose, reserved, region }) => ({
      ...{ what: words[purpose], region: region?.name ?? '-', bytes: reserved },
    })),
  );
}

/** One part for all of the same name in the same region, in the order of the first. */
function summed(parts: readonly BudgetPart[]): BudgetPart[] {
  const sums = new Map<string, BudgetPart>();
  for (const part of parts) {
    const key = `${part.what} ${part.region}`;
    sums.set(key, { ...part, bytes: part.bytes + (sums.get(key)?.bytes ?? 0) });
  }
  return [...sums.values()];
}

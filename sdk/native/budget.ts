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
import type { DebugInfo } from './compile.js';
import type { NativeBoardData, NativeLayout } from './layout.js';

/**
 * Heap bytes before the program is loaded, by profile: without members of built-in objects, and for each of them. What QEMU's
 * Cortex-M4 had handed out (`heap_reach` of its status record) with a program of one number: 44,572 bytes with all 480 members
 * and 30,564 with the 171 that always stay; 52,500 and 35,780 with 476 and 171 in the full profile.
 */
const HEAP_OF_ENGINE: {
  readonly [profile in EngineProfile]: { readonly base: number; readonly member: number };
} = { small: { base: 22_800, member: 46 }, full: { base: 26_400, member: 55 } };

/**
 * Heap bytes for each byte of bytecode, once Linux's driver is there, less the bytecode itself, whose memory start-up code adds
 * to the heap once it is loaded. On the same core examples/client-sample takes, beside the engine, 62,100 for 21,486 bytes
 * without debug information and 70,900 for 33,951 with lines; with text, what loading it takes before that counts, 122,700
 * for 85,429. Rounded up, for what has no owner any more until the engine looks for cycles.
 */
const HEAP_PER_BYTE: { readonly [debug in DebugInfo]: number } = { none: 3, lines: 2.2, full: 1.5 };

/** The same for source text: 174,000 for 21,154 bytes (native-quickjs section 3). */
const HEAP_PER_SOURCE_BYTE = 8.3;

/** Views of one message buffer, made when it is first used: 10,440 bytes for 32 of them, 44,440 for 128, and their list. */
const HEAP_PER_BUFFER = 360;

/** What the heap needs at least, in bytes. */
export interface HeapFloor {
  /** Engine and its globals. */
  readonly engine: number;
  /** The program: functions, constants, what it makes at its start. */
  readonly program: number;
  /** The runtime's views of message buffers, once each of them has been used. */
  readonly buffers: number;
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
  /** Members of built-in objects in the image. */
  readonly members: number;
  readonly parts: readonly BudgetPart[];
  readonly heap: { readonly region: string; readonly bytes: number; readonly floor: HeapFloor };
  /** What Linux takes of its own regions for this firmware: rings, buffers, carveouts. */
  readonly linux: readonly BudgetPart[];
  readonly regions: readonly BudgetRegion[];
  /** Over all image regions, once the program has started and every message buffer has been in use. */
  readonly left: number;
}

/** The program as it is loaded. */
export interface LoadedProgram {
  readonly kind: 'bytecode' | 'source';
  /** What bytecode keeps for stacks; source has all of it. */
  readonly debug: DebugInfo;
  readonly bytes: number;
}

export interface BudgetParts extends HeapUse {
  readonly board: NativeBoardData;
  readonly layout: NativeLayout;
  /** Its sections say which region each one is for, its regions how much there is. */
  readonly map: MemoryMap;
}

/** What the heap of an image is for. */
export interface HeapUse {
  readonly profile: EngineProfile;
  readonly program: LoadedProgram;
  /** Members of built-in objects in the image. */
  readonly members: number;
  readonly resources: readonly Resource[];
}

export function heapFloor({ profile, program, members, resources }: HeapUse): HeapFloor {
  const { base, member } = HEAP_OF_ENGINE[profile];
  return {
    engine: base + members * member,
    program: Math.ceil(program.bytes * heapPerByte(program)),
    buffers: messageBuffers(resources) * HEAP_PER_BUFFER,
  };
}

function heapPerByte({ kind, debug }: LoadedProgram): number {
  return kind === 'source' ? HEAP_PER_SOURCE_BYTE : HEAP_PER_BYTE[debug];
}

/** Of all rpmsg devices, both ways. */
function messageBuffers(resources: readonly Resource[]): number {
  return resources.reduce((sum, one) => sum + (one.kind === 'rpmsgVdev' ? 2 * one.num : 0), 0);
}

/** All of it. */
export function heapBytes({ engine, program, buffers }: HeapFloor): number {
  return engine + program + buffers;
}

/** The budget of `elf`, linked for `map` or for the same map with larger regions. */
export function imageBudget(elf: Uint8Array, parts: BudgetParts): Budget {
  const { board, layout, map, profile, members, program, resources } = parts;
  const { place, stack } = layout;
  const linked = placedSections(elf, map);
  const floor = heapFloor(parts);
  const images = board.memory.filter(({ use, aliasOf }) => use === RegionUse.image && aliasOf === undefined);
  let heap = 0;
  const regions = images.map(({ name }): BudgetRegion => {
    const region = map.regions.find((one) => one.name === name)!;
    const here = linked.filter((section) => section.region === name);
    const sections = Math.max(0, ...here.map(({ end }) => end));
    const used = sections + (place.stack === name ? stack : 0);
    const bytes = usableLength(map, region);
    if (place.heap !== name) return { region: name, bytes, used, heapFloor: 0, left: bytes - used };
    heap = Math.max(0, bytes - used);
    const needed = heapBytes(floor);
    return { region: name, bytes, used, heapFloor: needed, left: bytes - used - needed };
  });
  return {
    profile,
    members,
    parts: [
      ...summed(
        linked.map(({ name, region, size }) => ({ what: partOf(name, program), region, bytes: size })),
      ),
      { what: 'stack', region: place.stack, bytes: stack },
    ],
    heap: { region: place.heap, bytes: heap, floor },
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

/** Maps QuickJS stack lines to the author's sources with the image's source map. */
import { decodedMappings, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { SECTION_SOURCEMAP } from '../../../runtime/abi/app.js';
import { utf8Decode } from '../../../runtime/abi/utf8.js';
import { findSection } from '../../remoteproc/elf-helpers.js';
import { ESPRUINO_FILE } from './espruino-guest.js';
import { HAL_FILE, PROGRAM_HEAD_LINES } from './program.js';

/** Deep recursion gives hundreds of equal frames; this many of them say as much. */
const MAX_FRAMES = 16;

/** The last line of a stack in an image without source map. */
const UNMAPPED = '(not mapped: the image has no source map; one built without --strip has)';

/** The last line of a stack of bytecode that has names only. */
const WITHOUT_LINES = "(no lines: the image was built with debug: 'none')";

/** The source map in the image's non-alloc section; undefined when it has none or a broken one. */
export function sourceMapOf(image: Uint8Array): TraceMap | undefined {
  const section = findSection(image, SECTION_SOURCEMAP);
  if (!section) return undefined;
  try {
    return new TraceMap(utf8Decode(section));
  } catch {
    return undefined;
  }
}

/** One line of an engine stack. */
interface Frame {
  /** What the engine calls the function; a minified program's names say nothing. */
  readonly name: string;
  /** Undefined where a native function or the hal runs. */
  readonly place: string | undefined;
  /** The author's word at that place: in a caller it is the name of what is called. */
  readonly word: string | null;
  /** The place is the last that the map knows, or comes after it. */
  readonly behind?: boolean;
}

export interface StackOptions {
  /** Lines that the core puts in front of the program's own; those of the simulated core when left out. */
  readonly headLines?: number;
}

/**
 * `at name (file:line:column)` lines, innermost first, mapped where `map` knows the place; without a map the last line says
 * so. Frames of bytecode without lines have names only, as the engine has them.
 */
export function mapStack(
  stack: string,
  map: TraceMap | undefined,
  { headLines = PROGRAM_HEAD_LINES }: StackOptions = {},
): string[] {
  const lines = stack.split('\n').map((line) => line.trim());
  const frames = lines.filter((line) => line !== '').map((line) => parseFrame(line, map, headLines));
  // The bundle's own wrapper called the program from behind everything that the map knows.
  if (frames.length > 1 && frames[frames.length - 1].behind) frames.pop();
  const texts: string[] = [];
  for (const [i, { name, place }] of frames.entries()) {
    const caller = frames[i + 1];
    if (place !== undefined) texts.push(`at ${caller?.word ?? name} (${place})`);
  }
  const named = lines.filter((line) => /^at [^()]+$/.test(line));
  if (texts.length === 0 && named.length > 0) return [...cut(named), WITHOUT_LINES];
  return map || texts.length === 0 ? cut(texts) : [...cut(texts), UNMAPPED];
}

function cut(frames: readonly string[]): string[] {
  const more = frames.length - MAX_FRAMES;
  return more > 0 ? [...frames.slice(0, MAX_FRAMES), `... ${more} more`] : [...frames];
}

function parseFrame(text: string, map: TraceMap | undefined, headLines: number): Frame {
  const match = /^at (.*?) ?\(?([^()\s]+):(\d+):(\d+)\)?$/.exec(text);
  const name = match?.[1] ?? '';
  const line = Number(match?.[3]) - headLines;
  if (!match || match[2] === HAL_FILE || match[2] === ESPRUINO_FILE || line < 1)
    return { name, place: undefined, word: null };
  const column = Number(match[4]) - 1;
  const where = map && findPlace(map, line, column);
  // What the compiler makes of async functions is nobody's code.
  if (where?.source?.includes('node_modules/tslib/')) return { name, place: undefined, word: null };
  if (!where || where.source === null)
    return { name, place: `${match[2]}:${line}:${column + 1}`, word: null };
  const behind = isBehind(map!, line, column);
  return { name, place: `${where.source}:${where.line}:${where.column + 1}`, word: where.name, behind };
}

/** The place that the map gives, or where the statement began when generated lines lie between. */
function findPlace(map: TraceMap, line: number, column: number) {
  const where = originalPositionFor(map, { line, column });
  for (let up = line - 1; where.source === null && up > 0 && up > line - 4; up--) {
    const before = originalPositionFor(map, { line: up, column: Number.MAX_SAFE_INTEGER });
    if (before.source !== null) return { ...before, name: null };
  }
  return where;
}

function isBehind(map: TraceMap, line: number, column: number): boolean {
  const lines = decodedMappings(map);
  let last = lines.length;
  while (last > 0 && lines[last - 1].length === 0) last--;
  return line > last || (line === last && column > (lines[last - 1].at(-1)?.[0] ?? 0));
}

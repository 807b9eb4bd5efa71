/** Maps QuickJS stack lines to the author's sources with the image's source map. */
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { SECTION_SOURCEMAP } from '../../../runtime/abi/app.js';
import { utf8Decode } from '../../../runtime/abi/utf8.js';
import { findSection } from '../../remoteproc/elf-helpers.js';
import { HAL_FILE, PROGRAM_HEAD_LINES } from './program.js';

/** Deep recursion gives hundreds of equal frames; this many of them say as much. */
const MAX_FRAMES = 16;

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

/** `    at name (file:line:column)` lines, innermost first, mapped where `map` knows the place. */
export function mapStack(stack: string, map: TraceMap | undefined): string[] {
  const frames: string[] = [];
  for (const line of stack.split('\n')) {
    const text = line.trim();
    if (text === '' || text.includes('(native)')) continue;
    const frame = mapFrame(text, map);
    if (frame !== undefined) frames.push(frame);
  }
  const cut = frames.length - MAX_FRAMES;
  return cut > 0 ? [...frames.slice(0, MAX_FRAMES), `... ${cut} more`] : frames;
}

function mapFrame(frame: string, map: TraceMap | undefined): string | undefined {
  const match = /^at (.*?) ?\(?([^()\s]+):(\d+):(\d+)\)?$/.exec(frame);
  if (!match) return frame;
  const [, name, file, shown, column] = match;
  const line = Number(shown) - PROGRAM_HEAD_LINES;
  if (file === HAL_FILE || line < 1) return undefined;
  const where = map && originalPositionFor(map, { line, column: Number(column) - 1 });
  if (!where || where.source === null) return `at ${name} (${file}:${line}:${column})`;
  return `at ${where.name ?? name} (${where.source}:${where.line}:${where.column + 1})`;
}

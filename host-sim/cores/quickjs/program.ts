/**
 * Compiled programs. Parsing takes longer than everything else of a boot together, so an instance that has
 * parsed guest-hal.js and a program, and run neither, is kept as a snapshot of its memory: later boots of the same
 * program start from a copy of the few hundred pages that are not zero.
 */
import { readFileSync } from 'node:fs';
import type { QuickJSHandle } from 'quickjs-emscripten';
import { type EngineLimits, type Instance, newInstance, type Pointer, type Resident } from './engine.js';

/** What firmware files are called in engine stacks. */
const PROGRAM_FILE = 'firmware.js';
export const HAL_FILE = 'guest-hal.js';
const HAL_SOURCE = readFileSync(new URL('./guest-hal.js', import.meta.url), 'utf8');
/** The program becomes a function, so that parsing and running it are two steps. Adds one line in front. */
const PROGRAM_HEAD = '(function () {\n';
/** Lines that stacks show too many. */
export const PROGRAM_HEAD_LINES = 1;

const PAGE = 4096;
/** Snapshots of at most this many programs are kept, the last used ones. */
const KEPT = 8;

/** An instance in which a program is ready to run. */
export interface Prepared {
  readonly instance: Instance;
  readonly hal: QuickJSHandle;
  /** Undefined when it does not parse. */
  readonly program: QuickJSHandle | undefined;
  /** Why it does not. */
  readonly error: QuickJSHandle | undefined;
}

interface Snapshot {
  readonly resident: Resident;
  readonly hal: Pointer;
  readonly program: Pointer;
  /** Page numbers and their contents, one after the other. */
  readonly pages: readonly number[];
  readonly bytes: Uint8Array;
}

const snapshots = new Map<string, Snapshot>();

/** Parses `source`, or takes it from a snapshot. `shared` is how much memory the core and Linux will share. */
export async function prepareProgram(
  source: string,
  limits: EngineLimits,
  shared: number,
): Promise<Prepared> {
  const instance = await newInstance(shared + limits.heap);
  const key = `${limits.heap} ${limits.stack} ${source}`;
  const known = snapshots.get(key);
  if (known) {
    remember(key, known);
    return restore(instance, limits, known);
  }
  const before = usedPages(instance);
  instance.open(limits);
  const { context } = instance;
  const hal = context.unwrapResult(context.evalCode(HAL_SOURCE, HAL_FILE));
  const parsed = context.evalCode(`${PROGRAM_HEAD}${source}\n})`, PROGRAM_FILE, { type: 'global' });
  if (parsed.error) return { instance, hal, program: undefined, error: parsed.error };
  remember(key, take(instance, before, hal, parsed.value));
  return { instance, hal, program: parsed.value, error: undefined };
}

function remember(key: string, snapshot: Snapshot): void {
  snapshots.delete(key);
  snapshots.set(key, snapshot);
  for (const oldest of snapshots.keys()) {
    if (snapshots.size <= KEPT) break;
    snapshots.delete(oldest);
  }
}

function take(
  instance: Instance,
  before: readonly number[],
  hal: QuickJSHandle,
  program: QuickJSHandle,
): Snapshot {
  // Pages that a fresh instance fills must be copied even where they are zero by now.
  const pages = [...new Set([...before, ...usedPages(instance)])].sort((a, b) => a - b);
  const bytes = new Uint8Array(pages.length * PAGE);
  for (const [i, page] of pages.entries()) {
    bytes.set(new Uint8Array(instance.memory.buffer, page * PAGE, PAGE), i * PAGE);
  }
  return {
    resident: instance.resident!,
    hal: hal.value as unknown as Pointer,
    program: program.value as unknown as Pointer,
    pages,
    bytes,
  };
}

function restore(instance: Instance, limits: EngineLimits, snapshot: Snapshot): Prepared {
  const memory = new Uint8Array(instance.memory.buffer);
  const { pages, bytes } = snapshot;
  // Neighbouring pages go in one copy.
  for (let first = 0; first < pages.length; ) {
    let next = first + 1;
    while (next < pages.length && pages[next] === pages[next - 1] + 1) next++;
    memory.set(bytes.subarray(first * PAGE, next * PAGE), pages[first] * PAGE);
    first = next;
  }
  instance.open(limits, snapshot.resident);
  return {
    instance,
    hal: instance.handleAt(snapshot.hal),
    program: instance.handleAt(snapshot.program),
    error: undefined,
  };
}

/** Numbers of the pages that hold anything but zeroes. */
function usedPages({ memory }: Instance): number[] {
  const words = new BigUint64Array(memory.buffer);
  const perPage = PAGE / 8;
  const used: number[] = [];
  for (let page = 0; page * perPage < words.length; page++) {
    const end = (page + 1) * perPage;
    for (let i = page * perPage; i < end; i++) {
      if (words[i] !== 0n) {
        used.push(page);
        break;
      }
    }
  }
  return used;
}

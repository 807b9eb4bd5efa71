/**
 * Runs uvu test files in a process of its own: `node --import tsx worker.ts FILE...`. The counts go to the
 * process that started it through file descriptor 3, written synchronously so that they survive a hang or a
 * crash; stdout belongs to the tests.
 */
import { writeSync } from 'node:fs';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EVENTS_FD, type SkipNames, type WorkerEvent } from './events.js';

/** A suite in uvu's queue: errors as text, or `true` when uvu has none to show. */
type Suite = () => Promise<[errors: string | true, ran: number, skipped: number, total: number]>;

/** The global names through which `uvu/run` talks to every copy of uvu in the process. */
interface UvuGlobals extends SkipNames {
  UVU_DEFER: 1;
  UVU_QUEUE: Suite[][];
  UVU_INDEX: number;
}

const uvu = globalThis as unknown as UvuGlobals;

function report(event: WorkerEvent): void {
  writeSync(EVENTS_FD, JSON.stringify(event) + '\n');
}

/**
 * uvu names the running test in `state.__test__` and tells nobody. A setter that every state object inherits
 * sees the name whichever copy of uvu the file imports.
 */
function watchTestNames(): void {
  const names = new WeakMap<object, string>();
  Object.defineProperty(Object.prototype, '__test__', {
    configurable: true,
    get(this: object) {
      return names.get(this);
    },
    set(this: object, name: string) {
      names.set(this, name);
      report({ type: 'test', name });
    },
  });
}

function problem(text: string, error?: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : error;
  process.stdout.write(`\n FAIL  ${text}\n${error === undefined ? '' : `${stack}\n`}`);
  report({ type: 'problem', text });
}

async function runSuite(suite: Suite): Promise<void> {
  try {
    const [errors, ran, skipped, total] = await suite();
    const failed = typeof errors === 'string' ? Math.max(total - ran, 1) : total - ran;
    if (typeof errors === 'string') process.stdout.write('\n' + errors + '\n');
    else if (failed > 0) process.stdout.write('\n FAIL  a hook threw; uvu does not tell what\n');
    report({ type: 'suite', passed: ran, failed, skipped });
    if (total + skipped === 0) problem('a suite without tests calls run()');
  } catch (error) {
    problem('a hook threw', error);
  }
}

/** True when the next file may share this process. */
async function runFile(file: string, index: number): Promise<boolean> {
  const suites: Suite[] = [];
  uvu.UVU_QUEUE[index] = suites;
  uvu.UVU_INDEX = index;
  uvu.rprocSkips = [];
  report({ type: 'file', file });
  process.stdout.write(relative(process.cwd(), file) + '\n');
  let clean = false;
  try {
    await import(pathToFileURL(file).href);
    clean = suites.length > 0;
    if (!clean) problem('registers no test: .run() is missing');
  } catch (error) {
    problem('does not import', error);
  }
  for (const suite of suites) await runSuite(suite);
  // A rejection that nobody handled ends the process after the jobs at hand; wait for it while it has a name.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  report({ type: 'end', skips: uvu.rprocSkips });
  // Tests that were registered and not run would run as part of the next file.
  return clean;
}

async function main(files: string[]): Promise<void> {
  uvu.UVU_DEFER = 1;
  uvu.UVU_QUEUE = [];
  watchTestNames();
  process.once('beforeExit', () => {
    report({ type: 'stuck' });
    process.exit(1);
  });
  let shared = true;
  for (let i = 0; i < files.length && shared; i++) shared = await runFile(files[i], i);
  report({ type: 'done' });
  // What a test left open must not keep the run waiting.
  process.stdout.write('\n', () => process.exit(0));
}

main(process.argv.slice(2));

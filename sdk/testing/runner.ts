/**
 * Runs uvu test files in processes of their own and counts what uvu counts. Whatever happens to a process, its
 * files are accounted for: a file that hangs, crashes, ends early or registers nothing is a failure, and the
 * files behind it run in a new process.
 */
import { relative, resolve } from 'node:path';
import type { TestCounts, WorkerEvent } from './events.js';
import { runWorker, type WorkerEnd } from './worker-process.js';

export type { TestCounts } from './events.js';

export interface RunTestsOptions {
  /** Files for which this holds get a process each; the others share one. Default: none. */
  readonly heavy?: (file: string) => boolean;
  /** Real milliseconds for the process of the shared files. Default: 120000. */
  readonly limitMs?: number;
  /** Real milliseconds for the process of a heavy file. Default: `limitMs`. */
  readonly heavyLimitMs?: number;
  /**
   * Processes side by side. Default: 1. With more, what a process prints comes in one piece when it has ended.
   */
  readonly jobs?: number;
  /** Runs only every `count`-th file, beginning with the `index`-th; `index` counts from 1. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Makes a skipped test a failure unless the name it was skipped under is listed. */
  readonly requireAll?: { readonly except: readonly string[] };
  /** Counts of what the caller did before, for the closing line. */
  readonly already?: TestCounts;
  /** False leaves the closing line to the caller. Default: true. */
  readonly closingLine?: boolean;
  /** Default: the working directory. File names are relative to it. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where the runner's own lines go; tests write to stdout themselves. Default: stdout. */
  readonly write?: (text: string) => void;
}

/** The one line that ends a test run. */
export function closingLine(counts: TestCounts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** Runs `files` and prints the closing line. Rejects only when no process can be started. */
export async function runTestFiles(
  files: readonly string[],
  options: RunTestsOptions = {},
): Promise<TestCounts> {
  const lanes = Array.from({ length: options.jobs ?? 1 }, () => new TestRun(options));
  const paths = files.map((file) => resolve(lanes[0].cwd, file));
  const heavy = options.heavy ?? (() => false);
  const limit = options.limitMs ?? 120_000;
  const shared = shardOf(
    paths.filter((file) => !heavy(file)),
    options.shard,
  );
  const alone = shardOf(paths.filter(heavy), options.shard);
  const tasks = [
    ...(shared.length > 0 ? [{ files: shared, limit }] : []),
    ...alone.map((file) => ({ files: [file], limit: options.heavyLimitMs ?? limit })),
  ];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let task = tasks.shift(); task; task = tasks.shift())
        await lane.inProcesses(task.files, task.limit);
    }),
  );
  return close(lanes, options);
}

/** Prints what failed and the closing line. */
function close(lanes: readonly TestRun[], options: RunTestsOptions): TestCounts {
  const write = options.write ?? ((text: string) => process.stdout.write(text));
  const all = [options.already ?? zero, ...lanes.map((lane) => lane.counts)];
  const sum = (name: keyof TestCounts) => all.reduce((total, counts) => total + counts[name], 0);
  const counts = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
  for (const line of lanes.flatMap((lane) => lane.summary)) write(`failed: ${line}\n`);
  if (options.closingLine !== false) write(closingLine(counts) + '\n');
  return counts;
}

function shardOf(files: readonly string[], shard: RunTestsOptions['shard']): readonly string[] {
  return shard ? files.filter((_file, i) => i % shard.count === shard.index - 1) : files;
}

class TestRun {
  readonly cwd: string;
  private passed = 0;
  private failed = 0;
  private skipped = 0;
  readonly summary: string[] = [];
  /** The file whose events come in, and its running test. */
  private file = '';
  private test = '';
  private failedBefore = 0;
  private skippedBefore = 0;
  private stuck = false;
  private done = false;

  constructor(private readonly options: RunTestsOptions) {
    this.cwd = options.cwd ?? process.cwd();
  }

  /** Runs `files` in one process, or in more when one of them ends it. */
  async inProcesses(files: readonly string[], limitMs: number): Promise<void> {
    let next = 0;
    while (next < files.length) {
      const begin = next;
      this.file = '';
      this.test = '';
      this.done = this.stuck = false;
      const end = await runWorker({
        files: files.slice(begin),
        limitMs,
        cwd: this.cwd,
        env: this.options.env ?? process.env,
        buffered: (this.options.jobs ?? 1) > 1,
        onEvent: (event) => {
          if (event.type === 'file') next++;
          this.take(event);
        },
      });
      // A worker that did not even begin must not be tried for ever.
      if (next === begin) this.file = files[next++];
      if (!this.done || end.code !== 0) this.fail(this.whyEnded(end, limitMs));
      this.closeFile();
    }
  }

  get counts(): TestCounts {
    return { passed: this.passed, failed: this.failed, skipped: this.skipped };
  }

  private take(event: WorkerEvent): void {
    switch (event.type) {
      case 'file':
        this.closeFile();
        this.file = event.file;
        this.test = '';
        break;
      case 'test':
        this.test = event.name;
        break;
      case 'suite':
        this.passed += event.passed;
        this.failed += event.failed;
        this.skipped += event.skipped;
        break;
      case 'problem':
        this.failed++;
        break;
      case 'end':
        this.judgeSkips(event.skips);
        break;
      case 'stuck':
        this.stuck = true;
        break;
      case 'done':
        this.done = true;
        break;
    }
  }

  /** Where every test must run, a skip is a failure unless its name is on the list. */
  private judgeSkips(names: readonly string[]): void {
    const { requireAll } = this.options;
    if (!requireAll) return;
    const allowed = names.filter((name) => requireAll.except.includes(name)).length;
    const refused = this.skipped - this.skippedBefore - allowed;
    if (refused <= 0) return;
    this.skipped -= refused;
    this.failed += refused - 1;
    this.fail(`${refused} skipped, and no test may be skipped in this run`);
  }

  private fail(why: string): void {
    this.failed++;
    this.write(`\n FAIL  ${this.name()}: ${why}\n`);
  }

  /** The file's line in the summary. */
  private closeFile(): void {
    const failed = this.failed - this.failedBefore;
    if (failed > 0) this.summary.push(`${this.name()} (${failed})`);
    this.failedBefore = this.failed;
    this.skippedBefore = this.skipped;
  }

  private whyEnded(end: WorkerEnd, limitMs: number): string {
    const running = this.test ? `running: "${this.test}"` : 'no test was running';
    if (end.timedOut) return `stopped after ${limitMs / 1000} s; ${running}`;
    if (this.stuck) return `ended early: it waits for a promise that never settles; ${running}`;
    const how = end.signal ? `signal ${end.signal}` : `exit code ${end.code}`;
    return `its process ended with ${how}; ${running}`;
  }

  private name(): string {
    return relative(this.cwd, this.file);
  }

  private write(text: string): void {
    (this.options.write ?? ((line) => process.stdout.write(line)))(text);
  }
}

const zero: TestCounts = { passed: 0, failed: 0, skipped: 0 };

/** Proves rows: their tests pass on the sources as they are, and fail on each mutation of them. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { root } from '../../support/sources.js';
import type { Mutation, Row } from '../row.js';
import { ANSWERS_FD, type Answer, type Request } from './protocol.js';

/** Real milliseconds for one process; a mutation that hangs is none that a test has noticed. */
const LIMIT = 30_000;

interface WorkerEnd {
  readonly tests: readonly Extract<Answer, { type: 'test' }>[];
  /** Why the worker did not come to its end, with what it printed. */
  readonly problem: string | undefined;
}

function runWorker(request: Request, mutation?: Mutation): Promise<WorkerEnd> {
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const args = [
    '--import',
    new URL('./register.mjs', import.meta.url).href,
    '--import',
    import.meta.resolve('tsx'),
  ];
  const change = mutation && { ...mutation, url: pathToFileURL(join(root, mutation.file)).href };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args, file('./worker.ts'), JSON.stringify(request)], {
      cwd: root,
      // A run with coverage is about the sources as they are.
      env: { ...process.env, NODE_V8_COVERAGE: undefined, RPROC_MUTATION: change && JSON.stringify(change) },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, LIMIT);
    const text = { answers: '', printed: '' };
    const take = (stream: Readable | null, into: keyof typeof text) =>
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        text[into] += chunk;
      });
    take(child.stdio[ANSWERS_FD] as Readable, 'answers');
    take(child.stdout, 'printed');
    take(child.stderr, 'printed');
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      const answers = text.answers.split('\n').filter((line) => line !== '');
      const parsed = answers.map((line) => JSON.parse(line) as Answer);
      const done = parsed.some(({ type }) => type === 'done');
      const how = late ? `took more than ${LIMIT / 1000} s` : `ended with exit code ${code}`;
      resolve({
        tests: parsed.filter((answer) => answer.type === 'test'),
        problem: done ? undefined : `${how}: ${text.printed.trim()}`,
      });
    });
  });
}

/** The titles of the tests in each of `files`. */
export async function titlesOf(files: readonly string[]): Promise<Map<string, string[]>> {
  const { tests, problem } = await runWorker({ files });
  if (problem !== undefined) throw new Error(problem);
  return new Map(
    files.map((file) => [file, tests.filter((test) => test.file === file).map(({ title }) => title)]),
  );
}

/** `row`'s tests, a request for each file. */
function requestsOf(rows: readonly Row[]): Request[] {
  const byFile = new Map<string, Set<string>>();
  for (const { file, title } of rows.flatMap(({ tests }) => tests)) {
    byFile.set(file, (byFile.get(file) ?? new Set()).add(title));
  }
  return [...byFile].map(([file, titles]) => ({ files: [file], titles: [...titles] }));
}

/** Undefined when one of the row's tests notices the mutation, else what happened instead. */
async function unnoticed(row: Row, mutation: Mutation): Promise<string | undefined> {
  const seen: string[] = [];
  for (const request of requestsOf([row])) {
    const { tests, problem } = await runWorker(request, mutation);
    if (problem !== undefined) seen.push(`${request.files}: the process ${problem}`);
    if (problem === undefined && tests.some(({ outcome }) => outcome === 'failed')) return undefined;
    const thrown = tests.find(({ outcome }) => outcome === 'error');
    seen.push(
      thrown ? `${thrown.title}: no assertion failed, but ${thrown.message}` : `${tests.length} tests pass`,
    );
  }
  return `${row.id}: ${mutation.file}: ${mutation.find} -> ${mutation.replace}: ${seen.join('; ')}`;
}

/** What is wrong with the tests of `rows` on the sources as they are. */
async function brokenTests(rows: readonly Row[]): Promise<string[]> {
  const requests = requestsOf(rows);
  const ends = await inParallel(requests, (request) => runWorker(request));
  return ends.flatMap(({ tests, problem }, i) => [
    ...(problem === undefined ? [] : [problem]),
    ...(tests.length > 0 ? [] : [`${requests[i].files}: no test ran`]),
    ...tests
      .filter(({ outcome }) => outcome !== 'passed')
      .map(({ title, message }) => `${title}: ${message}`),
  ]);
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]);
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), items.length) }, lane));
  return results;
}

/** Complaints about `rows`: tests that fail as things are, and mutations that no test of their row notices. */
export async function prove(rows: readonly Row[]): Promise<string[]> {
  const broken = await brokenTests(rows);
  if (broken.length > 0) return broken;
  const jobs = rows.flatMap((row) => row.mutations.map((mutation) => ({ row, mutation })));
  const results = await inParallel(jobs, ({ row, mutation }) => unnoticed(row, mutation));
  return results.filter((result) => result !== undefined);
}

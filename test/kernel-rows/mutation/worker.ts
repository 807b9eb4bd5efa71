/**
 * Runs single tests of one file, or lists the titles of several: started by run.ts with a request in argv[2],
 * answers with one JSON document per line on file descriptor 3.
 */
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ANSWERS_FD, type Answer, type Outcome, type Request } from './protocol.js';
import { recorded } from './recorder.js';

function answer(value: Answer): void {
  writeSync(ANSWERS_FD, JSON.stringify(value) + '\n');
}

/**
 * What a test is there to find. A RangeError is the access outside of memory that the check which was switched off
 * prevented; other errors say that the mutation is no program.
 */
function isFinding(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_ASSERTION';
}

/** True when the test passed. */
async function runTest(file: string, { title, run }: (typeof recorded)[number]): Promise<boolean> {
  let outcome: Outcome = 'passed';
  let message = '';
  try {
    await run();
  } catch (error) {
    outcome = isFinding(error) ? 'failed' : 'error';
    message = String(error).split('\n')[0];
  }
  answer({ type: 'test', file, title, outcome, message });
  return outcome === 'passed';
}

async function runFile(file: string, titles: Request['titles']): Promise<void> {
  await import(pathToFileURL(resolve(file)).href);
  for (const test of recorded.splice(0)) {
    if (!titles) answer({ type: 'test', file, title: test.title, outcome: 'listed', message: '' });
    else if (titles.some((title) => test.title.includes(title)) && !(await runTest(file, test))) return;
  }
}

async function main({ files, titles }: Request): Promise<void> {
  for (const file of files) await runFile(file, titles);
  answer({ type: 'done' });
  process.exit(0);
}

main(JSON.parse(process.argv[2]));

/** The runner over small test files that do everything a test file can do wrong. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunTestsOptions } from '../../sdk/testing/runner.js';

const uvu = import.meta.resolve('uvu');
const deadlineModule = new URL('../../sdk/testing/deadline.ts', import.meta.url).href;
const sourceRunner = new URL('../../sdk/testing/runner.ts', import.meta.url).href;
const distRunner = new URL('../../dist/sdk/testing/runner.js', import.meta.url).href;

const head = `import { suite, test } from '${uvu}';\nimport { deadline } from '${deadlineModule}';\n`;
const fixtures = {
  'pass.test.ts': `const n: number = 1;
    test('one', () => {}); test('two', async () => { if (n !== 1) throw new Error(); }); test.run();
    const other = suite('other'); other('three', () => {}); other.run();`,
  'fail.test.ts': `test('good', () => {});\ntest('bad', () => {\n  throw new Error('boom');\n}); test.run();`,
  'throw.test.ts': `test('left over', () => {});
    interface Never {}
    throw new Error('no import' as string);`,
  'hang.test.ts': `test('fine', () => {}); test('spins', () => { for (;;); }); test.run();`,
  'wait.test.ts': `test('waits', () => new Promise((done) => setTimeout(done, 1e6))); test.run();`,
  'norun.test.ts': `test('never registered', () => {});`,
  'empty.test.ts': `test.run();`,
  'skip.test.ts': `test('here', () => {}); test.skip('there'); test.run();`,
  'named-skip.test.ts': `globalThis.rprocSkips = ['known']; test.skip('known'); test('x', () => {}); test.run();`,
  'never.test.ts': `test('fine', () => {}); test('unsettled', () => new Promise(() => {})); test.run();`,
  'deadline.test.ts': `test('late', deadline(20, () => new Promise(() => {})));
    test('in time', deadline(60000, async () => {})); test('sync', deadline(60000, () => {}));
    test('own error', deadline(60000, () => { throw new Error('mine'); })); test.run();`,
  'exit.test.ts': `test('leaves', () => { process.exit(0); }); test.run();`,
  'reject.test.ts': `test('rejects behind our back', () => { Promise.reject(new Error('unseen')); }); test.run();`,
  'hook.test.ts': `const s = suite('s'); s.before(() => { throw new Error('x'); });
    s('a', () => {}); s('b', () => {}); s.run();`,
  'after.test.ts': `const s = suite('s'); s.after(() => { throw new Error('after hook'); }); s('a', () => {}); s.run();`,
  'open.test.ts': `import { createServer } from 'node:net';
    test('leaves a server open', () => { createServer().listen(0); process.exitCode = 9; }); test.run();`,
} as const;
type Fixture = keyof typeof fixtures;

interface Outcome {
  lines: string[];
  text: string;
  /** The closing line's figures. */
  counts: string;
}

const test = suite('runner', { folder: '' });
test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'rproc-runner-'));
  for (const [name, code] of Object.entries(fixtures)) writeFileSync(join(context.folder, name), head + code);
});
test.after((context) => rmSync(context.folder, { recursive: true, force: true }));

/** Runs the runner in a process of its own, since its workers write to the stdout they inherit. */
function run(
  cwd: string,
  files: readonly Fixture[],
  options: Omit<RunTestsOptions, 'heavy' | 'write'> & { heavyName?: string } = {},
  runner = sourceRunner,
): Promise<Outcome> {
  const { heavyName, ...plain } = options;
  const heavy = heavyName ? `heavy: (file) => /${heavyName}/.test(file),` : '';
  const script = `import { runTestFiles } from '${runner}';
    const counts = await runTestFiles(${JSON.stringify(files)}, { ${heavy} ...${JSON.stringify(plain)} });
    process.stderr.write('\\nRESULT ' + JSON.stringify(counts));`;
  return new Promise((resolve, reject) => {
    const loader = runner.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
    const child = spawn(process.execPath, [...loader, '--input-type=module', '-e', script], { cwd, env });
    let text = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
    });
    child.on('error', reject).on('close', () => {
      const lines = text.trimEnd().split('\n');
      const counts = lines[lines.length - 1];
      try {
        assert.match(counts, /^\d+ passed, \d+ failed, \d+ skipped$/);
        assert.is(lines.filter((line) => / passed, .* skipped$/.test(line)).length, 1, 'one closing line');
        const { passed, failed, skipped } = JSON.parse(errors.slice(errors.lastIndexOf('RESULT ') + 7));
        assert.is(`${passed} passed, ${failed} failed, ${skipped} skipped`, counts);
        resolve({ lines, text: text + errors, counts });
      } catch (error) {
        reject(new Error(`${(error as Error).message}\n${text}\n${errors}`));
      }
    });
  });
}

test('adds up files that share a process', async ({ folder }) => {
  const { counts, text } = await run(folder, ['pass.test.ts', 'skip.test.ts', 'fail.test.ts']);
  assert.is(counts, '5 passed, 1 failed, 1 skipped');
  assert.match(text, 'failed: fail.test.ts (1)');
  assert.match(text, /boom[\s\S]*fail\.test\.ts:5:/, 'the stack names the TypeScript line');
});

test('a file that does not import fails and leaves the others alone', async ({ folder }) => {
  const { counts, text } = await run(folder, ['throw.test.ts', 'pass.test.ts']);
  assert.is(counts, '3 passed, 1 failed, 0 skipped');
  assert.match(text, /no import[\s\S]*throw\.test\.ts:5:/, 'the stack names the TypeScript line');
});

test('a file that registers nothing fails and its tests do not run elsewhere', async ({ folder }) => {
  const { counts, text } = await run(folder, ['norun.test.ts', 'pass.test.ts', 'empty.test.ts']);
  assert.is(counts, '3 passed, 2 failed, 0 skipped');
  assert.match(text, 'failed: norun.test.ts (1)');
  assert.match(text, 'failed: empty.test.ts (1)');
});

test('a busy loop is stopped and named; the files behind it still run', async ({ folder }) => {
  const { counts, text } = await run(folder, ['hang.test.ts', 'pass.test.ts'], { limitMs: 5000 });
  assert.is(counts, '3 passed, 1 failed, 0 skipped');
  assert.match(text, 'FAIL  hang.test.ts: stopped after 5 s; running: "spins"');
});

test('a heavy file has its own process and limit', async ({ folder }) => {
  const options = { heavyName: 'wait', heavyLimitMs: 3000 };
  const { counts, text } = await run(folder, ['wait.test.ts', 'pass.test.ts'], options);
  assert.is(counts, '3 passed, 1 failed, 0 skipped');
  assert.match(text, 'FAIL  wait.test.ts: stopped after 3 s; running: "waits"');
  assert.ok(text.indexOf('pass.test.ts') < text.indexOf('wait.test.ts'), 'heavy files come last');
});

test('a promise that never settles is named', async ({ folder }) => {
  const { counts, text } = await run(folder, ['never.test.ts', 'pass.test.ts']);
  assert.is(counts, '3 passed, 1 failed, 0 skipped');
  assert.match(text, 'never.test.ts: ended early: it waits for a promise that never settles');
  assert.match(text, 'running: "unsettled"');
});

test('deadline() turns it into a failed test', async ({ folder }) => {
  const { counts, text } = await run(folder, ['deadline.test.ts']);
  assert.is(counts, '2 passed, 2 failed, 0 skipped');
  assert.match(text, /not settled within 20 ms[\s\S]*deadline\.test\.ts:3:/);
  assert.match(text, 'mine');
});

test('a process that leaves or crashes is a failure', async ({ folder }) => {
  const { counts, text } = await run(folder, ['exit.test.ts', 'reject.test.ts', 'pass.test.ts']);
  assert.is(counts, '4 passed, 2 failed, 0 skipped');
  assert.match(text, 'exit.test.ts: its process ended with exit code 0; running: "leaves"');
  assert.match(text, 'reject.test.ts: its process ended with exit code 1');
  assert.match(text, /unseen[\s\S]*reject\.test\.ts:3:/);
});

test('hooks that throw are failures', async ({ folder }) => {
  const { counts } = await run(folder, ['hook.test.ts', 'after.test.ts', 'pass.test.ts']);
  assert.is(counts, '3 passed, 3 failed, 0 skipped');
});

test('what a test leaves open does not keep the run', async ({ folder }) => {
  const { counts } = await run(folder, ['open.test.ts']);
  assert.is(counts, '1 passed, 0 failed, 0 skipped');
});

test('where every test must run, only named skips are allowed', async ({ folder }) => {
  const requireAll = { except: ['known'] };
  const { counts, text } = await run(folder, ['skip.test.ts', 'named-skip.test.ts'], { requireAll });
  assert.is(counts, '2 passed, 1 failed, 1 skipped');
  assert.match(text, 'skip.test.ts: 1 skipped, and no test may be skipped in this run');
});

test('shards share the files out', async ({ folder }) => {
  const files: Fixture[] = ['pass.test.ts', 'skip.test.ts', 'fail.test.ts'];
  const first = await run(folder, files, { shard: { index: 1, count: 2 } });
  const second = await run(folder, files, { shard: { index: 2, count: 2 } });
  assert.is(first.counts, '4 passed, 1 failed, 0 skipped');
  assert.is(second.counts, '1 passed, 0 failed, 1 skipped');
});

test('counts of the caller are part of the closing line', async ({ folder }) => {
  const already = { passed: 1, failed: 2, skipped: 3 };
  const { counts } = await run(folder, ['pass.test.ts'], { already });
  assert.is(counts, '4 passed, 2 failed, 3 skipped');
});

test('works from dist, where the worker is JavaScript', async ({ folder }) => {
  assert.ok(existsSync(fileURLToPath(distRunner)), 'dist has the runner');
  const { counts } = await run(folder, ['pass.test.ts', 'fail.test.ts'], {}, distRunner);
  assert.is(counts, '4 passed, 1 failed, 0 skipped');
});

test.run();

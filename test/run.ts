/**
 * Runs the project's tests: `node --import tsx test/run.ts [REGEXP...]`. An argument selects the files whose path
 * it matches.
 *
 *   RPROC_SHARD=1/2       only the first of two halves
 *   RPROC_REQUIRE_ALL=1   a skipped test is a failure
 *   RPROC_VOLUME=full     long runs: the processes get more time
 *   RPROC_COUNTS=FILE     the counts go to FILE as JSON instead of the closing line, for a caller that adds up
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTestFiles } from '../sdk/testing/runner.js';
import { requireAll, SKIPS_ALLOWED } from './support/need.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isHeavy = (file: string) => /\.heavy\.test\.ts$/.test(file);
const MINUTE = 60_000;

function testFilesBelow(folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name).split(sep).join('/'))
    .sort();
}

function examples(): string[] {
  const folder = join(root, 'examples');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'firmware.config.ts')));
}

/** An example's tests boot its image, so the image is built first. Gives the number of failed builds. */
function buildExamples(names: readonly string[]): number {
  let failed = 0;
  for (const name of names) {
    const folder = join('examples', name);
    const command = [join(root, 'bin', 'rproc.js'), 'build', folder];
    const built = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8', timeout: 2 * MINUTE });
    if (built.status === 0) continue;
    failed++;
    const how = built.error?.message ?? `exit code ${built.status}`;
    console.log(` FAIL  rproc build ${folder}: ${how}\n${built.stdout}${built.stderr}`);
  }
  return failed;
}

function shardFrom(text: string | undefined): { index: number; count: number } | undefined {
  if (!text) return undefined;
  const [index, count] = text.split('/').map(Number);
  if (!(index >= 1 && index <= count)) throw new Error(`RPROC_SHARD=${text}: expected for example 1/2`);
  return { index, count };
}

const filters = process.argv.slice(2).map((text) => new RegExp(text));
const all = [
  ...testFilesBelow('test'),
  ...examples().flatMap((name) => testFilesBelow(`examples/${name}/test`)),
];
const selected = all.filter((file) => !filters.length || filters.some((filter) => filter.test(file)));
if (!selected.length) console.log('no test file matches');

const wanted = examples().filter((name) => selected.some((file) => file.startsWith(`examples/${name}/`)));
const brokenBuilds = buildExamples(filters.length ? wanted : examples());
const full = process.env.RPROC_VOLUME === 'full';
const countsFile = process.env.RPROC_COUNTS;
const counts = await runTestFiles(
  selected.map((file) => relative(process.cwd(), join(root, file))),
  {
    heavy: isHeavy,
    jobs: 2,
    limitMs: (full ? 20 : 4) * MINUTE,
    heavyLimitMs: (full ? 30 : 3) * MINUTE,
    shard: shardFrom(process.env.RPROC_SHARD),
    requireAll: requireAll ? { except: SKIPS_ALLOWED } : undefined,
    already: { passed: 0, failed: brokenBuilds, skipped: 0 },
    closingLine: !countsFile,
  },
);
if (countsFile) writeFileSync(countsFile, JSON.stringify(counts) + '\n');
process.exitCode = counts.failed > 0 || !selected.length ? 1 : 0;

/**
 * The tables of docs/performance.md: `npm run bench:native` writes them, a test compares them with a fresh run.
 * Text outside of the two markers is written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { QUICKJS_VERSION } from '../../../runtime/native/build/source.js';
import { GROUPS, type Group } from './account.js';
import { buildHarness, compilerVersion, ENGINE_FLAGS, valgrindVersion } from './build.js';
import { ACCOUNTED, measureAll, type NativeFigures, SCENARIOS, scenarioNames, totalOf } from './figures.js';

export const performanceFile = fileURLToPath(new URL('../../../docs/performance.md', import.meta.url));
const BEGIN = '<!-- native:begin -->';
const END = '<!-- native:end -->';

const STEPS = {
  engine: 'runtime and context of the engine',
  parse: 'parsing the program',
  run: 'running it: resource table, endpoints',
  driverOk: 'DRIVER_OK: rings, announcements',
  firstMessage: 'first echo',
} as const;

/** Rows of the tables: title to numbers. `null` is an empty cell. */
export type Rows = ReadonlyMap<string, readonly (number | null)[]>;

export function rowsOf({ instructions, allocations, accounts, bringUp }: NativeFigures): Rows {
  const rows = new Map<string, readonly (number | null)[]>();
  for (const name of scenarioNames) {
    const { title, target } = SCENARIOS[name];
    rows.set(title, [instructions[name], target, allocations[name]]);
  }
  for (const group of Object.keys(GROUPS) as Group[]) {
    rows.set(
      GROUPS[group],
      ACCOUNTED.map((name) => accounts[name][group]),
    );
  }
  for (const step of Object.keys(STEPS) as (keyof typeof STEPS)[]) rows.set(STEPS[step], [bringUp[step]]);
  rows.set('all of it', [totalOf(bringUp)]);
  return rows;
}

/** Reads the rows back out of the page. */
export function parseRows(page: string): Rows {
  const rows = new Map<string, readonly (number | null)[]>();
  for (const line of generated(page).split('\n')) {
    const cells = line.split('|').slice(1, -1);
    const [title, ...values] = cells.map((cell) => cell.trim());
    if (!cells.length || values.some((value) => !/^[\d,.]*$/.test(value))) continue;
    rows.set(
      title,
      values.map((value) => (value === '' ? null : Number(value.replaceAll(',', '')))),
    );
  }
  return rows;
}

/** The compiler that the page's numbers come from. */
export function compilerOf(page: string): string | undefined {
  return /^\* Compiler: (.*)$/m.exec(generated(page))?.[1];
}

function generated(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`docs/performance.md has no ${BEGIN} ... ${END}`);
  return page.slice(begin + BEGIN.length, end);
}

function render(figures: NativeFigures): string {
  const rows = rowsOf(figures);
  const table = (head: readonly string[], titles: readonly string[]): string[] => [
    `| ${head.join(' | ')} |`,
    `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`,
    ...titles.map((title) => `| ${[title, ...rows.get(title)!.map(show)].join(' | ')} |`),
  ];
  return [
    `* Engine: Bellard's QuickJS ${QUICKJS_VERSION}, Debian source package quickjs 2025.04.26-1`,
    `* Engine flags: \`${ENGINE_FLAGS.join(' ')}\``,
    `* Compiler: ${compilerVersion()}`,
    `* Counted by: ${valgrindVersion()}, tool callgrind`,
    '',
    '### Per message',
    '',
    ...table(
      ['exchange', 'instructions', 'at most', 'allocator calls'],
      scenarioNames.map((name) => SCENARIOS[name].title),
    ),
    '',
    '### Where the instructions of an echo go',
    '',
    ...table(['', 'batches of 64', 'one at a time'], Object.values(GROUPS)),
    '',
    '### Bring-up',
    '',
    ...table(['step', 'instructions'], [...Object.values(STEPS), 'all of it']),
  ].join('\n');
}

function show(value: number | null): string {
  if (value === null) return '';
  return value >= 10 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en-US')
    : value.toFixed(2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = readFileSync(performanceFile, 'utf8');
  const figures = await measureAll(buildHarness((line) => console.log(line)));
  const [before, after] = page.split(generated(page) + END);
  writeFileSync(performanceFile, `${before}\n\n${render(figures)}\n\n${END}${after}`);
  console.log(`wrote ${performanceFile}`);
}

/** A budget as people read it, and what to say when it does not add up. */
import type { ProblemError } from '../../runtime/abi/problem.js';
import { imageTooLarge } from '../errors.js';
import { columns } from '../text/columns.js';
import { type Budget, type BudgetPart, heapBytes } from './budget.js';

/** Two tables: what takes memory, and what is left of each region. Ends without a line break. */
export function formatBudget(budget: Budget): string {
  const { parts, linux, heap, regions, left } = budget;
  const { engine, program, buffers } = heap.floor;
  const rows = [
    ['memory for', 'bytes', 'in'],
    ...parts.map(partRow),
    ['heap: engine', `${engine}`, heap.region],
    ['heap: program', `${program}`, heap.region],
    ['heap: buffers in use', `${buffers}`, heap.region],
    ...linux.map(({ what, region, bytes }) => [`Linux: ${what}`, `${bytes}`, region]),
  ];
  const table = [
    ['region', 'bytes', 'used', 'heap needs', 'left'],
    ...regions.map(({ region, bytes, used, heapFloor, left: rest }) =>
      [region, bytes, used, heapFloor, rest].map(String),
    ),
    ['together', ...sums(budget), `${left}`],
  ];
  return [
    columns(rows, { right: [1], indent: '  ' }).trimEnd(),
    columns(table, { right: [1, 2, 3, 4], indent: '  ' }).trimEnd(),
  ].join('\n');
}

function partRow({ what, region, bytes }: BudgetPart): string[] {
  return [what, `${bytes}`, region];
}

function sums({ regions }: Budget): string[] {
  const sum = (field: 'bytes' | 'used' | 'heapFloor') => regions.reduce((all, one) => all + one[field], 0);
  return [sum('bytes'), sum('used'), sum('heapFloor')].map(String);
}

/** What to change, by what takes most of the regions that are too small. */
export function tooLarge(firmware: string, board: string, budget: Budget): ProblemError {
  const lacking = budget.regions.filter(({ left }) => left < 0);
  const lacks = lacking.map(({ region, bytes, left }) => ({ region, bytes, missing: -left }));
  return imageTooLarge(firmware, board, lacks, advice(budget), formatBudget(budget));
}

const ADVICE: { readonly [part: string]: string } = {
  'trace buffers': 'declare smaller trace buffers',
  bytecode: 'shorten the program, with minify left on and debug: none',
  source:
    'build with the small profile, which runs bytecode: the program may use neither RegExp, Date, Proxy nor eval',
  stack: 'give the board a smaller engine.stack',
  libraries: 'move libraries to a region with room (native.place.libraries)',
};

function advice({ profile, parts, heap, regions }: Budget): string[] {
  const lacking = new Set(regions.filter(({ left }) => left < 0).map(({ region }) => region));
  const here = parts.filter(({ region }) => lacking.has(region));
  const largest = [...here, ...heapParts(heap, lacking)].sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  const named = largest.map(({ what, bytes }) => `${what} ${bytes}`).join(', ');
  const steps = here.flatMap(({ what }) => ADVICE[what] ?? []);
  if (profile === 'full' && steps[0] !== ADVICE.source)
    steps.unshift('use neither RegExp, Date, Proxy nor eval');
  if (lacking.has(heap.region) && heap.floor.buffers > heap.floor.program)
    steps.unshift('declare rings with fewer buffers (num)');
  const room = regions.find(({ left }) => left > 0);
  if (room) steps.push(`${room.region} has ${room.left} bytes left`);
  return [`the largest parts are ${named} bytes`, ...steps];
}

function heapParts({ region, floor }: Budget['heap'], lacking: ReadonlySet<string>): BudgetPart[] {
  if (!lacking.has(region)) return [];
  return [{ what: 'heap', region, bytes: heapBytes(floor) }];
}

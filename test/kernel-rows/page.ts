/** docs/kernel-behaviour.md, made from the rows. */
import { kernelVersions } from '../../host-sim/kernel.js';
import type { Row, RowGroup } from './row.js';

export const PAGE = 'docs/kernel-behaviour.md';

const intro = [
  '# What the simulated Linux does, row by row',
  '',
  'Each row is one thing that Linux does with a firmware image or a message, numbered by the sections of the facts',
  'that the simulator was built from. The tests beside it (files below `test/` of the repository, parts of their',
  'titles) look at that behaviour. In CI every row is also proved the other way round: the behaviour is switched off',
  "or changed in the simulator's source, in memory, and the row's tests must fail.",
  '',
  "`RPROC_VOLUME=full npm test -- kernel-rows/mutations` proves all rows; with `RPROC_ROWS='rproc 8'` in front, those",
  'whose id matches. The rows are data in `test/kernel-rows/rows/`; this page is made from them by',
  '`node --import tsx test/kernel-rows/write-page.ts`.',
  '',
].join('\n');

/** The whole page. */
export function kernelBehaviourPage(groups: readonly RowGroup[]): string {
  return [intro, ...groups.map(section)].join('\n');
}

function section({ title, rows }: RowGroup): string {
  const lines = rows.map(
    (row) => `| ${[row.id, row.says, kernelsOf(row), testsOf(row)].map(cell).join(' | ')} |`,
  );
  return [`## ${title}`, '', '| row | Linux | kernels | tests |', '|---|---|---|---|', ...lines, ''].join(
    '\n',
  );
}

function kernelsOf({ kernels }: Row): string {
  return kernels.length === kernelVersions.length ? 'all' : kernels.join(', ');
}

function testsOf({ tests }: Row): string {
  const byFile = new Map<string, string[]>();
  for (const { file, title } of tests) byFile.set(file, [...(byFile.get(file) ?? []), `"${title.trim()}"`]);
  const short = (file: string) => file.replace(/^test\//, '').replace(/(\.heavy)?\.test\.ts$/, '');
  return [...byFile].map(([file, titles]) => `${short(file)}: ${titles.join(', ')}`).join('; ');
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|');
}

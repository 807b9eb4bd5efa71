/**
 * Each row's tests pass on the sources as they are and fail on each mutation of them. RPROC_VOLUME=full takes all
 * mutations, else one row of each group is tried. RPROC_ROWS='rproc 8' takes the rows whose id matches.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { prove } from './mutation/run.js';
import type { Row, RowGroup } from './row.js';
import { groups } from './rows/index.js';

const { RPROC_ROWS, RPROC_VOLUME } = process.env;

function selected({ rows }: RowGroup): readonly Row[] {
  if (RPROC_ROWS) return rows.filter(({ id }) => new RegExp(RPROC_ROWS).test(id));
  if (RPROC_VOLUME === 'full') return rows;
  return rows.slice(0, 1).map((row) => ({ ...row, mutations: row.mutations.slice(0, 1) }));
}

for (const group of groups) {
  const rows = selected(group);
  if (rows.length === 0) continue;
  const count = rows.reduce((sum, { mutations }) => sum + mutations.length, 0);
  test(`${group.title}: ${count} mutations of ${rows.length} rows are noticed`, async () => {
    const begin = performance.now();
    const unnoticed = await prove(rows);
    console.log(`${group.title}: ${count} mutations, ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    assert.is(unnoticed.join('\n'), '');
  });
}

test.run();

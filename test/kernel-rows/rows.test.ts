/** The rows are consistent: ids, tests that exist and name their row, mutations that can be made, the page. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../sdk/testing/deadline.js';
import { textOf } from '../support/sources.js';
import { titlesOf } from './mutation/run.js';
import { kernelBehaviourPage, PAGE } from './page.js';
import { sectionOf } from './row.js';
import { groups } from './rows/index.js';

const rows = groups.flatMap((group) => group.rows);

test('rows have ids of their own, in one form', () => {
  assert.ok(rows.length >= 382, String(rows.length));
  const ids = rows.map(({ id }) => id);
  assert.equal(
    ids.filter((id, i) => ids.indexOf(id) !== i),
    [],
  );
  for (const id of ids) assert.match(id, /^(rproc|rpmsg) \d+b?(\.\d+)?\.[a-z0-9][a-zA-Z0-9_-]*$/);
});

test('rows say something, and hold for a kernel', () => {
  for (const { id, says, kernels } of rows) {
    assert.ok(says.length > 10 && says.endsWith('.') && !says.includes('\n'), id);
    assert.ok(kernels.length > 0, id);
  }
});

test('every row has tests and mutations', () => {
  const without = rows.filter(({ tests, mutations }) => tests.length === 0 || mutations.length === 0);
  assert.equal(
    without.map(({ id }) => id),
    [],
  );
  console.log(
    `${rows.length} rows, ${rows.reduce((sum, { mutations }) => sum + mutations.length, 0)} mutations`,
  );
});

test(
  'the tests of a row are there, and their titles name the section',
  deadline(60_000, async () => {
    const files = [...new Set(rows.flatMap(({ tests }) => tests.map(({ file }) => file)))];
    const titles = await titlesOf(files);
    const wrong: string[] = [];
    for (const { id, tests } of rows) {
      const found = tests.map(({ file, title }) =>
        titles.get(file)!.filter((whole) => whole.includes(title)),
      );
      for (const [i, { file, title }] of tests.entries())
        if (found[i].length === 0) wrong.push(`${id}: no test "${title}" in ${file}`);
      const section = new RegExp(`(^|[^\\d.])${sectionOf(id).replace('.', '\\.')}(?!\\d|\\.\\d)`);
      if (!found.flat().some((title) => section.test(title)))
        wrong.push(`${id}: no test has ${sectionOf(id)} in its title`);
    }
    assert.equal(wrong, []);
  }),
);

test('the text that a mutation replaces is there once', () => {
  const wrong: string[] = [];
  for (const { id, mutations } of rows) {
    for (const { file, find, replace } of mutations) {
      assert.match(file, /^(host-sim|runtime\/abi)\/.*\.ts$/);
      const count = textOf(file).split(find).length - 1;
      if (count !== 1 || find === replace) wrong.push(`${id}: ${count} times in ${file}: ${find}`);
    }
  }
  assert.equal(wrong, []);
});

test(`${PAGE} is what the rows say; node --import tsx test/kernel-rows/write-page.ts writes it`, () => {
  assert.fixture(kernelBehaviourPage(groups), textOf(PAGE));
});

test.run();

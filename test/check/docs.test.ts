/** The documentation of the rules is what the rules say. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rules } from '../../sdk/check/index.js';
import { rulesPage } from '../../sdk/check/rules-page.js';

test('docs/check-rules.md has a paragraph for each rule', () => {
  assert.fixture(rulesPage(), readFileSync(new URL('../../docs/check-rules.md', import.meta.url), 'utf8'));
});

test('rule ids are unique and stable in form', () => {
  const ids = rules.map(({ id }) => id);
  assert.is(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[a-z]+(-[a-z]+)*$/);
});

test.run();

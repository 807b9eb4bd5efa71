/** `let` and `const` as `var`: golden texts, which do the same before and after. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { parse } from 'acorn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lowerLet } from '../../sdk/bundle/lower-let.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { runScript } from '../support/quickjs-script.js';

const LIMIT = 60_000;
const folder = fileURLToPath(new URL('../golden/lower-let/', import.meta.url));
const cases = readdirSync(folder);

test(
  'there are at least 40 golden cases',
  deadline(LIMIT, () => {
    assert.ok(cases.length >= 40, `${cases.length}`);
  }),
);

for (const name of cases) {
  test(
    `golden: ${name}`,
    deadline(LIMIT, async () => {
      const [input, expected] = ['input.js', 'expected.js'].map((file) =>
        readFileSync(join(folder, name, file), 'utf8'),
      );
      assert.is(lowerLet(input).code, expected);
      const said = await runScript(input);
      assert.ok(said.length > 0);
      assert.equal(await runScript(expected), said);
      // What is lowered once has nothing left to lower.
      assert.is(lowerLet(expected).code, expected);
    }),
  );
}

test(
  'the source map leads every word to where it stood',
  deadline(LIMIT, () => {
    const input = readFileSync(join(folder, 'uninitialised-list-in-loop', 'input.js'), 'utf8');
    const { code, map } = lowerLet(input);
    const trace = new TraceMap(map.toString());
    const words = (text: string) => [...text.matchAll(/\b[A-Za-z]\w*\b/g)];
    const kept = words(code).filter(([word]) => word !== 'void');
    const before = words(input);
    assert.is(kept.length, before.length);
    for (const [i, match] of kept.entries()) {
      const { line, column } = originalPositionFor(trace, placeOf(code, match.index));
      assert.equal({ line, column }, placeOf(input, before[i].index), match[0]);
    }
  }),
);

function placeOf(text: string, index: number): { line: number; column: number } {
  const lines = text.slice(0, index).split('\n');
  return { line: lines.length, column: lines[lines.length - 1].length };
}

test(
  'what is lowered parses, also without spaces between words',
  deadline(LIMIT, () => {
    const dense = '(function(){const{a}={a:1};let[b]=[a];for(const{c}of[{c:b}])log(c);if(a){let d;d=1}})()';
    const { code } = lowerLet(dense);
    parse(code, { ecmaVersion: 2016 });
    assert.is(code, '(function(){var{a}={a:1};var[b]=[a];for(var{c}of[{c:b}])log(c);if(a){var d;d=1}})()');
    assert.throws(() => lowerLet('let a = ;'), /Unexpected token \(1:8\)/);
  }),
);

test.run();

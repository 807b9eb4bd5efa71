/**
 * What an author sees when firmware fails, case by case in test/golden/end-to-end: the message in full, with the
 * stack in TypeScript, and the same places when the program is not minified.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../sdk/testing/deadline.js';
import { addFiles, config, rproc } from '../support/project-folder.js';
import { expectedText, goldenCases, inGoldenProject, normalised } from '../support/project-golden.js';

const cases = goldenCases('end-to-end');

test('there are cases', () => assert.ok(cases.length >= 5, String(cases.length)));

/** Lines of a stack, innermost first, in the author's sources. */
function places(text: string): string[] {
  return [...text.matchAll(/\((src\/[^)]+):\d+\)/g)].map(([, place]) => place);
}

for (const golden of cases) {
  test(
    golden.name,
    deadline(60000, () =>
      inGoldenProject(golden, async (dir) => {
        const own = 'firmware.config.ts' in golden.files;
        if (!own) addFiles(dir, { 'firmware.config.ts': config() });
        const built = await rproc('build', dir);
        assert.is(built.status, 0, built.stderr);
        const args = golden.command.args.map((word) => word.replace('DIR', dir));
        const { status, stderr } = await rproc(...args);
        const text = normalised(stderr, dir);
        assert.fixture(text, expectedText(golden, text));
        assert.is(status, golden.command.exit);

        // A build takes its time: the cases with stacks of their own are enough.
        if (own || !golden.name.startsWith('throws-')) return;
        addFiles(dir, { 'firmware.config.ts': config(undefined, 'minify: false,') });
        assert.is((await rproc('build', dir)).status, 0);
        const plain = await rproc(...args);
        assert.is(plain.status, status);
        assert.equal(places(plain.stderr), places(text), 'unminified');
      }),
    ),
  );
}

test.run();

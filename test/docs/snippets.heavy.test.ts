/** The pages of docs/firmware do what they say: their programs are built, booted and tried by their tests. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from '../../sdk/build/build.js';
import { boot, deadline, type RemoteUnderTest } from '../../sdk/testing/index.js';
import { type Page, projectOf, readPages, testsOf } from '../support/doc-pages.js';
import { inProject } from '../support/project-folder.js';

type Body = (remote: RemoteUnderTest, elf: string) => Promise<void>;

const programs = readPages().filter(({ blocks }) => blocks.some(({ info }) => info === 'ts main'));
// A page takes a second to build: plain runs try every fourth.
const tried = programs.filter((_, i) => process.env.RPROC_VOLUME === 'full' || i % 4 === 0);

for (const page of tried) {
  test(
    page.file,
    deadline(60000, () => inProject(projectOf(page), (dir) => tryPage(page, dir))),
  );
}

async function tryPage(page: Page, dir: string): Promise<void> {
  const { files, warnings } = await build({ dir });
  assert.equal(warnings, []);
  const tests = testsOf(page);
  for (const [i, { line, trace, log }] of tests.entries()) {
    const { default: body }: { default: Body } = await import(
      pathToFileURL(join(dir, `test/block${i}.ts`)).href
    );
    const remote = await boot(files.elf);
    try {
      await body(remote, files.elf);
      for (const text of trace)
        assert.ok(remote.trace().includes(text), differs('trace', text, remote.trace()));
      const lines = `${remote.log.map(({ text }) => text).join('\n')}\n`;
      for (const text of log) assert.ok(lines.includes(text), differs('kernel log', text, lines));
    } catch (error) {
      if (error instanceof Error) error.message = `${page.file}:${line}: ${error.message}`;
      throw error;
    }
  }
}

function differs(what: string, wanted: string, actual: string): string {
  return `the ${what} does not hold\n${wanted}but\n${actual}`;
}

test.run();

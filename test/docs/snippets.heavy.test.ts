/** The pages of docs/firmware and docs/simulator do what they say: their programs are built, booted and tried by their tests. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from '../../sdk/build/build.js';
import { boot, deadline, type RemoteUnderTest } from '../../sdk/testing/index.js';
import { type Page, projectOf, readPages, testsOf } from '../support/doc-pages.js';
import { inProject, type ProjectFiles } from '../support/project-folder.js';
import { root } from '../support/sources.js';

type Body = (remote: RemoteUnderTest, elf: string) => Promise<void>;

const programs = readPages().filter(({ blocks }) => blocks.some(({ info }) => info === 'ts main'));
// A page takes a second to build: plain runs try every fourth.
const full = process.env.RPROC_VOLUME === 'full';
const tried = programs.filter((_, i) => full || i % 4 === 0);

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

/** The build checks the programs; nothing but this looks at the types of the tests. */
function typeErrors(dir: string, files: readonly string[]): string[] {
  const program = ts.createProgram(
    files.map((file) => join(dir, file)),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      typeRoots: [join(root, 'node_modules/@types')],
      types: ['node'],
    },
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${file?.fileName.slice(dir.length + 1) ?? ''}: ${text}`;
  });
}

if (full) {
  test(
    'the tests of the pages have the right types',
    deadline(60000, async () => {
      const tests: { [path: string]: string } = { 'wrong.ts': 'export const count: number = true;\n' };
      for (const page of programs) {
        const files: ProjectFiles = projectOf(page);
        for (const [path, text] of Object.entries(files)) {
          if (path.startsWith('test/')) tests[`${page.file}/${path}`] = String(text);
        }
      }
      const found = await inProject(tests, (dir) => typeErrors(dir, Object.keys(tests)));
      assert.equal(found, ["wrong.ts: Type 'boolean' is not assignable to type 'number'."]);
    }),
  );
}

test.run();

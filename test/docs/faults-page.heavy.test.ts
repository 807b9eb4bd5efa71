/** docs/simulator/faults.md does what it says: its plans, commands and test are tried in its order. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ringFields } from '../../host-sim/index.js';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { blocksOf } from '../support/doc-pages.js';
import { addFiles, inProject, rprocProcess } from '../support/project-folder.js';
import { root, textOf } from '../support/sources.js';

const PAGE = 'docs/simulator/faults.md';
const blocks = blocksOf(textOf(PAGE));
const test = suite('faults page');

test(
  'the blocks, in order',
  deadline(120_000, () =>
    inProject({}, async (dir) => {
      const image = join(dir, 'client-sample.elf');
      await build({ dir: join(root, 'examples/client-sample'), output: image });
      let output = '';
      let tried = 0;
      for (const [i, { info, text, line }] of blocks.entries()) {
        const where = `${PAGE}:${line}`;
        if (info === 'json') await writeFile(join(dir, 'faults.json'), text);
        else if (info === 'sh' || info === 'sh fails') {
          const words = [...text.trim().matchAll(/"([^"]*)"|(\S+)/g)].map(
            ([, quoted, word]) => quoted ?? word,
          );
          assert.equal(words.slice(0, 2), ['npx', 'rproc'], where);
          const { status, stdout, stderr } = await rprocProcess(words.slice(2), { cwd: dir });
          assert.is(status, info === 'sh' ? 0 : 1, `${where}\n${stderr}`);
          output = stdout + stderr;
          tried++;
        } else if (info === 'text') assert.ok(output.includes(text), `${where}: not in\n${output}`);
        else {
          assert.is(info, 'ts', where);
          const file = `block${i}.test.ts`;
          addFiles(dir, {
            [file]: `import { boot } from 'rproc-sdk/test';
import * as assert from 'uvu/assert';

export default async function (elf: string): Promise<void> {
${text}}
`,
          });
          await (await import(pathToFileURL(join(dir, file)).href)).default(image);
          tried++;
        }
      }
      assert.is(tried, 4);
    }),
  ),
);

test(
  'every ring field and every fault is on the page',
  deadline(5000, () => {
    const text = textOf(PAGE);
    const kinds = [
      ...[
        'kicks.drop',
        'kicks.duplicate',
        'kicks.delay',
        'kicks.spurious',
        'kicks.delayMs',
        'kicks.toRemote',
      ],
      ...['kicks.toHost', 'host.slow', 'host.reset', 'core.crash', 'core.restart', 'rings.corrupt'],
      ...['firmware.vanish', 'memory.fail'],
    ];
    for (const name of [...ringFields, ...kinds]) assert.ok(text.includes(`\`${name}\``), name);
  }),
);

test.run();

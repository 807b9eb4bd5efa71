/** `rproc inspect --board --svg` as a command: text, documents, exit status, files. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { linkFirmware } from '../support/elf-images.js';
import { inProject, rproc } from '../support/project-folder.js';
import { carveout, image, table, trace, vdev } from '../support/sim-images.js';

const golden = fileURLToPath(new URL('../golden/inspect/', import.meta.url));

/** Some of everything: what fits, what crosses an end, what is refused, what lies nowhere. */
const mixed = image({
  tableAt: 0x20000000,
  table: table([
    trace(0x20001000, 0x1000),
    carveout('shared', { da: 0x80000000 }),
    vdev([{ num: 256 }, { num: 2048 }]),
  ]),
  segments: [
    { at: 0x1ffe0000, memsz: 0x1000 },
    { at: 0x2001ff00, memsz: 0x100 },
    { at: 0x2001f000, memsz: 0x2000 },
    { at: 0x90000000, memsz: 0x10 },
  ],
});

function compare(name: string, actual: string): void {
  const file = join(golden, name);
  if (process.env.RPROC_UPDATE_GOLDEN === '1') writeFileSync(file, actual);
  assert.fixture(actual, readFileSync(file, 'utf8'));
}

test(
  'the placement in full, as text and as a picture',
  deadline(20000, () =>
    inProject({ 'fw.elf': mixed }, async (dir) => {
      const svg = join(dir, 'fw.svg');
      const { status, stdout, stderr } = await rproc(
        ...['inspect', join(dir, 'fw.elf'), '--board', 'imx8mm-m4', '--svg', svg],
      );
      assert.equal([status, stderr], [0, '']);
      compare('imx8mm-m4.txt', stdout.slice(stdout.indexOf('\nPlacement on ') + 1));
      compare('imx8mm-m4.svg', readFileSync(svg, 'utf8'));
      assert.equal(
        readdirSync(dir).sort(),
        ['fw.elf', 'fw.svg', 'node_modules'],
        'no temporary file is left',
      );
    }),
  ),
);

test(
  'the board of the image, another one, and none',
  deadline(20000, async () => {
    const { elf } = await linkFirmware(findBoard('virt-m4')!);
    const files = { 'own.elf': elf, 'vendor.elf': mixed };
    await inProject(files, async (dir) => {
      const placement = async (file: string, ...more: string[]) => {
        const { status, stdout } = await rproc('inspect', join(dir, file), '--json', ...more);
        assert.is(status, 0);
        return JSON.parse(stdout).placement;
      };
      assert.is((await placement('own.elf')).board, 'virt-m4');
      assert.is((await placement('own.elf', '--board', 'am64x-r5f')).board, 'am64x-r5f');
      assert.is(await placement('vendor.elf'), null);
      const plain = await rproc('inspect', join(dir, 'vendor.elf'), '--svg', join(dir, 'alone.svg'));
      assert.not.match(plain.stdout, 'Placement');
      assert.match(readFileSync(join(dir, 'alone.svg'), 'utf8'), 'vendor.elf (no board)');
    });
  }),
);

test(
  "an image for somebody's own board is inspected, and says that the board is unknown",
  deadline(20000, async () => {
    const { elf } = await linkFirmware({ ...findBoard('virt-m4')!, name: 'my-own-m4' });
    await inProject({ 'fw.elf': elf }, async (dir) => {
      const { status, stdout, stderr } = await rproc('inspect', join(dir, 'fw.elf'));
      assert.is(status, 0);
      assert.not.match(stdout, 'Placement');
      assert.match(stderr, 'the board that the image names is not known here');
    });
  }),
);

test(
  'bad input: status 2, nothing on stdout, nothing written',
  deadline(20000, () =>
    inProject({ 'fw.elf': mixed, 'folder/x': '' }, async (dir) => {
      const elf = join(dir, 'fw.elf');
      const cases: [string, string[]][] = [
        ['RP1004', ['--board', 'stm32mp257']],
        ['RP1004', ['--board', 'stm32mp257', '--svg', join(dir, 'a.svg')]],
        ['RP2011', ['--svg', join(dir, 'no/such/folder.svg')]],
        ['RP2011', ['--svg', join(dir, 'folder')]],
        ['RP4020', ['--svg', `${dir}/./fw.elf`]],
      ];
      const before = readdirSync(dir, { recursive: true }).length;
      for (const [code, options] of cases) {
        const { status, stdout, stderr } = await rproc('inspect', elf, '--json', ...options);
        assert.equal([status, stdout, stderr.slice(0, 6)], [2, '', code], stderr);
      }
      const { stderr } = await rproc('inspect', elf, '--svg', join(dir, 'folder'));
      assert.match(stderr, 'or name another file with --svg');
      assert.is((await rproc('inspect', join(dir, 'none.elf'), '--svg', join(dir, 'a.svg'))).status, 2);
      assert.not.ok(existsSync(join(dir, 'a.svg')));
      assert.is(readdirSync(dir, { recursive: true }).length, before);
      assert.equal(readFileSync(elf), Buffer.from(mixed), 'the image is as it was');
    }),
  ),
);

test.run();

/** Every wrong input in test/golden/bad-input: its message in full, its exit status, and nothing written. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../boards/virt-m4.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { linkFirmware } from '../support/elf-images.js';
import { rproc, rprocProcess } from '../support/project-folder.js';
import {
  changed,
  expectedText,
  goldenCases,
  inGoldenProject,
  normalised,
} from '../support/project-golden.js';

const { elf } = await linkFirmware(virtM4);
const OLDER = 'an image of an older build\n';
/** Cases that a process of its own repeats. */
const IN_PROCESS = ['type-error', 'vring-num-500', 'command-unknown', 'run-image-cut-at-segments'];

/** Names and contents of everything below `dir`, without packages. */
function snapshot(dir: string): [string, string][] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !join(entry.parentPath, entry.name).includes('node_modules'))
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      return [path, entry.isFile() ? readFileSync(path, 'latin1') : entry.isDirectory() ? '/' : '?'];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const damageIn = (stdout: string) => /^Damage[\s\S]*/m.exec(stdout)?.[0] ?? '';

const cases = goldenCases('bad-input');

test('there are cases', () => assert.ok(cases.length >= 40, String(cases.length)));

for (const golden of cases) {
  const { args, exit, image, older } = golden.command;
  const body = (run: (argv: string[]) => ReturnType<typeof rproc>) => () =>
    inGoldenProject(golden, async (dir) => {
      if (image) writeFileSync(join(dir, 'image.elf'), changed(elf, image));
      if (older) for (const end of ['elf', 'map', 'ld']) writeFileSync(join(dir, `firmware.${end}`), OLDER);
      const before = snapshot(dir);
      const { status, stdout, stderr } = await run(args.map((word) => word.replace('DIR', dir)));
      // inspect shows what it can of a damaged file; there the damage it lists is compared as well.
      const text = normalised([damageIn(stdout), stderr].filter(Boolean).join('\n'), dir);
      assert.fixture(text, expectedText(golden, text));
      assert.is(status, exit);
      assert.not.match(text, /^ +at .*(sdk|node_modules|dist)\//m, 'no stack of ours');
      if (args[0] !== 'run' && exit !== 0 && !damageIn(stdout)) assert.is(stdout, '');
      assert.equal(snapshot(dir), before, 'nothing is written');
    });
  test(
    golden.name,
    deadline(
      30000,
      body((argv) => rproc(...argv)),
    ),
  );
  if (!IN_PROCESS.includes(golden.name)) continue;
  test(
    `${golden.name} in a process of its own`,
    deadline(
      60000,
      body((argv) => rprocProcess(argv, { env: { NO_COLOR: '1' } })),
    ),
  );
}

test.run();

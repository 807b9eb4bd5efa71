/** Building: the same inputs give the same bytes, other inputs another build id, and every linker the same image. */
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cpus } from '../../boards/cpus.js';
import { boards as allBoards, findBoard } from '../../boards/index.js';
import { type BuildResult, build } from '../../sdk/build/build.js';
import { inspectElf } from '../../sdk/inspect/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { runImage } from '../../sdk/testing/run-image.js';
import { readelf } from '../support/elf-oracles.js';
import { need } from '../support/need.js';
import { addFiles, inProject, program, rproc } from '../support/project-folder.js';
import { root } from '../support/sources.js';

const MAIN = `import { createEndpoint } from 'rproc-sdk/runtime';
import { twice } from './twice.js';

createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  console.log('got', data.length, twice(data.length));
  endpoint.sendTo(src, data);
});
`;
const TWICE = 'export const twice = (n: number): number => 2 * n;\n';
const project = { ...program(MAIN), 'src/twice.ts': TWICE };

/** The virtual ones: every image for them runs in the simulator. */
const boards = allBoards.filter(({ name }) => name.startsWith('virt-'));

const equalBytes = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(Buffer.from(b));

test(
  'same sources, same bytes: again, elsewhere, and after their times changed',
  deadline(60000, async () => {
    const first = await inProject(project, async (dir) => {
      const one = await build({ dir });
      for (const file of ['src/main.ts', 'src/twice.ts', 'firmware.config.ts']) {
        utimesSync(join(dir, file), 1e9, 1e9);
      }
      const two = await build({ dir });
      assert.ok(equalBytes(one.image.elf, two.image.elf), 'again');
      assert.is(one.image.map, two.image.map);
      assert.is(one.image.script, two.image.script);
      const written = new Uint8Array(readFileSync(two.files.elf));
      assert.ok(equalBytes(one.image.elf, written), 'the file is the image');
      return one;
    });
    const elsewhere = await inProject(project, (dir) => build({ dir }));
    assert.not(first.firmware.dir === elsewhere.firmware.dir);
    assert.ok(equalBytes(first.image.elf, elsewhere.image.elf), 'in another folder');
    const child = await inProject(project, async (dir) => {
      await build({ dir, output: join(dir, 'other-name.elf') });
      return new Uint8Array(readFileSync(join(dir, 'other-name.elf')));
    });
    assert.ok(equalBytes(first.image.elf, child), 'under another file name');
  }),
);

test(
  'the build id changes with the program, the table, the board and nothing else',
  deadline(60000, () =>
    inProject(project, async (dir) => {
      const id = async (board?: string) => (await build({ dir, board })).image.buildId;
      const ids = [await id()];
      assert.is(await id(), ids[0]);
      for (const board of ['virt-rv32', 'virt-a53']) ids.push(await id(board));
      addFiles(dir, { 'src/twice.ts': TWICE.replace('2 * n', '3 * n') });
      ids.push(await id());
      addFiles(dir, program(MAIN, 'trace({ size: 64 }), rpmsgVdev()'));
      ids.push(await id());
      assert.is(new Set(ids).size, ids.length, ids.join(' '));
      addFiles(dir, program(MAIN));
      addFiles(dir, { 'src/twice.ts': TWICE, 'src/unused.ts': 'export {};\n', 'README.md': 'x' });
      assert.is(await id(), ids[0], 'what is not part of the image');
      const { image } = await build({ dir });
      assert.match(readelf(image.elf, '-n'), `Build ID: ${ids[0]}`);
    }),
  ),
);

/** Class and machine as readelf calls them. */
const expected = {
  arm: ['ELF32', 'ARM'],
  riscv32: ['ELF32', 'RISC-V'],
  aarch64: ['ELF64', 'AArch64'],
  riscv64: ['ELF64', 'RISC-V'],
} as const;

/** Each costs a second; plain runs take one of each kind of machine. */
const built = boards.filter(
  ({ cpu }, i) =>
    process.env.RPROC_VOLUME === 'full' ||
    boards.findIndex((other) => cpus[other.cpu].machine === cpus[cpu].machine) === i,
);
for (const { name, cpu } of built) {
  test(
    `--board ${name}`,
    deadline(60000, () =>
      inProject(project, async (dir) => {
        const { status, stdout, stderr } = await rproc('build', dir, '--board', name, '--json');
        assert.is(status, 0, stderr);
        const document = JSON.parse(stdout);
        const elf = new Uint8Array(readFileSync(document.files.elf));
        assert.is(inspectElf(elf, 'x').rproc?.board, name);
        const [elfClass, machine] = expected[cpus[cpu].machine];
        assert.match(readelf(elf, '-h'), new RegExp(`Class: +${elfClass}$`, 'm'));
        assert.match(readelf(elf, '-h'), new RegExp(`Machine: +${machine}$`, 'm'));
        const checked = await rproc('check', document.files.elf, '--board', name, '--json');
        assert.is(JSON.parse(checked.stdout).verdict, 'boots');
        const { outcome, counters } = await runImage({ image: elf, file: 'x.elf', board: findBoard(name)! });
        assert.is(outcome, 'drivers done');
        assert.equal(counters, { sent: 100, received: 101 });
      }),
    ),
  );
}

/** What must not depend on the linker. */
async function behaviour({ image, firmware }: BuildResult) {
  const report = await runImage({ image: image.elf, file: 'firmware.elf', board: firmware.board });
  const { outcome, channels, counters, trace, virtualMs } = report;
  const log = report.log.map(({ time, text }) => `${time} ${text.replace(/size \d+$/, 'size N')}`);
  assert.is(outcome, 'drivers done');
  assert.ok(log.length > 100);
  return { log, trace, channels, counters, virtualMs };
}

const linkers = [
  ['arm-none-eabi-ld', 'virt-m4'],
  ['riscv64-unknown-elf-ld', 'virt-rv32'],
  ['riscv64-unknown-elf-ld', 'virt-rv64'],
  ['aarch64-linux-gnu-ld', 'virt-a53'],
  ['ld.lld', 'virt-m4'],
  ['ld.lld', 'virt-rv32'],
];
for (const [linker, board] of linkers) {
  (need(linker) ? test : test.skip)(
    `an image of ${linker} for ${board} boots like one of the bundled LLD`,
    deadline(60000, () =>
      inProject(project, async (dir) => {
        const bundled = await build({ dir, board });
        const system = await build({ dir, board, linker, output: join(dir, 'system.elf') });
        assert.is(system.image.buildId, bundled.image.buildId);
        assert.not.match(system.image.linker, 'bundled');
        assert.equal(await behaviour(system), await behaviour(bundled));
      }),
    ),
  );
}

test(
  'a build leaves three files and no other trace',
  deadline(60000, () =>
    inProject(project, async (dir) => {
      const before = readdirSync(dir);
      await build({ dir });
      const added = readdirSync(dir).filter((name) => !before.includes(name));
      assert.equal(added, ['firmware.elf', 'firmware.ld', 'firmware.map']);
      assert.equal(readdirSync(join(dir, 'src')), ['main.ts', 'twice.ts']);
    }),
  ),
);

test(
  'nothing of the machine is in the image',
  deadline(60000, () =>
    inProject(project, async (dir) => {
      const { image } = await build({ dir });
      for (const [name, bytes] of Object.entries({
        elf: Buffer.from(image.elf),
        map: Buffer.from(image.map),
        script: Buffer.from(image.script),
      })) {
        for (const path of [
          dir,
          root,
          process.cwd(),
          '/tmp/',
          '/node_modules/',
          process.env.HOME ?? '/root',
        ]) {
          if (path.length > 1) assert.not(bytes.includes(path), `${path} in ${name}`);
        }
      }
    }),
  ),
);

test.run();

/** What an image carries beside what is loaded: nothing with --strip, the original sources with --sources. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from '../../sdk/build/build.js';
import { readElf } from '../../sdk/elf/read.js';
import { inspectElf } from '../../sdk/inspect/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { runImage } from '../../sdk/testing/run-image.js';
import { readelf, readelfSections } from '../support/elf-oracles.js';
import { need } from '../support/need.js';
import { addFiles, inProject, program, rproc } from '../support/project-folder.js';

const MAIN = `import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});
// Grüße
`;
const CRASH = `function deep(value: number): void {
  throw new Error('value ' + value);
}
deep(3);
`;

/** Sections that stay, in memory first. */
const STRIPPED = ['.resource_table', '.rproc.app', '.rproc.trace', '.note.gnu.build-id', '.note.rproc'];
const linkers: readonly (readonly [string | undefined, string])[] = [
  [undefined, 'virt-m4'],
  ['aarch64-linux-gnu-ld', 'virt-a53'],
  [undefined, 'virt-rv64'],
  ['arm-none-eabi-ld', 'virt-m4'],
  ['riscv64-unknown-elf-ld', 'virt-rv32'],
  ['ld.lld', 'virt-a53'],
];
/** Plain runs: one of each class and of each kind of linker. */
const tried = process.env.RPROC_VOLUME === 'full' ? linkers : linkers.slice(0, 2);

/** What Linux loads, without where in the file it lies. */
function loaded(elf: Uint8Array) {
  const file = readElf(elf, 'x.elf');
  return file.segments.map((segment) => [
    ...[segment.type, segment.flags, segment.paddr, segment.memsz],
    Buffer.from(file.segmentData(segment)).toString('hex'),
  ]);
}

for (const [linker, board] of tried) {
  const runs = (linker === undefined || need(linker)) && need('readelf');
  (runs ? test : test.skip)(
    `--strip, ${linker ?? 'the bundled LLD'}, ${board}: section headers and notes stay, symbols and map go`,
    deadline(60000, () =>
      inProject(program(MAIN), async (dir) => {
        const whole = await build({ dir, board, linker });
        const { image, firmware } = await build({ dir, board, linker, strip: true });
        assert.is(image.warnings, whole.image.warnings);
        assert.ok(image.elf.length < whole.image.elf.length / 2);
        const names = readelfSections(image.elf).map(({ name, type }) => `${name} ${type}`);
        assert.equal(names, [
          ' NULL',
          ...STRIPPED.map((name) => {
            if (name === '.rproc.trace') return `${name} NOBITS`;
            return `${name} ${name.startsWith('.note') ? 'NOTE' : 'PROGBITS'}`;
          }),
          '.shstrtab STRTAB',
        ]);
        assert.is(readelf(image.elf, '-sW').trim(), '');
        assert.match(readelf(image.elf, '-n'), `Build ID: ${whole.image.buildId}`);
        assert.is(inspectElf(image.elf, 'x').rproc?.board, board);
        assert.equal(loaded(image.elf), loaded(whole.image.elf), 'what is loaded is the same');
        const { outcome, counters } = await runImage({
          ...{ image: image.elf, file: 'firmware.elf', board: firmware.board },
        });
        assert.is(outcome, 'drivers done');
        assert.equal(counters, { sent: 100, received: 101 });
      }),
    ),
  );
}

test(
  'stacks of a stripped image are not mapped and say so',
  deadline(60000, () =>
    inProject(program(CRASH), async (dir) => {
      assert.is((await rproc('build', dir)).status, 0);
      const image = join(dir, 'firmware.elf');
      const whole = await rproc('run', image);
      assert.match(whole.stderr, /at deep \(src\/main\.ts:2:\d+\)/);
      assert.not.match(whole.stderr, 'not mapped');
      assert.is((await rproc('build', dir, '--strip')).status, 0);
      const { status, stderr } = await rproc('run', image);
      assert.is(status, 1);
      assert.match(stderr, 'the firmware crashed: Error: value 3');
      assert.match(stderr, /at \S+ \(firmware\.js:\d+:\d+\)/);
      assert.match(stderr, '(not mapped: the image has no source map; one built without --strip has)');
      assert.not.match(stderr, 'main.ts');
    }),
  ),
);

test(
  'the image carries its sources when asked, in the configuration or on the command line',
  deadline(60000, () =>
    inProject(program(MAIN), async (dir) => {
      const plain = await build({ dir });
      assert.is(inspectElf(plain.image.elf, 'x').sources, null);
      assert.not.ok(Buffer.from(plain.image.elf).includes('.rproc.source\0'));

      assert.is((await rproc('build', dir, '--sources')).status, 0);
      const elf = new Uint8Array(readFileSync(join(dir, 'firmware.elf')));
      const file = readElf(elf, 'x.elf');
      const section = file.sections.find(({ name }) => name === '.rproc.source')!;
      assert.is(section.flags, 0n, 'not in memory');
      assert.equal(loaded(elf), loaded(plain.image.elf), 'what is loaded is the same');
      const sources: { path: string; content: string }[] = JSON.parse(
        Buffer.from(file.sectionData(section)).toString(),
      );
      assert.is(sources.find(({ path }) => path === 'src/main.ts')?.content, MAIN);
      const map = JSON.parse(
        Buffer.from(
          file.sectionData(file.sections.find(({ name }) => name === '.rproc.sourcemap')!),
        ).toString(),
      );
      assert.equal(
        sources.map(({ path }) => path),
        map.sources.filter((path: string) => path !== 'rproc:boot'),
      );
      assert.not.ok(Buffer.from(elf).includes(dir), 'no path of the machine');

      addFiles(dir, program(MAIN, undefined, 'sources: true,'));
      const configured = await build({ dir });
      assert.equal(configured.image.elf, elf, 'the same by configuration');
      assert.is(inspectElf(elf, 'x').buildId === plain.image.buildId, false, 'sources are part of the build');
      const { stdout } = await rproc('inspect', join(dir, 'firmware.elf'));
      assert.match(stdout, new RegExp(`src/main\\.ts +${Buffer.byteLength(MAIN)}\n`));
      assert.is((await rproc('check', join(dir, 'firmware.elf'))).status, 0);

      const stripped = await build({ dir, strip: true });
      assert.is(inspectElf(stripped.image.elf, 'x').sources, null);
      assert.is(stripped.image.buildId, configured.image.buildId);
    }),
  ),
);

test(
  '--strip and --sources exclude each other; nothing is written',
  deadline(60000, () =>
    inProject(program(MAIN), async (dir) => {
      const { status, stderr } = await rproc('build', dir, '--strip', '--sources');
      assert.is(status, 2);
      assert.match(stderr, 'RP2020');
      assert.throws(() => readFileSync(join(dir, 'firmware.elf')), /ENOENT/);
    }),
  ),
);

test.run();

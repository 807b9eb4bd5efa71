/** `rproc init`: what is written for which board, and that nothing is when anything is wrong. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { renderProject, type TemplateName, templates } from '../../sdk/init/render.js';
import { largestVdev } from '../../sdk/init/ring-memory.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { inProject, rproc } from '../support/project-folder.js';
import { root } from '../support/sources.js';

const test = suite('rproc init');
const FILES = [
  ...['.gitignore', 'README.md', 'firmware.config.ts', 'package.json', 'src/main.ts'],
  ...['test/motor.test.ts', 'test/tsconfig.json', 'tsconfig.json'],
];

/** Files below `dir`, without the installed packages. */
function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .filter((path) => !path.startsWith('node_modules'))
    .sort();
}

/**
 * Buffers in each direction: as many as rings and buffers leave room for, written down from the regions in boards/.
 * A ring of 16 takes 4 KiB, one of 256 takes 8 KiB; Linux has 2 * num buffers of 512 bytes.
 */
const expectedNum: { readonly [board: string]: number | undefined } = {
  'virt-m4': 256,
  'virt-rv32': 256,
  'virt-a53': 256,
  'virt-rv64': 256,
  'virt-ivshmem': 256,
  'qemu-mps2-an386': 256,
  'qemu-mps2-an500': 256,
  'qemu-r5f': 256,
  'qemu-rv32': 256,
  'qemu-ivshmem-m4': 256,
  'stm32mp157-dk-m4': 16,
  'stm32mp157-m4-448k': 16,
  'imx8mm-m4': 256,
  'imx8mp-m7': 256,
  'imx93-m33': 256,
  'imx95-m7': 256,
  'am62x-m4f': 256,
  'am64x-m4f': 256,
  'am64x-r5f': 256,
  'j721e-r5f': 256,
  'zynqmp-r5-rpmsg': 256,
};

test('each board gets the largest vdev that it has memory for', () => {
  const found = boards.map((board) => [board.name, largestVdev(board)]);
  assert.equal(
    found,
    boards.map(({ name }) => [name, expectedNum[name]]),
  );
});

test('rings, buffers and pool are limits of their own', () => {
  const vdev = (regions: readonly (readonly [name: string, len: number])[]) => {
    const named = regions.map(([name, len], i) => {
      const use = name === 'pool' ? 'pool' : 'named';
      return { name, len, use, da: 0x40000000 + i * 0x1000000, origin: 'test' } as const;
    });
    return largestVdev({ ...virtM4, memory: [virtM4.memory[0], ...named] });
  };
  const rings = (len: number) =>
    [
      ['vdev0vring0', len],
      ['vdev0vring1', len],
    ] as const;
  assert.is(vdev([...rings(0x2000), ['vdev0buffer', 0x40000]]), 256);
  assert.is(vdev([...rings(0x2000), ['vdev0buffer', 0x3ffff]]), 128);
  assert.is(vdev([...rings(0x1fff), ['vdev0buffer', 0x40000]]), 128, 'a ring of 256 takes two pages');
  assert.is(vdev([...rings(0xfff), ['vdev0buffer', 0x40000]]), undefined);
  assert.is(vdev([...rings(0x2000), ['vdev0buffer', 0x800]]), 2);
  assert.is(vdev([...rings(0x2000), ['vdev0buffer', 0x7ff]]), undefined);
  assert.is(vdev([...rings(0x2000), ['pool', 0x40000]]), 256);
  assert.is(vdev([['pool', 0x44000]]), 256, 'two rings of 8 KiB and 256 KiB of buffers');
  assert.is(vdev([['pool', 0x43fff]]), 128);
  assert.is(vdev([]), undefined);
});

for (const template of Object.keys(templates) as TemplateName[]) {
  test(`template ${template}: every placeholder is replaced`, () => {
    const board = boards.find(({ name }) => name === 'stm32mp157-dk-m4')!;
    const files = renderProject({ name: 'motor', board, template, num: 16, engine: 'quickjs' });
    assert.equal(
      files.map(([path]) => path),
      FILES,
    );
    for (const [path, text] of files) {
      assert.not.match(text, /template-name|virt-m4|num: 256|""/, path);
      assert.ok(text.endsWith('\n'), path);
    }
    const config = new Map(files).get('firmware.config.ts')!;
    assert.match(config, "board: 'stm32mp157-dk-m4'");
    assert.is(config.includes('num: 16'), templates[template].vdev);
  });
}

test('package.json asks for this SDK and the versions that it has itself', () => {
  const choices = { name: 'motor', board: virtM4, num: undefined, engine: 'quickjs' } as const;
  const files = new Map(renderProject({ ...choices, template: 'hello' }));
  const { name, type, devDependencies } = JSON.parse(files.get('package.json')!);
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.is(name, 'motor');
  assert.is(type, 'module');
  assert.equal(devDependencies, {
    '@types/node': own.devDependencies['@types/node'],
    'rproc-sdk': `~${own.version}`,
    typescript: own.dependencies.typescript,
    uvu: own.dependencies.uvu,
  });
});

test(
  'new folders, the next steps, --json',
  deadline(5000, () =>
    inProject({}, async (dir) => {
      const target = join(dir, 'deep/er/motor');
      const { status, stdout, stderr } = await rproc('init', target, '--json');
      assert.is(status, 0, stderr);
      assert.is(stderr, '');
      const document = JSON.parse(stdout);
      const { next, ...rest } = document;
      assert.equal(rest, {
        dir: target,
        name: 'motor',
        board: 'virt-m4',
        template: 'echo',
        engine: 'quickjs',
        files: FILES,
      });
      assert.match(next[0], /^cd .*deep\/er\/motor$/);
      assert.equal(next.slice(1), ['npm install', 'npm start', 'npm test']);
      assert.equal(filesOf(target), FILES);

      // Beside files that are not its own, under a name that is not the folder's.
      const second = join(dir, 'Second Try');
      mkdirSync(second);
      writeFileSync(join(second, 'LICENSE'), 'mine\n');
      const text = await rproc('init', second, '--name', 'motor', '--template', 'hello');
      assert.is(text.status, 0, text.stderr);
      assert.is(text.stdout, '');
      assert.match(
        text.stderr,
        /\nnext:\n {2}cd ".*Second Try"\n {2}npm install\n {2}npm start\n {2}npm test\n$/,
      );
      assert.equal(filesOf(second), [FILES[0], 'LICENSE', ...FILES.slice(1)]);
    }),
  ),
);

test(
  'a board without ring memory is refused at once, and named with those that have some',
  deadline(5000, () =>
    inProject({}, async (dir) => {
      const target = join(dir, 'motor');
      const { status, stderr } = await rproc('init', target, '--board', 'zynqmp-r5');
      assert.is(status, 2);
      assert.match(
        stderr,
        /^RP4011 zynqmp-r5 has no memory .*\n.*errno -12.*\n.*--template hello, or one of virt-m4/,
      );
      assert.not.match(stderr, 'imx7d-m4');
      assert.equal(filesOf(dir), []);
      const hello = await rproc('init', target, '--board', 'zynqmp-r5', '--template', 'hello');
      assert.is(hello.status, 0, hello.stderr);
      assert.equal(filesOf(target), FILES);
    }),
  ),
);

test(
  'whatever lies in the way is named, and everything stays as it was',
  deadline(5000, () =>
    inProject({}, async (dir) => {
      for (const [i, path] of FILES.entries()) {
        const target = join(dir, `t${i}`);
        mkdirSync(join(target, 'src'), { recursive: true });
        mkdirSync(join(target, 'test'));
        // A file, a folder, a link that leads nowhere.
        if (i % 3 === 0) writeFileSync(join(target, path), 'mine\n');
        else if (i % 3 === 1) mkdirSync(join(target, path));
        else symlinkSync('/nowhere/at/all', join(target, path));
        const before = readdirSync(target, { recursive: true }).sort();
        const { status, stderr } = await rproc('init', target, '--name', 'motor');
        assert.is(status, 2);
        assert.match(stderr, `RP4012 ${target} has ${path} already; nothing was written\n`);
        assert.equal(readdirSync(target, { recursive: true }).sort(), before);
      }
    }),
  ),
);

test(
  'a write that fails takes back those before it and the folders made for them',
  deadline(5000, () =>
    inProject({}, async (dir) => {
      // test/ cannot be made when src/main.ts and others are there already.
      const target = join(dir, 'motor');
      mkdirSync(target);
      writeFileSync(join(target, 'test'), 'a file\n');
      const { status, stderr } = await rproc('init', target);
      assert.is(status, 2);
      assert.match(stderr, /^RP4013 the project cannot be written to .*motor: E(NOTDIR|EXIST)/);
      assert.equal(readdirSync(target), ['test']);
      rmSync(join(target, 'test'));
      assert.is((await rproc('init', target)).status, 0);
    }),
  ),
);

test.run();

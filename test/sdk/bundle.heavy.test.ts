/** What gets into an image: packages lowered to ES2016, a source map without machine paths, the rollup plugin. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import typescript from '@rollup/plugin-typescript';
import { rollup } from 'rollup';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SECTION_APP, SECTION_SOURCEMAP } from '../../runtime/abi/app.js';
import { build } from '../../sdk/build/build.js';
import { rproc as plugin } from '../../sdk/bundle/plugin.js';
import { readElf } from '../../sdk/elf/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { addFiles, config, inProject, program, rproc } from '../support/project-folder.js';

const LIBRARY = {
  'node_modules/sensor/package.json':
    '{ "name": "sensor", "version": "1.0.0", "type": "module", "main": "index.js", "types": "index.d.ts" }',
  'node_modules/sensor/index.js': `export async function read(channel) {
  await undefined;
  if (channel?.number ?? true) throw new RangeError('the sensor does not answer');
  return { ...channel };
}
`,
  'node_modules/sensor/index.d.ts': 'export declare function read(channel: number): Promise<object>;\n',
};

/** Text of the section `name`. */
function sectionText(elf: Uint8Array, name: string): string {
  const section = readElf(elf, 'x').sections.find((one) => one.name === name)!;
  return Buffer.from(
    elf.subarray(Number(section.offset), Number(section.offset) + Number(section.size)),
  ).toString();
}

for (const minify of [true, false]) {
  test(
    `async functions of packages go through our promises, minify ${minify}`,
    deadline(60000, () =>
      inProject(
        {
          ...program("import { read } from 'sensor';\n\nread(3);\n", undefined, `minify: ${minify},`),
          ...LIBRARY,
        },
        async (dir) => {
          const { image, warnings } = await build({ dir });
          assert.equal(warnings, []);
          const code = sectionText(image.elf, SECTION_APP);
          assert.not.match(code, /\basync\b|\bawait\b|\?\?|\?\./);
          const { status, stderr } = await rproc('run', join(dir, 'firmware.elf'));
          assert.is(status, 1);
          assert.match(stderr, 'RP5004 the firmware crashed: RangeError: the sensor does not answer');
          assert.match(stderr, /at .* \(node_modules\/sensor\/index\.js:3:\d+\)/);
        },
      ),
    ),
  );
}

test(
  'the source map names files relative to the project',
  deadline(60000, () =>
    inProject(
      {
        ...program("import { read } from 'sensor';\nimport './lib/more.js';\n\nread(3);\n"),
        ...LIBRARY,
        'src/lib/more.ts': 'console.log(1);\n',
      },
      async (dir) => {
        const { image } = await build({ dir });
        const map = JSON.parse(sectionText(image.elf, SECTION_SOURCEMAP));
        assert.equal(Object.keys(map).sort(), ['file', 'mappings', 'names', 'sources', 'version']);
        for (const source of map.sources as string[]) {
          assert.not(isAbsolute(source) || source.startsWith('..') || source.includes('\\'), source);
          assert.match(
            source,
            /^(src\/(lib\/)?\w+\.ts|node_modules\/(sensor|tslib)\/[\w.]+\.js|rproc-sdk\/runtime\/[\w/-]+\.ts|rproc:boot)$/,
          );
        }
        for (const wanted of [
          'src/main.ts',
          'src/lib/more.ts',
          'node_modules/sensor/index.js',
          'rproc-sdk/runtime/remote.ts',
        ]) {
          assert.ok(map.sources.includes(wanted), wanted);
        }
      },
    ),
  ),
);

test(
  'a rollup configuration written by hand gives the same image',
  deadline(60000, () =>
    inProject(
      {
        ...program("import { read } from 'sensor';\n\nread(3).catch((error) => console.log(error));\n"),
        ...LIBRARY,
        'tsconfig.json': `{ "compilerOptions": { "target": "ES2016", "lib": ["ES2023"], "module": "ESNext",
          "moduleResolution": "bundler", "moduleDetection": "force", "types": [], "strict": true, "skipLibCheck": true,
          "sourceMap": true, "rootDir": "/" }, "files": ["src/main.ts", "node_modules/rproc-sdk/dist/runtime/index.d.ts"] }`,
      },
      async (dir) => {
        const { image } = await build({ dir });
        const bundle = await rollup({
          input: join(dir, 'src/main.ts'),
          plugins: [
            plugin({ firmware: dir }),
            nodeResolve({ preferBuiltins: false }),
            typescript({ tsconfig: join(dir, 'tsconfig.json'), filterRoot: false, noEmitOnError: true }),
          ],
        });
        const { output } = await bundle.generate({ dir });
        await bundle.close();
        const names = output.map(({ fileName }) => fileName).sort();
        assert.equal(
          names.filter((name) => name.startsWith('firmware.') && !name.includes('.js')),
          ['firmware.elf', 'firmware.ld', 'firmware.map'],
        );
        const asset = output.find(({ fileName }) => fileName === 'firmware.elf')!;
        const bytes = asset.type === 'asset' ? Buffer.from(asset.source) : Buffer.of();
        assert.ok(bytes.equals(Buffer.from(image.elf)), 'the same bytes');
      },
    ),
  ),
);

test(
  'rproc-sdk/rollup is the plugin',
  deadline(60000, () =>
    inProject(program("console.log('up');\n"), async (dir) => {
      addFiles(dir, { 'import.mjs': "export { rproc } from 'rproc-sdk/rollup';\n" });
      const { rproc: published } = await import(pathToFileURL(join(dir, 'import.mjs')).href);
      assert.is(published({ firmware: dir }).name, 'rproc');
    }),
  ),
);

test(
  'the project may have a tsconfig.json of its own',
  deadline(60000, () =>
    inProject(
      {
        ...program(
          "import { deep } from '@lib/deep';\n\nconst list: number[] = [];\nconst first: number = list[0];\nconsole.log(deep, first);\n",
        ),
        'src/lib/deep.ts': 'export const deep = 7;\n',
        'tsconfig.json':
          '{ "compilerOptions": { "strict": true, "noUncheckedIndexedAccess": true, "target": "ES2022", "module": "NodeNext", "noEmit": true, "paths": { "@lib/*": ["./src/lib/*"] } } }',
      },
      async (dir) => {
        const { status, stderr } = await rproc('build', dir);
        assert.is(status, 1);
        assert.match(stderr, "src/main.ts:4:7: TS2322: Type 'number | undefined' is not assignable");
        assert.not.match(stderr, 'TS2307');
      },
    ),
  ),
);

test(
  'a program that is one file without imports',
  deadline(60000, () =>
    inProject(
      {
        'firmware.config.ts': config(),
        'src/main.ts': "async function f() {\n  await 0;\n  console.log('later');\n}\nf();\n",
      },
      async (dir) => {
        assert.is((await rproc('build', dir)).status, 0);
        const { status, stdout } = await rproc('run', join(dir, 'firmware.elf'), '--until', 'later');
        assert.is(status, 0, stdout);
      },
    ),
  ),
);

test(
  'what is in node_modules is not type-checked',
  deadline(60000, () =>
    inProject(
      {
        ...program("import { read } from 'sensor';\n\nread(3).catch(() => {});\n"),
        ...LIBRARY,
        'node_modules/sensor/index.d.ts': 'export declare function read(n: number): Promise<Missing>;\n',
      },
      async (dir) => {
        assert.is((await rproc('build', dir)).status, 0);
        assert.ok(readFileSync(join(dir, 'firmware.elf')).length > 0);
      },
    ),
  ),
);

test.run();

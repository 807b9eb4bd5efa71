/** The tarball as npm packs it: what is in it, and with RPROC_VOLUME=full what a user does with it. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeCpus } from '../../sdk/native/products.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { builtProducts, productsAbsent } from '../native/built-products.js';
import { readelfHeader } from '../support/elf-oracles.js';
import { skipUnless } from '../support/need.js';
import { npm, npmInstall, npmOn, npmPack } from '../support/npm.js';
import type { CommandResult } from '../support/project-folder.js';
import { root } from '../support/sources.js';

const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const MINUTE = 60_000;

/** What `npm run build:native` makes, as paths in the package. */
const nativeFiles = [
  ...['compiler.wasm', 'manifest.json', 'NOTICES'],
  ...nativeCpus.flatMap((cpu) =>
    ['librproc.a', 'libquickjs.a', 'libsupport.a', 'profile-small.o', 'profile-full.o'].map(
      (name) => `${cpu}/${name}`,
    ),
  ),
].map((name) => `runtime/native/dist/${name}`);

test(
  'the tarball holds the built package and its texts, and nothing else',
  deadline(MINUTE, async () => {
    const { files, size, unpackedSize } = await npmPack();
    console.log(`tarball: ${size} bytes, unpacked ${unpackedSize} bytes in ${files.length} files`);
    const paths = files.map(({ path }) => path);
    const strays = paths.filter(
      (path) =>
        !/^(package\.json|README\.md|CHANGELOG\.md|LICENSE|bin\/rproc\.js|ldscripts\/README\.md)$/.test(
          path,
        ) &&
        !/^docs\/((firmware|simulator)\/)?[\w-]+\.md$/.test(path) &&
        !/^dist\/(sdk|runtime|boards|host-sim|ldscripts)\/.*\.(js|js\.map|d\.ts)$/.test(path) &&
        !/^dist\/sdk\/init\/templates\//.test(path) &&
        !nativeFiles.includes(path) &&
        !['dist/.stamp', 'dist/host-sim/recording/rpmsg.lua'].includes(path),
    );
    assert.equal(strays, []);
    const templates = readdirSync(join(root, 'sdk/init/templates'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join('dist', entry.parentPath.slice(root.length), entry.name).replaceAll('\\', '/'));
    assert.ok(templates.length >= 10);
    for (const wanted of [...templates, 'README.md', 'LICENSE', 'CHANGELOG.md', 'docs/check-rules.md']) {
      assert.ok(paths.includes(wanted), wanted);
    }
    for (const { types, default: file } of Object.values<{ types?: string; default?: string }>(own.exports)) {
      for (const path of [types, file]) if (path) assert.ok(paths.includes(path.slice(2)), path);
    }
    // Twice of what it was when this was written; a tarball beyond that has something in it by mistake.
    assert.ok(size < (builtProducts() ? 6_500_000 : 2_000_000), `${size} bytes`);
    for (const map of paths.filter((path) => path.endsWith('.map'))) checkSourceMap(map);
  }),
);

skipUnless(
  test,
  'the tarball holds what native images are linked from, and its licences',
  builtProducts(),
  productsAbsent,
  deadline(MINUTE, async () => {
    const { files } = await npmPack();
    const paths = files.map(({ path }) => path).filter((path) => path.startsWith('runtime/'));
    assert.equal(paths.sort(), [...nativeFiles].sort());
    const notices = readFileSync(join(root, 'runtime/native/dist/NOTICES'), 'utf8');
    for (const words of [
      /Copyright \(c\) 2017-2021 Fabrice Bellard/,
      /GCC RUNTIME LIBRARY EXCEPTION/,
      /GNU GENERAL PUBLIC LICENSE\s+Version 3/,
      /newlib/i,
      /picolibc/i,
      /wasi-libc/i,
      /LLVM Exceptions to the Apache 2\.0 License/i,
      /Apache License\s+Version 2\.0/,
    ]) {
      assert.match(notices, words);
    }
  }),
);

/** A source map brings its sources along, under names inside of the package. */
function checkSourceMap(path: string): void {
  const { sources, sourcesContent, sourceRoot = '' } = JSON.parse(readFileSync(join(root, path), 'utf8'));
  assert.is(sourceRoot, '', path);
  assert.is(sourcesContent?.length, sources.length, path);
  for (const [i, source] of (sources as string[]).entries()) {
    const name = posix.join(posix.dirname(path), source);
    assert.match(name, /^(sdk|runtime|boards|host-sim|ldscripts)\//, `${path}: ${source}`);
    assert.is(typeof sourcesContent[i], 'string', path);
  }
}

/** The result, of which `expected` is the exit status. */
function ended(result: CommandResult, expected: number): CommandResult {
  assert.is(result.status, expected, result.stdout + result.stderr);
  return result;
}

async function withTarball(use: (tarball: string, dir: string) => Promise<void>): Promise<void> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'rproc-package-')));
  try {
    const { filename } = await npmPack(dir);
    await use(join(dir, filename), dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.env.RPROC_VOLUME === 'full') {
  test(
    'installed from the tarball: init, build, run, check, inspect, test, types',
    deadline(15 * MINUTE, () =>
      withTarball(async (tarball, dir) => {
        const tool = join(dir, 'tool');
        mkdirSync(tool);
        writeFileSync(join(tool, 'package.json'), '{ "private": true }\n');
        await npmInstall(tool, tarball);
        const npx = (cwd: string, ...args: string[]) => npm(cwd, 'exec', '--no', '--', ...args);
        assert.is(ended(await npx(tool, 'rproc', '--version'), 0).stdout, `${own.version}\n`);
        ended(await npx(tool, 'rproc', 'init', '../motor', '--board', 'virt-rv32'), 0);

        const motor = join(dir, 'motor');
        const manifest = JSON.parse(readFileSync(join(motor, 'package.json'), 'utf8'));
        assert.is(manifest.devDependencies['rproc-sdk'], `~${own.version}`);
        await npmInstall(motor, '--save-dev', tarball);
        await useProject(motor, npx);
        if (builtProducts()) await buildNative(motor);
        await breakProject(motor, npx);
        await importEntries(motor, npx);
      }),
    ),
  );
}

type Npx = (cwd: string, ...args: string[]) => Promise<CommandResult>;

async function useProject(motor: string, npx: Npx): Promise<void> {
  const script = async (name: string, status = 0) => ended(await npm(motor, 'run', '--silent', name), status);
  assert.match((await script('build')).stderr, /^motor\.elf: \d+ bytes for virt-rv32, program \d+ bytes/);
  const run = await script('run');
  assert.match(run.stdout, 'remote processor rv32 is now up');
  assert.match(run.stdout, /\n# cat .*trace0\nmotor is up\nfrom 0x400: hello world!\n/);
  assert.match(run.stderr, 'drivers done: 101 messages from the firmware, 100 to it');
  assert.match((await script('check')).stdout, /^motor\.elf on virt-rv32, Linux 6\.12: boots\n/);
  assert.match((await script('test')).stdout, /\n1 passed, 0 failed, 0 skipped\n$/);
  assert.is((await script('types')).stdout, '');
  const inspected = JSON.parse(ended(await npx(motor, 'rproc', 'inspect', 'motor.elf', '--json'), 0).stdout);
  assert.is(inspected.rproc.board, 'virt-rv32');
  assert.is(inspected.rproc.sdk, own.version);
  assert.equal(inspected.damage, []);
  const again = ended(await npx(motor, 'rproc', 'init', '.'), 2);
  assert.match(again.stderr, /^RP4012 .* has .*firmware\.config\.ts, package\.json, .* already/m);
}

/** Boards that QEMU has, one for each family of cores. */
const NATIVE_BOARDS = {
  'qemu-mps2-an386': 'ARM',
  'qemu-mps2-an500': 'ARM',
  'qemu-r5f': 'ARM',
  'qemu-rv32': 'RISC-V',
} as const;

/** A native image needs nothing but the package: no compiler and no linker is on the PATH. */
async function buildNative(motor: string): Promise<void> {
  const bin = join(motor, '..', 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  symlinkSync('/bin/sh', join(bin, 'sh'));
  for (const [board, machine] of Object.entries(NATIVE_BOARDS)) {
    const args = ['exec', '--no', '--', 'rproc', 'build', '--board', board, '-o', `${board}.elf`];
    const built = ended(await npmOn(bin, motor, ...args), 0);
    assert.match(built.stderr, new RegExp(`^${board}\\.elf: \\d+ bytes for ${board}`));
    const elf = readFileSync(join(motor, `${board}.elf`));
    assert.ok(elf.length > 200_000, `${elf.length} bytes: the engine is in it`);
    assert.match(readelfHeader(elf).Machine, machine);
  }
}

/** What is wrong is found by the editor's compiler and by the commands. */
async function breakProject(motor: string, npx: Npx): Promise<void> {
  const file = (path: string) => join(motor, path);
  const good = readFileSync(file('firmware.config.ts'), 'utf8');
  const broken = async (from: string, to: string, type: RegExp, code: string) => {
    assert.ok(good.includes(from), from);
    writeFileSync(file('firmware.config.ts'), good.replace(from, to));
    assert.match(ended(await npm(motor, 'run', '--silent', 'types'), 2).stdout, type);
    assert.match(ended(await npx(motor, 'rproc', 'build'), 2).stderr, code);
    writeFileSync(file('firmware.config.ts'), good);
  };
  await broken(
    "'virt-rv32'",
    "'virt-rv23'",
    /^firmware\.config\.ts\(5,3\): error .*"virt-rv23".*not assignable/,
    'RP1004',
  );
  await broken('num: 256', 'num: 500', /^firmware\.config\.ts\(7,\d+\): error TS2322: Type '500'/, 'RP1010');
  const main = readFileSync(file('src/main.ts'), 'utf8');
  writeFileSync(file('src/main.ts'), `${main}throw new Error('broken on purpose');\n`);
  ended(await npx(motor, 'rproc', 'build'), 0);
  assert.match(
    ended(await npm(motor, 'run', '--silent', 'run'), 1).stderr,
    /broken on purpose[\s\S]*src\/main\.ts:\d+/,
  );
  assert.match(ended(await npm(motor, 'test', '--silent'), 1).stdout, /\n0 passed, 1 failed, 0 skipped\n$/);
  writeFileSync(file('src/main.ts'), main);
}

/** Every public entry has types that hold on their own; those for Node can be imported. */
async function importEntries(motor: string, npx: Npx): Promise<void> {
  const entries = Object.keys(own.exports)
    .filter((path) => path !== './package.json')
    .map((path) => posix.join('rproc-sdk', path));
  assert.is(entries.length, 6);
  const code = entries.map((entry, i) => `import * as e${i} from '${entry}';\n`).join('');
  const used = `export const entries = [${entries.map((_, i) => `Object.keys(e${i})`).join(', ')}];\n`;
  mkdirSync(join(motor, 'entries'));
  writeFileSync(join(motor, 'entries/all.ts'), code + used);
  const options = { skipLibCheck: false, types: ['node'], lib: ['ES2023', 'DOM'] };
  const tsconfig = { extends: '../tsconfig.json', compilerOptions: options, include: ['.'] };
  writeFileSync(join(motor, 'entries/tsconfig.json'), JSON.stringify(tsconfig));
  const { stdout } = await npx(motor, 'tsc', '-p', 'entries');
  const ours = stdout.split('\n').filter((line) => /rproc-sdk|entries\//.test(line));
  assert.equal(ours, [], 'the declarations are whole');
  const forNode = entries.filter((entry) => entry !== 'rproc-sdk/runtime');
  const script = `Promise.all(${JSON.stringify(forNode)}.map((e) => import(e))).then((all) => console.log(all.map((m) => Object.keys(m).length > 0).join()))`;
  assert.is(ended(await npx(motor, 'node', '-e', script), 0).stdout, 'true,true,true,true,true\n');
}

test.run();

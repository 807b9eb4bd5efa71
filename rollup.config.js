/**
 * Builds dist/ as a mirror of the source folders: one module per file, so that a stack trace, a source map
 * and an import path name the same file everywhere.
 *
 * Two programs, because the remote core runs ES2016 (its `await` must go through our Promise) and Node runs
 * ES2022. runtime/ and boards/mailbox/ belong to the first one alone; the second imports their files from there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import typescript from '@rollup/plugin-typescript';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
/** What runs on the remote core. */
const runtime = [join(root, 'runtime') + sep, join(root, 'boards', 'mailbox') + sep];

const abi = readdirSync(join(root, 'runtime', 'abi'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => 'runtime/abi/' + name);
const runtimeEntries = [
  'runtime/index.ts',
  'runtime/boot.ts',
  'runtime/boot-espruino.ts',
  'runtime/hal/connect-mailbox.ts',
  'runtime/hal/espruino-globals.ts',
  'runtime/hal/espruino-text.ts',
  'runtime/hal/mailbox-hal.ts',
  'boards/mailbox/index.ts',
  ...abi,
];
const nodeEntries = [
  'sdk/index.ts',
  'sdk/elf/index.ts',
  'sdk/bundle/plugin.ts',
  'sdk/testing/index.ts',
  'sdk/testing/worker.ts',
  'sdk/cli/main.ts',
  'host-sim/index.ts',
];
/** Files that lie beside the module that needs them: most are read at run time, rpmsg.lua is for Wireshark. */
const assets = [
  'host-sim/cores/quickjs/guest-hal.js',
  'host-sim/cores/quickjs/guest-espruino.js',
  'host-sim/recording/rpmsg.lua',
  ...filesBelow('sdk/init/templates'),
];

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Imports of what runs on the remote core stay imports of what the runtime program writes. */
const runtimeStaysOutside = {
  name: 'runtime-stays-outside',
  resolveId(source, importer) {
    if (!importer || !source.startsWith('.')) return null;
    const target = resolve(dirname(importer), source);
    return runtime.some((folder) => target.startsWith(folder)) ? { id: target, external: 'relative' } : null;
  },
  // The compiler also declares what the program imports from there; the runtime program does that itself.
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const name of Object.keys(bundle)) if (ofRuntime(name)) delete bundle[name];
    },
  },
};

/** Nor does the runtime program declare the boards that its drivers' types are from. */
const boardsStayOutside = {
  name: 'boards-stay-outside',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const name of Object.keys(bundle)) if (!ofRuntime(name)) delete bundle[name];
    },
  },
};

function ofRuntime(name) {
  return name.startsWith('runtime/') || name.startsWith('boards/mailbox/');
}

const copyAssets = {
  name: 'copy-assets',
  buildStart() {
    for (const path of assets) {
      this.addWatchFile(join(root, path));
      this.emitFile({
        type: 'asset',
        name: basename(path),
        fileName: path,
        source: readFileSync(join(root, path)),
      });
    }
  },
};

function program(entries, tsconfig, plugins) {
  return {
    input: entries.map((path) => join(root, path)),
    external: (id) => !id.startsWith('.') && !id.startsWith('\0') && !isAbsolute(id),
    plugins: [
      ...plugins,
      typescript({
        tsconfig: join(root, tsconfig),
        noEmitOnError: true,
        compilerOptions: {
          noEmit: false,
          rootDir: root,
          declaration: true,
          declarationDir: dist,
          sourceMap: true,
          inlineSources: true,
        },
      }),
    ],
    // A library keeps what its users may import, also where no entry of ours does.
    treeshake: false,
    onwarn(warning) {
      throw new Error('rollup warns: ' + (warning.stack ?? warning.message) + '\n' + (warning.frame ?? ''));
    },
    output: {
      dir: dist,
      format: 'es',
      preserveModules: true,
      preserveModulesRoot: root,
      entryFileNames: '[name].js',
      sourcemap: true,
    },
  };
}

export default [
  program(runtimeEntries, 'tsconfig.build-runtime.json', [boardsStayOutside]),
  program(nodeEntries, 'tsconfig.build.json', [runtimeStaysOutside, copyAssets]),
];

/**
 * The rollup plugin that makes a firmware image: it puts the runtime's start in front of the entry, keeps
 * source maps through it, and emits NAME.elf, NAME.map and NAME.ld. `rproc build` uses it as anybody may.
 * @module rproc-sdk/rollup
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin, RenderedModule, SourceMap } from 'rollup';
import { type MinifyOptions, minify } from 'terser';
import ts from 'typescript';
import { addressRanges, RegionUse, regionsFor } from '../../boards/board.js';
import type { DeclaredResource } from '../../runtime/abi/declared-resource.js';
import { assemble, type Image } from '../build/assemble.js';
import type { SourceFile } from '../build/sources.js';
import { type Firmware, type FirmwareWithProgram, withProgram } from '../config/firmware.js';
import { loadFirmware } from '../config/load.js';
import type { Resource } from '../config/resources/index.js';
import { type Carried, checkLowered, checkSources, packageProblems } from '../espruino/gate/index.js';
import { espruinoBoot, globalsModule, lowerProgram, replacedModule } from '../espruino/program.js';
import { isNative } from '../native/layout.js';
import type { ProfileChoice } from '../native/profile.js';
import { nativeProgram, profileFor } from '../native/program.js';
import { foldFormats } from './fold-formats.js';
import { lowerLet } from './lower-let.js';
import { mailboxDriverCode } from './mailbox-driver.js';
import { type Span, withoutUnmentioned, withShortWords, wordsOf } from './members.js';
import { membersOf, publicFields, SHARED_WITH_LANGUAGE } from './names.js';

const PROGRAM = '\0rproc:program';
const BOOT = '\0rproc:boot';

/** The runtime that firmware bundles: always the built one, ES2016 with source maps. */
export const runtimeDir = fileURLToPath(
  new URL(
    /[\\/]dist[\\/]/.test(fileURLToPath(import.meta.url)) ? '../../runtime/' : '../../dist/runtime/',
    import.meta.url,
  ),
);

/** The built mailbox drivers, for the same cores. */
const mailboxDir = resolve(runtimeDir, '../boards/mailbox');

/** Files of our own that run on the remote core. */
function isOurs(id: string): boolean {
  return id.startsWith(runtimeDir) || id.startsWith(mailboxDir + sep);
}

/** What the plugin builds, and who is told; everything has a default. */
export interface RprocPluginOptions {
  /** A loaded firmware, or the folder of its firmware.config.ts; the current folder when left out. */
  readonly firmware?: Firmware | string;
  /** Name or path of a system linker; the bundled LLD when left out. */
  readonly linker?: string;
  /** Neither source map, sources nor symbols in the image. */
  readonly strip?: boolean;
  /** Told the finished image. */
  readonly onImage?: (image: Image, program: Program) => void;
}

/** What was linked into an image. */
export interface Program {
  /** The bundled JavaScript, as the core runs it. */
  readonly code: string;
  /** Source files of the bundle, relative to the firmware's folder. */
  readonly modules: readonly string[];
  /** What of the engine it needs; absent where nobody asked: in images without machine code, unless the configuration says `small`. */
  readonly profile?: ProfileChoice;
}

/**
 * The plugin, for a rollup configuration of one's own: it sets the input, resolves the runtime, and writes NAME.elf, NAME.map
 * and NAME.ld. It compiles no TypeScript: put @rollup/plugin-typescript and @rollup/plugin-node-resolve behind it. The
 * build fails with a ProblemError for a wrong declaration and for what the linker refuses.
 */
export function rproc(options: RprocPluginOptions = {}): Plugin {
  let firmware: FirmwareWithProgram;
  const packages = new Map<string, readonly Carried[]>();
  return {
    name: 'rproc',

    async options(input) {
      const { firmware: given = '.' } = options;
      firmware = withProgram(typeof given === 'string' ? await loadFirmware(given) : given);
      return { ...input, input: PROGRAM };
    },

    outputOptions: (output) => ({
      ...output,
      format: 'iife',
      // Espruino cannot; the objects are those of `import * as` and `import()`.
      freeze: firmware.engine !== 'espruino',
      sourcemap: true,
      // So that the modules stand in the program as they are.
      indent: false,
      inlineDynamicImports: true,
      entryFileNames: 'firmware.js',
    }),

    onLog(_level, log) {
      // rollup would leave the import to a global that no core has.
      if (log.code === 'UNRESOLVED_IMPORT') this.error(log);
    },

    buildStart() {
      this.addWatchFile(firmware.configFile);
    },

    renderStart() {
      // Types hold by now; what they let through and the engine lacks is told before anything is made of it.
      if (firmware.engine === 'espruino') checkSources(firmware, resolve(runtimeDir, 'index.d.ts'));
    },

    resolveId(source, importer) {
      if (firmware.engine === 'espruino') {
        const other = replacedModule(source, importer, runtimeDir);
        if (other) return other;
      }
      if (source === PROGRAM || source === BOOT) return source;
      if (source === 'rproc-sdk/runtime') return resolve(runtimeDir, 'index.js');
      if (source === 'tslib') return createRequire(import.meta.url).resolve('tslib/tslib.es6.js');
      return null;
    },

    async load(id) {
      const espruino = firmware.engine === 'espruino';
      if (id === PROGRAM) {
        const first = espruino ? `import ${JSON.stringify(globalsModule(runtimeDir))};\n` : '';
        return `${first}import ${JSON.stringify(BOOT)};\nimport ${JSON.stringify(firmware.entry)};\n`;
      }
      if (id === BOOT) return { code: bootModule(firmware), moduleSideEffects: true };
      if (!isOurs(id)) return null;
      const code = foldFormats(await readFile(id, 'utf8'));
      const moduleSideEffects = espruino && id === globalsModule(runtimeDir);
      return { code, map: JSON.parse(await readFile(`${id}.map`, 'utf8')), moduleSideEffects };
    },

    transform(code, id) {
      // Packages come as they are; their async functions must become ES2016 too, or lose their rejections.
      if (!/\.[cm]?js$/.test(id) || isOurs(id) || id.startsWith('\0')) return null;
      if (firmware.engine === 'espruino') packages.set(pathInMap(id, firmware.dir), packageProblems(code));
      const { outputText, sourceMapText } = ts.transpileModule(code, {
        fileName: id,
        compilerOptions: {
          target: targetOf(firmware),
          module: ts.ModuleKind.ESNext,
          sourceMap: true,
          allowJs: true,
          // One copy of the helpers for all; a module's own would begin with a `this` that rollup warns of.
          importHelpers: true,
        },
      });
      return { code: outputText, map: JSON.parse(sourceMapText ?? 'null') };
    },

    async renderChunk(code, { modules }) {
      // Comments would only take memory and parsing time on the core.
      const [text, shape] = firmware.minify
        ? release(code, modules)
        : [code, { compress: false, mangle: false, format: { beautify: true, indent_level: 1 } } as const];
      if (firmware.engine === 'espruino') return lowerProgram(text, shape);
      // Simulated cores keep what the author wrote: the stack's hot code has var already, and gains 0.1 % from it.
      const lowered = isNative(firmware.board) ? lowerLet(text) : undefined;
      const sourceMap = { asObject: true, content: lowered?.map } as MinifyOptions['sourceMap'];
      const result = await minify(lowered?.code ?? text, { ecma: 2016, sourceMap, ...shape });
      return { code: result.code ?? code, map: result.map as SourceMap };
    },

    async generateBundle(output, bundle) {
      const chunk = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry);
      if (chunk?.type !== 'chunk' || !chunk.map) return;
      const outputDir = resolve(output.dir ?? dirname(output.file ?? '.'));
      const map = portableMap(chunk.map, outputDir, firmware.dir);
      // The comment names a file that is not on the core; the map lies in a section of the image.
      const code = chunk.code.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n');
      const sourceMap = JSON.stringify(map);
      const espruino = firmware.engine === 'espruino';
      if (espruino) checkLowered(code, map, packages);
      const native = !espruino && isNative(firmware.board);
      const profile =
        native || (!espruino && firmware.profile === 'small')
          ? profileFor(firmware, code, sourceMap)
          : undefined;
      const compiled = native && profile && (await nativeProgram(firmware, code, profile.profile));
      const sources = firmware.sources ? await originals(map.sources, chunk.map, outputDir) : undefined;
      const image = await assemble(firmware, { code, sourceMap, sources, ...compiled }, options);
      const { name } = firmware;
      this.emitFile({ type: 'asset', fileName: `${name}.elf`, source: image.elf });
      this.emitFile({ type: 'asset', fileName: `${name}.map`, source: image.map });
      this.emitFile({ type: 'asset', fileName: `${name}.ld`, source: image.script });
      if (image.upload !== undefined)
        this.emitFile({ type: 'asset', fileName: `${name}.js`, source: image.upload });
      options.onImage?.(image, { code, modules: map.sources, profile });
    },
  };
}

/** What modules are compiled to before they are bundled. Espruino's gate wants to see what the author wrote. */
export function targetOf({ engine }: Firmware): ts.ScriptTarget {
  return engine === 'espruino' ? ts.ScriptTarget.ES2022 : ts.ScriptTarget.ES2016;
}

/** The program without what nobody mentions of the runtime, and how a release build minifies it. */
function release(code: string, modules: { readonly [id: string]: RenderedModule }): [string, MinifyOptions] {
  const runtime = runtimeSpans(code, modules);
  let rest = code;
  for (const { start, end } of [...runtime].reverse()) rest = `${rest.slice(0, start)}\n${rest.slice(end)}`;
  const words = wordsOf(rest);
  const needed = withShortWords(withoutUnmentioned(code, runtime, words), runtime);
  const members = new Set<string>();
  for (const { start, end } of runtime) {
    for (const name of membersOf(needed.slice(start, end))) members.add(name);
  }
  for (const name of [...publicFields(runtimeDir), ...SHARED_WITH_LANGUAGE, ...words]) members.delete(name);
  const properties = {
    builtins: true,
    regex: new RegExp(`^(?:${[...members].join('|')})$`),
    reserved: [...words],
  };
  // A function that is inlined is missing in stacks: the author's line with it, as often as not.
  const compress = { inline: false, reduce_funcs: false, passes: 3 } as const;
  return [needed, { toplevel: true, compress, mangle: { properties } }];
}

/** Where the runtime's modules stand in the program; none where another plugin has changed one of them. */
function runtimeSpans(code: string, modules: { readonly [id: string]: RenderedModule }): Span[] {
  const spans: Span[] = [];
  for (const [id, { code: text }] of Object.entries(modules)) {
    if (!text || !(isOurs(id) || id === BOOT)) continue;
    const start = code.indexOf(text, spans.at(-1)?.end);
    if (start < 0) return [];
    spans.push({ start, end: start + text.length });
  }
  return spans;
}

/** Runs before any module of the firmware. */
function bootModule({ board, resources, engine }: Firmware): string {
  if (engine === 'espruino')
    return espruinoBoot(board, resources.map(declaredResource), runtimeDir, mailboxDir);
  const [kept] = regionsFor(board, RegionUse.table);
  const info = { name: board.name, ranges: addressRanges(board), tableDa: kept?.da };
  const declared = resources.map(declaredResource);
  const boot = JSON.stringify(resolve(runtimeDir, 'boot.js'));
  const mailbox = mailboxDriverCode(board, runtimeDir, mailboxDir);
  return `import { boot } from ${boot};\n${mailbox}boot(${JSON.stringify(info)}, ${JSON.stringify(declared)});\n`;
}

function declaredResource(resource: Resource): DeclaredResource {
  const { name, kind } = resource;
  if (resource.kind === 'vendor') return { name, kind, len: resource.payload.length };
  return resource.kind === 'raw' ? { name, kind, len: resource.bytes.length - 4 } : { name, kind };
}

/** A map that says the same on every machine: sources relative to the firmware, no contents. */
function portableMap(map: SourceMap, outputDir: string, firmwareDir: string) {
  const sources = map.sources.map((source) => {
    if (source.startsWith('\0') || source.includes('rproc:')) return 'rproc:boot';
    return pathInMap(resolve(outputDir, source), firmwareDir);
  });
  return { version: 3 as const, file: 'firmware.js', names: map.names, sources, mappings: map.mappings };
}

/** What a map calls the file `file`. */
function pathInMap(file: string, firmwareDir: string): string {
  const inRuntime = relative(resolve(runtimeDir, '../..'), file);
  if (!inRuntime.startsWith('..') && /^(dist[\\/])?(runtime|boards[\\/]mailbox)[\\/]/.test(inRuntime)) {
    return `rproc-sdk/${slashes(inRuntime.replace(/^dist[\\/]/, ''))}`;
  }
  const modules = /[\\/](node_modules[\\/].*)$/.exec(file);
  return slashes(modules ? modules[1] : relative(firmwareDir, file));
}

/**
 * The texts behind a map's sources, from the map or from the files, as the compiler's maps have none. What the SDK made
 * itself for this firmware has no text.
 */
async function originals(paths: readonly string[], map: SourceMap, outputDir: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const [i, path] of paths.entries()) {
    if (path === 'rproc:boot') continue;
    const given: string | null | undefined = map.sourcesContent?.[i];
    files.push({ path, content: given ?? (await readFile(resolve(outputDir, map.sources[i]), 'utf8')) });
  }
  return files;
}

function slashes(path: string): string {
  return path.split(sep).join('/');
}

/** Runs rollup over a firmware: TypeScript with type checks, packages from node_modules, our plugin. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import typescript from '@rollup/plugin-typescript';
import { type RollupLog, rollup } from 'rollup';
import ts from 'typescript';
import { ProblemError } from '../../runtime/abi/problem.js';
import type { Image, ImageOptions } from '../build/assemble.js';
import { type Firmware, type FirmwareWithProgram, withProgram } from '../config/firmware.js';
import { bundleFailed } from '../errors.js';
import { type Program, rproc, runtimeDir, targetOf } from './plugin.js';

/** A build reads each file once. With watchers, a failed one would keep the process alive for ever. */
const onceTypescript = {
  ...ts,
  sys: { ...ts.sys, watchFile: undefined, watchDirectory: undefined },
  // The compiler's helpers are the SDK's dependency, not the author's.
  resolveModuleName: (name: string, from: string, ...rest: Tail<typeof ts.resolveModuleName>) =>
    ts.resolveModuleName(name, name === 'tslib' ? fileURLToPath(import.meta.url) : from, ...rest),
} as typeof ts;
type Tail<F> = F extends (name: string, from: string, ...rest: infer R) => unknown ? R : never;

export interface BundledImage {
  readonly image: Image;
  readonly program: Program;
  /** What rollup warned about, one text each. */
  readonly warnings: readonly string[];
}

/** Builds the image of `firmware` in memory. Throws ProblemError with the compiler's frames. */
export async function bundleFirmware(declared: Firmware, options: ImageOptions = {}): Promise<BundledImage> {
  const firmware = withProgram(declared);
  const config = await writeTsconfig(firmware);
  const logs: RollupLog[] = [];
  let done: { image: Image; program: Program } | undefined;
  try {
    const bundle = await rollup({
      input: firmware.entry,
      plugins: [
        rproc({
          firmware,
          linker: options.linker,
          strip: options.strip,
          onImage: (image, program) => {
            done = { image, program };
          },
        }),
        nodeResolve({ preferBuiltins: false }),
        // Type errors come as warnings, so that all of them are seen and not only the first; they end the build below.
        typescript({
          tsconfig: config.file,
          filterRoot: false,
          noEmitOnError: false,
          typescript: onceTypescript,
        }),
      ],
      onLog: (level, log) => {
        if (level !== 'debug') logs.push(log);
      },
    });
    try {
      if (!logs.some(isTypeError)) await bundle.generate({ dir: firmware.dir });
    } finally {
      await bundle.close();
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const inner = (error as { cause?: unknown }).cause;
    if (inner instanceof ProblemError) throw inner;
    logs.push(error as RollupLog);
    if (!logs.some(isTypeError)) throw bundleFailed(firmware.name, textsOf(logs, firmware.dir));
  } finally {
    await rm(config.dir, { recursive: true, force: true });
  }
  const typeErrors = logs.filter(isTypeError);
  if (typeErrors.length > 0) throw bundleFailed(firmware.name, textsOf(typeErrors, firmware.dir));
  return { ...done!, warnings: textsOf(logs, firmware.dir) };
}

/**
 * The compiler's configuration: the author's own if there is one, then what firmware needs. Only what the entry
 * imports is compiled; a project's tests and configuration belong to Node.
 */
async function writeTsconfig(firmware: FirmwareWithProgram): Promise<{ dir: string; file: string }> {
  const own = join(firmware.dir, 'tsconfig.json');
  const dir = await mkdtemp(join(tmpdir(), 'rproc-'));
  const file = join(dir, 'tsconfig.json');
  const config = {
    ...(existsSync(own) ? { extends: own } : {}),
    compilerOptions: {
      ...(existsSync(own) ? {} : { strict: true }),
      // await must go through the runtime's Promise, which tracks rejections.
      target: ts.ScriptTarget[targetOf(firmware)],
      lib: ['ES2023'],
      module: 'ESNext',
      // A file without imports is a module too, or its async functions lose their helper.
      moduleDetection: 'force',
      moduleResolution: 'bundler',
      types: [],
      skipLibCheck: true,
      noEmit: false,
      declaration: false,
      composite: false,
      incremental: false,
      sourceMap: true,
      noEmitHelpers: false,
      rootDir: '/',
      allowImportingTsExtensions: false,
    },
    include: [],
    // The runtime's types declare console and the timers, which every program has.
    files: [firmware.entry, join(runtimeDir, 'index.d.ts')],
  };
  await writeFile(file, JSON.stringify(config));
  return { dir, file };
}

function isTypeError({ pluginCode }: RollupLog): boolean {
  return /^TS\d+$/.test(String(pluginCode));
}

function textsOf(logs: readonly RollupLog[], dir: string): string[] {
  return logs.map((log) => logText(log, dir));
}

/** One log of rollup as people and editors read it: `file:line:column: message`, then the frame. */
function logText(log: RollupLog, dir: string): string {
  const { loc, id } = log;
  const file = loc?.file ?? id;
  // rollup counts columns from 0, the compiler from 1.
  const column = loc && (isTypeError(log) ? loc.column : loc.column + 1);
  const place = file ? `${relative(dir, file)}${loc ? `:${loc.line}:${column}` : ''}: ` : '';
  const message = log.message
    .replace(/^\[plugin [^\]]+\] /, '')
    .replace(/^\S+ \(\d+:\d+\): /, '')
    .replace(/^@rollup\/plugin-typescript /, '');
  return `${place}${message}\n${frameText(log.frame ?? '')}`.trimEnd();
}

/** The compiler colours its frames whoever reads them, and pads them with empty lines. */
function frameText(frame: string): string {
  const esc = String.fromCharCode(27);
  return frame
    .replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

/** Runs rollup over a firmware: TypeScript with type checks, packages from node_modules, our plugin. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import typescript from '@rollup/plugin-typescript';
import { type RollupLog, rollup } from 'rollup';
import { ProblemError } from '../../runtime/abi/problem.js';
import type { Image } from '../build/assemble.js';
import type { Firmware } from '../config/load.js';
import { bundleFailed } from '../errors.js';
import { type Program, rproc } from './plugin.js';

export interface BundledImage {
  readonly image: Image;
  readonly program: Program;
  /** What rollup warned about, one text each. */
  readonly warnings: readonly string[];
}

/** Builds the image of `firmware` in memory. Throws ProblemError with the compiler's frames. */
export async function bundleFirmware(firmware: Firmware, linker?: string): Promise<BundledImage> {
  const config = await writeTsconfig(firmware);
  const logs: RollupLog[] = [];
  let done: { image: Image; program: Program } | undefined;
  try {
    const bundle = await rollup({
      input: firmware.entry,
      plugins: [
        rproc({
          firmware,
          linker,
          onImage: (image, program) => {
            done = { image, program };
          },
        }),
        nodeResolve({ preferBuiltins: false }),
        typescript({ tsconfig: config.file, filterRoot: false, noEmitOnError: true }),
      ],
      onLog: (level, log) => {
        if (level !== 'debug') logs.push(log);
      },
    });
    try {
      await bundle.generate({ dir: firmware.dir });
    } finally {
      await bundle.close();
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const inner = (error as { cause?: unknown }).cause;
    if (inner instanceof ProblemError) throw inner;
    throw bundleFailed(
      firmware.name,
      [...logs, error as RollupLog].map((log) => logText(log, firmware.dir)),
    );
  } finally {
    await rm(config.dir, { recursive: true, force: true });
  }
  return { ...done!, warnings: logs.map((log) => logText(log, firmware.dir)) };
}

/**
 * The compiler's configuration: the author's own if there is one, then what firmware needs. Only what the entry
 * imports is compiled; a project's tests and configuration belong to Node.
 */
async function writeTsconfig(firmware: Firmware): Promise<{ dir: string; file: string }> {
  const own = join(firmware.dir, 'tsconfig.json');
  const dir = await mkdtemp(join(tmpdir(), 'rproc-'));
  const file = join(dir, 'tsconfig.json');
  const config = {
    ...(existsSync(own) ? { extends: own } : {}),
    compilerOptions: {
      ...(existsSync(own) ? {} : { strict: true }),
      // await must go through the runtime's Promise, which tracks rejections.
      target: 'ES2016',
      lib: ['ES2023'],
      module: 'ESNext',
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
    files: [firmware.entry],
  };
  await writeFile(file, JSON.stringify(config));
  return { dir, file };
}

/** One log of rollup as people read it: message, place, frame. */
function logText(log: RollupLog, dir: string): string {
  const { message, loc, frame, id } = log;
  const file = loc?.file ?? id;
  const place =
    file && !message.includes(':')
      ? `${relative(dir, file)}${loc ? `:${loc.line}:${loc.column + 1}` : ''}: `
      : '';
  return [place + message, frame].filter(Boolean).join('\n');
}

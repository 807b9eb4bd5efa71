/** `rproc test [FILES]` */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { build } from '../build/build.js';
import { CONFIG_FILE } from '../config/load.js';
import { fileMissing, noTests } from '../errors.js';
import { runTestFiles } from '../testing/runner.js';
import { seconds } from './options.js';
import type { Output } from './output.js';

interface Options {
  readonly dir: string;
  readonly timeout: number;
}

export function addTest(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('test')
    .description('build the firmware and run its uvu tests (test/**/*.test.ts) against the simulator')
    .argument('[files...]', 'test files; all of test/ when left out')
    .option('--dir <dir>', 'the firmware project', '.')
    .option('--timeout <seconds>', 'real time that each test file may take', seconds, 60)
    .action(async (files: string[], options: Options) => {
      const found =
        files.length > 0 ? files.map((file) => resolve(file)) : await testFiles(join(options.dir, 'test'));
      for (const file of found) if (!existsSync(file)) throw fileMissing(file, 'no such file');
      if (found.length === 0) throw noTests(join(options.dir, 'test'));
      if (existsSync(join(options.dir, CONFIG_FILE))) {
        const { files: built } = await build({ dir: options.dir });
        output.err(`built ${built.elf}\n`);
      }
      const { failed } = await runTestFiles(found, { heavy: () => true, limitMs: options.timeout * 1000 });
      finish(failed > 0 ? 1 : 0);
    });
}

async function testFiles(dir: string): Promise<string[]> {
  if (!existsSync(dir)) return [];
  const entries = await readdir(dir, { recursive: true });
  return entries
    .filter((name) => /\.test\.[mc]?[jt]s$/.test(name))
    .sort()
    .map((name) => resolve(dir, name));
}

/** Start-up code that knows nothing of the core, compiled for the build machine with sanitizers and run there. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const native = fileURLToPath(new URL('../../../runtime/native/', import.meta.url));

const FLAGS = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-fno-strict-aliasing', '-I', native];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** Why a run ended: what it printed, and whether its exit code was 0. */
export interface Outcome {
  readonly good: boolean;
  readonly text: string;
}

export interface Program {
  /** Runs it with these arguments. */
  run(...args: readonly (string | number)[]): Promise<Outcome>;
  dispose(): Promise<void>;
}

export interface Edit {
  readonly from: string;
  readonly to: string;
}

/**
 * Compiles `harness` of this folder, which includes the file of runtime/native that `define` names.
 * @param edit what is changed in that file first; its `from` must be there once
 */
export async function compile(
  harness: string,
  { define, file, flags = [] }: { define: string; file: string; flags?: readonly string[] },
  edit?: Edit,
): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'rproc-native-'));
  const dispose = () => rm(folder, { recursive: true });
  try {
    const underTest = join(folder, 'under-test.c');
    await writeFile(underTest, changed(readFileSync(join(native, file), 'utf8'), edit));
    const binary = join(folder, 'program');
    const include = `-D${define}="${underTest}"`;
    await run('gcc', [...FLAGS, ...SANITIZERS, ...flags, include, '-o', binary, harness], { cwd: here });
    return { run: (...args) => outcome(binary, args.map(String)), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function changed(text: string, edit?: Edit): string {
  if (!edit) return text;
  const parts = text.split(edit.from);
  if (parts.length !== 2) throw new Error(`"${edit.from}" is there ${parts.length - 1} times, not once`);
  return parts.join(edit.to);
}

async function outcome(binary: string, args: string[]): Promise<Outcome> {
  try {
    const { stdout } = await run(binary, args);
    return { good: true, text: stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { good: false, text: stdout + stderr };
  }
}

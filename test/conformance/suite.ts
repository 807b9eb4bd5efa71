/** The conformance suite as a whole: its programs, their images, and what they have to say. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../sdk/build/build.js';
import { type BootOptions, boot } from '../../sdk/testing/index.js';
import { conversations } from './conversations/index.js';

const folder = fileURLToPath(new URL('.', import.meta.url));

export const programs = readdirSync(join(folder, 'programs')).sort();

/** Folder of a program. */
export const programDir = (program: string): string => join(folder, 'programs', program);

/** What `program` says on every core. */
export function expected(program: string): string {
  return readFileSync(expectedFile(program), 'utf8');
}

export const expectedFile = (program: string): string => join(folder, 'expected', `${program}.txt`);

/** Builds `program` for `board` into `output`. */
export async function buildProgram(program: string, board: string, output: string): Promise<Uint8Array> {
  return (await build({ dir: programDir(program), output, board })).image.elf;
}

/** Boots `elf`, holds the conversation and stops the core. */
export async function converse(program: string, elf: Uint8Array, options: BootOptions = {}): Promise<string> {
  const remote = await boot(elf, options);
  const lines = await conversations[program](remote);
  const errno = await remote.stop();
  if (errno !== 0) throw new Error(`stop: ${errno}`);
  return `${lines.join('\n')}\n`;
}

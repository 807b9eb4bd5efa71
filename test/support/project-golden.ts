/** Golden folders of commands: a case is a folder with `command.json`, project files and `expected.txt`. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boards } from '../../boards/index.js';
import { hostDrivers } from '../../sdk/testing/run-image.js';
import { inProject, type ProjectFiles, withoutFolder } from './project-folder.js';
import { root } from './sources.js';

export interface GoldenCase {
  readonly name: string;
  readonly folder: string;
  readonly command: {
    /** Words of the command line; DIR stands for the project's folder. */
    readonly args: readonly string[];
    readonly exit: number;
    /** How image.elf differs from a good one; it is only there when this is given. */
    readonly image?: ImageChanges;
    /** An image of an older build lies in the project and must stay as it is. */
    readonly older?: boolean;
  };
  readonly files: ProjectFiles;
}

export interface ImageChanges {
  /** Bytes that are left of it. */
  readonly keep?: number;
  /** Offset and new value of single bytes. */
  readonly patch?: readonly (readonly [number, number])[];
  /** Text that is replaced by another of the same length, everywhere. */
  readonly replace?: { readonly [text: string]: string };
}

/**
 * The cases below test/golden/`topic`: all of them with RPROC_VOLUME=full. Else every fourth one of those that have
 * a program to compile, which costs a second or more each.
 */
export function goldenCases(topic: string): GoldenCase[] {
  const all = allGoldenCases(topic);
  if (process.env.RPROC_VOLUME === 'full') return all;
  const compiled = all.filter(({ files }) => 'src/main.ts' in files);
  return all.filter((golden) => Math.max(compiled.indexOf(golden), 0) % 4 === 0);
}

/** All cases below test/golden/`topic`. */
export function allGoldenCases(topic: string): GoldenCase[] {
  return allCases(join(root, 'test/golden', topic));
}

function allCases(base: string): GoldenCase[] {
  return readdirSync(base)
    .sort()
    .map((name) => {
      const folder = join(base, name);
      const files: { [path: string]: string } = {};
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (entry.isFile()) files[path.slice(folder.length + 1)] = readFileSync(path, 'utf8');
      }
      const { 'command.json': command = '{}', 'expected.txt': _, ...project } = files;
      return { name, folder, command: JSON.parse(command), files: project };
    });
}

/** Runs `use` in a project with the case's files; what is below packages/ is installed into node_modules/. */
export function inGoldenProject<T>(golden: GoldenCase, use: (dir: string) => T | Promise<T>): Promise<T> {
  const files = Object.entries(golden.files).map(([path, content]) => [
    path.replace(/^packages\//, 'node_modules/'),
    content,
  ]);
  return inProject(Object.fromEntries(files), use);
}

export function changed(image: Uint8Array, changes: ImageChanges): Uint8Array {
  let bytes = Buffer.from(image);
  for (const [at, value] of changes.patch ?? []) bytes[at] = value;
  for (const [text, other] of Object.entries(changes.replace ?? {})) {
    if (text.length !== other.length) throw new Error(`"${text}" and "${other}" differ in length`);
    if (!bytes.includes(text)) throw new Error(`there is no "${text}" in the image`);
    bytes = Buffer.from(bytes.toString('latin1').replaceAll(text, other), 'latin1');
  }
  return new Uint8Array(bytes.subarray(0, changes.keep));
}

/**
 * The command's output as the golden file holds it: what changes with every edit of the runtime is left out, the
 * author's own lines are not.
 */
export function normalised(text: string, dir: string): string {
  const stable = withoutFolder(text, dir)
    .replace(/[ \t]+$/gm, '')
    .replace(/(rproc-sdk\/runtime\/[\w/-]+\.ts):\d+:\d+/g, '$1')
    .replace(/\.\.\. \d+ more$/gm, '... N more')
    .replace(/overflowed by \d+ bytes/, 'overflowed by N bytes')
    .replace(/\.(\d)\d\d s virtual time/g, '.$1 s virtual time')
    // Lists that grow with the SDK.
    .replaceAll(boards.map(({ name }) => name).join(', '), 'BOARDS')
    .replaceAll(`use one of ${hostDrivers.join(', ')},`, 'use one of DRIVERS,')
    .replace(/^Commands:\n[\s\S]*/m, 'Commands: ...\n');
  if (!text.includes('watchdog')) return stable;
  // Where it strikes in the runtime or within a line is chance.
  return stable
    .replace(/^ +at .*rproc-sdk\/runtime\/.*\n/gm, '')
    .replace(/(\(src\/\S+:\d+):\d+\)/g, '$1)')
    .replace(/\n{3,}/g, '\n\n');
}

/**
 * What the case's expected.txt holds. With RPROC_UPDATE_GOLDEN=1 it is written anew: read the difference before
 * committing it.
 */
export function expectedText({ folder }: GoldenCase, actual: string): string {
  const file = join(folder, 'expected.txt');
  if (process.env.RPROC_UPDATE_GOLDEN === '1') writeFileSync(file, actual);
  return existsSync(file) ? readFileSync(file, 'utf8') : '(no expected.txt)';
}

/** Independent readers and makers of ELF files: binutils, GCC and llvm-readobj. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBundledTool } from '../../sdk/link/bundled-linker.js';

type Files = { readonly [name: string]: string | Uint8Array };

/** Runs `use` in a folder that holds `files` and is removed afterwards. */
export function inFolder<T>(files: Files, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'rproc-test-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the commands in one folder and gives the file `result`; their stderr must be empty. */
export function make(files: Files, commands: readonly (readonly string[])[], result: string): Uint8Array {
  return inFolder(files, (cwd) => {
    for (const [command, ...args] of commands)
      execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    return new Uint8Array(readFileSync(join(cwd, result)));
  });
}

/** Its output; a warning is an error. */
export function readelf(bytes: Uint8Array, ...options: string[]): string {
  return inFolder({ 'image.elf': bytes }, (cwd) => {
    const env = { PATH: process.env.PATH, LC_ALL: 'C' };
    const { stdout, stderr, error } = spawnSync('readelf', [...options, 'image.elf'], {
      cwd,
      env,
      encoding: 'utf8',
    });
    if (error) throw error;
    if (stderr !== '') throw new Error(stderr);
    return stdout;
  });
}

export interface ReadelfSection {
  index: number;
  name: string;
  type: string;
  addr: number;
  offset: number;
  size: number;
  entsize: number;
  flags: string;
  link: number;
  info: number;
  align: number;
}

/** `readelf -SW`, field by field. */
export function readelfSections(bytes: Uint8Array): ReadelfSection[] {
  const pattern =
    /^ *\[ *(\d+)\] (.*?) +([A-Z0-9_]+) +([0-9a-f]{8,16}) ([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) +([A-Za-z]*) +(\d+) +(\d+) +(\d+)$/;
  return readelf(bytes, '-SW')
    .split('\n')
    .map((line) => pattern.exec(line))
    .filter((match) => match !== null)
    .map(([, index, name, type, addr, offset, size, entsize, flags, link, info, align]) => ({
      index: Number(index),
      name: name.trim(),
      type,
      addr: parseInt(addr, 16),
      offset: parseInt(offset, 16),
      size: parseInt(size, 16),
      entsize: parseInt(entsize, 16),
      flags,
      link: Number(link),
      info: Number(info),
      align: Number(align),
    }));
}

/** `readelf -lW`, field by field. */
export function readelfSegments(bytes: Uint8Array) {
  const pattern =
    /^ +([A-Z_0-9]+) +0x([0-9a-f]+) 0x([0-9a-f]+) 0x([0-9a-f]+) 0x([0-9a-f]+) 0x([0-9a-f]+) ([RWE ]{3}) (?:0x)?([0-9a-f]+)$/;
  return readelf(bytes, '-lW')
    .split('\n')
    .map((line) => pattern.exec(line))
    .filter((match) => match !== null)
    .map(([, type, offset, vaddr, paddr, filesz, memsz, flags, align]) => ({
      type,
      offset: parseInt(offset, 16),
      vaddr: parseInt(vaddr, 16),
      paddr: parseInt(paddr, 16),
      filesz: parseInt(filesz, 16),
      memsz: parseInt(memsz, 16),
      flags: flags.replace(/ /g, '').replace('E', 'X'),
      align: parseInt(align, 16),
    }));
}

/** The "key: value" lines of `readelf -h`. */
export function readelfHeader(bytes: Uint8Array): { [key: string]: string } {
  const lines: { [key: string]: string } = {};
  for (const line of readelf(bytes, '-h').split('\n')) {
    const match = /^ +([^:]+): +(.*)$/.exec(line);
    if (match) lines[match[1]] = match[2].trim();
  }
  return lines;
}

/** llvm-readobj's JSON for one file. */
export async function readobj(bytes: Uint8Array, ...options: string[]): Promise<any> {
  const argv = ['llvm-readobj', '--elf-output-style=JSON', ...options, 'image.elf'];
  const { status, output } = await runBundledTool(argv, { 'image.elf': bytes });
  if (status !== 0) throw new Error(`llvm-readobj: ${output}`);
  return JSON.parse(output)[0];
}

/**
 * libsupport.a: of the C library, the maths library and the compiler's library, the members that an image can reach. A
 * trial link of everything finds them; what is not among them cannot be asked for, since all code of an image is ours.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cached, hashOf } from './cache.js';
import type { Cpu } from './cpus.js';
import { toolVersions } from './packages.js';
import { run } from './run.js';

/** Archives of the tool chain for this processor, in link order. */
async function libraries({ toolchain, flags }: Cpu): Promise<string[]> {
  const { prefix, specs, libraryRoot } = toolchain;
  const ask = async (question: string) =>
    (await run(`${prefix}gcc`, [specs, ...flags, question], '/')).trim();
  const folder = libraryRoot && join(libraryRoot, await ask('-print-multi-directory'));
  const ofLibc = toolchain.libraries.map((name) =>
    folder ? join(folder, name) : ask(`-print-file-name=${name}`),
  );
  return await Promise.all([...ofLibc, ask('-print-libgcc-file-name')]);
}

/** What a trial link starts with: sets of objects, of which an image has any one. */
export async function supportArchive(cpu: Cpu, sets: readonly (readonly string[])[]): Promise<string> {
  const archives = await libraries(cpu);
  const inputs = [...archives, ...sets.flat()];
  const key = hashOf([await toolVersions(), ...inputs.map((file) => readFileSync(file))]);
  return await cached(join('archives', key, 'libsupport.a'), async (path) => {
    const members = new Map<string, Set<string>>(archives.map((name) => [name, new Set()]));
    for (const set of sets) {
      for (const [from, member] of await membersOf(cpu, set, archives)) members.get(from)!.add(member);
    }
    await collect(cpu, members, path);
  });
}

/** Archive and name of each member that a link of `objects` takes in, as GNU ld's map lists them. */
async function membersOf(
  { toolchain }: Cpu,
  objects: readonly string[],
  archives: readonly string[],
): Promise<[string, string][]> {
  return await inTemporary(async (folder) => {
    const args = [
      ...['-m', toolchain.emulation, '-o', 'trial.elf', '-Map', 'trial.map', '--entry=0'],
      // What the linker script and the build of an image define is not there.
      '--unresolved-symbols=ignore-all',
      ...objects,
      ...['--start-group', ...archives, '--end-group'],
    ];
    await run(`${toolchain.prefix}ld`, args, folder);
    const map = readFileSync(join(folder, 'trial.map'), 'utf8');
    const rows = map.slice(0, map.indexOf('\nMemory Configuration')).split('\n');
    const found = rows.flatMap((row) => {
      const [, from, member] = /^(\/.*\.a)\(([^()]+)\)/.exec(row) ?? [];
      return from === undefined ? [] : [[from, member] as [string, string]];
    });
    if (found.length === 0) throw new Error(`${toolchain.prefix}ld lists no archive members in its map`);
    return found;
  });
}

/** Archives may have members of one name: each gets its archive's in front, `libm_sf_sin.o`. */
async function collect(
  { toolchain }: Cpu,
  members: ReadonlyMap<string, ReadonlySet<string>>,
  path: string,
): Promise<void> {
  const { prefix } = toolchain;
  await inTemporary(async (folder) => {
    const all: string[] = [];
    for (const [from, names] of members) {
      if (names.size === 0) continue;
      const library = basename(from, '.a');
      const own = join(folder, library);
      mkdirSync(own);
      const listed = (await run(`${prefix}ar`, ['t', from], own)).split('\n');
      for (const name of [...names].sort()) {
        if (listed.filter((one) => one === name).length !== 1) throw new Error(`${from} has several ${name}`);
      }
      await run(`${prefix}ar`, ['x', from, ...names], own);
      for (const name of [...names].sort()) {
        const member = `${library}_${name}`;
        await run(`${prefix}objcopy`, ['--strip-debug', join(library, name), member], folder);
        all.push(member);
      }
    }
    await run(`${prefix}ar`, ['rcsD', path, ...all], folder);
  });
}

async function inTemporary<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rproc-native-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

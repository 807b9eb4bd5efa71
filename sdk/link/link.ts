/**
 * Links with a real linker: LLD compiled to WebAssembly (package @yowasp/clang), or a system linker on
 * request, whose bytes may differ.
 */
import type { MachineName } from '../../boards/cpus.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import { badLinkName, linkFailed } from '../errors.js';
import { bundledLinkerName, runBundledLinker } from './bundled-linker.js';
import { ELF_FILE, MAP_FILE, SCRIPT_FILE } from './linker-run.js';
import { runSystemLinker } from './system-linker.js';

export interface LinkInput {
  /** File name as error messages and the map show it: `app.o`. A name that ends in `.a` is an archive, linked behind all objects. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface LinkOptions {
  readonly machine: MachineName;
  readonly objects: readonly LinkInput[];
  /** Text of the linker script. */
  readonly script: string;
  /** Files that the script INCLUDEs, by name. */
  readonly includes?: { readonly [name: string]: string };
  /** Name or path of a system linker; the bundled LLD when left out. */
  readonly linker?: string;
  /** No symbol table. Section headers and their names stay: Linux finds the resource table by them. */
  readonly strip?: boolean;
}

export interface LinkResult {
  readonly elf: Uint8Array;
  /** The linker's map file. */
  readonly map: string;
  /** Name and version of the linker. */
  readonly linker: string;
  /** What the linker printed although it succeeded; empty as a rule. */
  readonly warnings: string;
}

/** GNU ld and LLD call the output formats alike. */
const emulations: { readonly [machine in MachineName]: string } = {
  arm: 'armelf',
  riscv32: 'elf32lriscv',
  // Not aarch64linux, which GNU ld prefers for its page sizes and start-up symbols.
  aarch64: 'aarch64elf',
  riscv64: 'elf64lriscv',
};

/**
 * Links `objects` with `script`; equal inputs give equal bytes with one linker.
 * @throws ProblemError RP2001 with the linker's output, RP2002 (exit 2) when the system linker cannot be
 * started, RP2004 for an unusable object name
 */
export async function link(options: LinkOptions): Promise<LinkResult> {
  const { machine, objects, script, includes = {}, linker, strip } = options;
  const files: { [name: string]: Uint8Array | string } = { [SCRIPT_FILE]: script };
  for (const { name, bytes } of [...objects, ...Object.entries(includes).map(asInput)]) {
    const usable = /^[A-Za-z0-9_][\w.-]*$/.test(name) && ![ELF_FILE, MAP_FILE].includes(name);
    if (!usable || name in files) throw badLinkName(name);
    files[name] = bytes;
  }
  const names = objects.map(({ name }) => name);
  const archives = names.filter((name) => name.endsWith('.a'));
  const args = [
    ...['-m', emulations[machine], '-T', SCRIPT_FILE],
    // --nmagic: segments need no page alignment on a core without pages. A build id is an input, not computed here:
    // it must not depend on the linker.
    ...['--gc-sections', '--nmagic', '--build-id=none'],
    // RISC-V compilers leave labels of their own at every address that takes two instructions.
    '--discard-locals',
    ...(strip ? ['--strip-all'] : []),
    ...['-Map', MAP_FILE, '-o', ELF_FILE],
    ...names.filter((name) => !name.endsWith('.a')),
    // GNU ld searches each archive once, and libraries of C refer to each other.
    ...(archives.length > 0 ? ['--start-group', ...archives, '--end-group'] : []),
  ];
  const run =
    linker === undefined ? await runBundledLinker(args, files) : await runSystemLinker(linker, args, files);
  if (run.status !== 0 || !run.elf) throw linkFailed(run.linker, run.output.trim());
  return { elf: run.elf, map: run.map ?? '', linker: run.linker, warnings: run.output.trim() };
}

function asInput([name, text]: [string, string]): LinkInput {
  return { name, bytes: utf8Encode(text) };
}

/**
 * Starts to compile the bundled linker, so that a build can do other work meanwhile; resolves when it is
 * ready. Calling it again costs nothing.
 */
export async function preloadLinker(): Promise<void> {
  await bundledLinkerName();
}

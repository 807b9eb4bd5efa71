import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { linkerMissing } from '../errors.js';
import { ELF_FILE, type LinkerRun, MAP_FILE } from './linker-run.js';

/**
 * Runs a linker of the system in a folder of its own, which is removed whatever happens. All names that the
 * linker sees are relative, so no temporary path gets into its output.
 * @param linker name on the PATH, or a path (relative to the current folder)
 */
export async function runSystemLinker(
  linker: string,
  args: readonly string[],
  files: { readonly [name: string]: Uint8Array | string },
): Promise<LinkerRun> {
  const command = /[/\\]/.test(linker) ? resolve(linker) : linker;
  const folder = await mkdtemp(join(tmpdir(), 'rproc-link-'));
  try {
    const version = await run(command, ['--version'], folder, linker);
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const { status, output } = await run(command, args, folder, linker);
    const optional = (name: string) => readFile(join(folder, name)).catch(() => undefined);
    const [elf, map] = status === 0 ? await Promise.all([optional(ELF_FILE), optional(MAP_FILE)]) : [];
    return {
      status,
      output,
      linker: version.output.split('\n')[0] || linker,
      // A plain view: callers compare and slice these bytes like those of the bundled linker.
      elf: elf && new Uint8Array(elf.buffer, elf.byteOffset, elf.length),
      map: map?.toString(),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], cwd: string, shown: string) {
  return new Promise<{ status: number; output: string }>((done, failed) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => failed(linkerMissing(shown, error.message)));
    child.on('close', (code, signal) => {
      const text = Buffer.concat(chunks).toString();
      done({ status: code ?? 1, output: signal ? `${text}\nended by ${signal}` : text });
    });
  });
}

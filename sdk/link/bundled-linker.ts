import type { Tree } from '@yowasp/clang';
import type { LinkerRun } from './linker-run.js';
import { ELF_FILE, MAP_FILE } from './linker-run.js';

type Clang = typeof import('@yowasp/clang');
let loading: Promise<Clang> | undefined;

/**
 * The package with its WebAssembly compiled. Done once per process: two first runs at the same time would
 * both read and compile the 75 MB module. The package prints its progress unless given a callback.
 */
export function loadClang(): Promise<Clang> {
  loading ??= import('@yowasp/clang').then(async (clang) => {
    // The declared type lacks `null`, which the package documents as "only fetch".
    await clang.runLLVM(null as unknown as string[], {}, { fetchProgress: () => {} });
    return clang;
  });
  return loading;
}

/** Runs one of the package's tools (`ld.lld`, `llvm-readobj`, ...) in memory. */
export async function runBundledTool(
  argv: readonly string[],
  files: Tree,
): Promise<{ status: number; output: string; files: Tree }> {
  const { runLLVM, Exit } = await loadClang();
  const chunks: Uint8Array[] = [];
  const collect = (bytes: Uint8Array | null) => {
    if (bytes) chunks.push(bytes.slice());
  };
  const text = () => Buffer.concat(chunks).toString();
  try {
    const options = {
      stdin: null,
      stdout: collect,
      stderr: collect,
      decodeASCII: false,
      fetchProgress: () => {},
    };
    const result = await runLLVM([...argv], files, options);
    return { status: 0, output: text(), files: result ?? {} };
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return { status: error.code, output: text(), files: error.files };
  }
}

export async function runBundledLinker(args: readonly string[], files: Tree): Promise<LinkerRun> {
  const linker = await bundledLinkerName();
  const { status, output, files: result } = await runBundledTool(['ld.lld', ...args], files);
  const elf = result[ELF_FILE];
  const map = result[MAP_FILE];
  return {
    status,
    output,
    linker,
    elf: elf instanceof Uint8Array ? elf : undefined,
    map: map instanceof Uint8Array ? Buffer.from(map).toString() : undefined,
  };
}

let name: Promise<string> | undefined;

/** "LLD" and its version; the rest of --version is about where it was built. */
export function bundledLinkerName(): Promise<string> {
  name ??= runBundledTool(['ld.lld', '--version'], {}).then(
    ({ output }) => `${/LLD [\d.]+/.exec(output)?.[0] ?? 'LLD'} (bundled)`,
  );
  return name;
}

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

/** What a tool of the package left behind. */
export interface ToolRun {
  readonly status: number;
  /** stdout and stderr. */
  readonly output: string;
  /** Each by itself. */
  readonly stdout: string;
  readonly stderr: string;
  readonly files: Tree;
}

/** Runs one of the package's tools (`ld.lld`, `llvm-readobj`, ...) in memory. */
export async function runBundledTool(argv: readonly string[], files: Tree): Promise<ToolRun> {
  const { runLLVM, Exit } = await loadClang();
  const [all, out, err]: Uint8Array[][] = [[], [], []];
  const collectTo = (own: Uint8Array[]) => (bytes: Uint8Array | null) => {
    if (!bytes) return;
    const chunk = bytes.slice();
    own.push(chunk);
    all.push(chunk);
  };
  const texts = () => {
    const [output, stdout, stderr] = [all, out, err].map((chunks) => Buffer.concat(chunks).toString());
    return { output, stdout, stderr };
  };
  try {
    const options = {
      stdin: null,
      stdout: collectTo(out),
      stderr: collectTo(err),
      decodeASCII: false,
      fetchProgress: () => {},
    };
    const result = await runLLVM([...argv], files, options);
    return { status: 0, ...texts(), files: result ?? {} };
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return { status: error.code, ...texts(), files: error.files };
  }
}

/** The map comes on stdout: appending its lines to a file in memory would take a minute for an engine's. */
export async function runBundledLinker(args: readonly string[], files: Tree): Promise<LinkerRun> {
  const linker = await bundledLinkerName();
  const argv = ['ld.lld', ...args.map((arg) => (arg === MAP_FILE ? '-' : arg))];
  const { status, stdout, stderr, files: result } = await runBundledTool(argv, files);
  const elf = result[ELF_FILE];
  return { status, output: stderr, linker, elf: elf instanceof Uint8Array ? elf : undefined, map: stdout };
}

let name: Promise<string> | undefined;

/** "LLD" and its version; the rest of --version is about where it was built. */
export function bundledLinkerName(): Promise<string> {
  name ??= runBundledTool(['ld.lld', '--version'], {}).then(
    ({ output }) => `${/LLD [\d.]+/.exec(output)?.[0] ?? 'LLD'} (bundled)`,
  );
  return name;
}

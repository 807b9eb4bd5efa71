/**
 * Bytecode of the native engine, made by that engine's own compiler as WebAssembly (runtime/native/compiler). Each
 * compilation gets a fresh instance: equal programs give equal bytes.
 */
import { notCompiled } from '../errors.js';
import { findProducts, type Products } from './products.js';

/**
 * What bytecode keeps of the program besides its code, for stack traces: nothing; files, lines and columns; these and the
 * text of every function, which the engine shows for `toString`.
 */
export type DebugInfo = 'none' | 'lines' | 'full';

/** JS_STRIP_DEBUG, JS_STRIP_SOURCE, neither (quickjs.h). */
const STRIP: { readonly [debug in DebugInfo]: number } = { none: 2, lines: 1, full: 0 };

export interface CompileOptions {
  /** Name of the program in stack traces. */
  readonly file: string;
  readonly debug: DebugInfo;
}

/** runtime/native/compiler/compiler.h. Addresses and sizes are in bytes. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  compiler_engine_hash(): number;
  compiler_alloc(size: number): number;
  compiler_compile(source: number, size: number, file: number, strip: number): number;
  compiler_result(): number;
  compiler_result_size(): number;
}

let module: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the script `source`.
 * @throws ProblemError RP2042 for a program that the engine does not know how to compile, with line and column;
 * RP2040 when the compiler has not been built
 */
export async function compileBytecode(
  source: string,
  options: CompileOptions,
  products: Products = findProducts(),
): Promise<Uint8Array> {
  module ??= WebAssembly.compile(products.compiler());
  return compile(start(await module), source, options);
}

/** The hash of the engine that runs what `compileBytecode` makes, as the compiler knows it: 32 hex digits. */
export async function compilerHash(products: Products = findProducts()): Promise<string> {
  module ??= WebAssembly.compile(products.compiler());
  const compiler = start(await module);
  return Buffer.from(bytesAt(compiler, compiler.compiler_engine_hash(), 16)).toString('hex');
}

function compile(compiler: Exports, source: string, { file, debug }: CompileOptions): Uint8Array {
  const text = Buffer.from(`${source}\0`);
  const at = put(compiler, text);
  const name = put(compiler, Buffer.from(`${file}\0`));
  let failed: number;
  try {
    failed = compiler.compiler_compile(at, text.length - 1, name, STRIP[debug]);
  } catch {
    // A trap: the parser recurs, and its stack has an end. This instance is not used again.
    throw notCompiled(file, 'it nests too deeply');
  }
  const result = bytesAt(compiler, compiler.compiler_result(), compiler.compiler_result_size());
  if (!failed) return result;
  const [message, line = ''] = Buffer.from(result).toString().split('\n');
  throw notCompiled(/ at (.*:\d+:\d+)$/.exec(line)?.[1] ?? file, message);
}

function put(compiler: Exports, bytes: Uint8Array): number {
  const at = compiler.compiler_alloc(bytes.length);
  new Uint8Array(compiler.memory.buffer, at, bytes.length).set(bytes);
  return at;
}

function bytesAt({ memory }: Exports, at: number, size: number): Uint8Array {
  return new Uint8Array(memory.buffer, at, size).slice();
}

/**
 * What the compiler's C library asks the system for (wasi_snapshot_preview1). It has no files to use and gets no time, since
 * the bytecode must not depend on it.
 */
function start(compiled: WebAssembly.Module): Exports {
  const BAD_FILE = 8;
  let exports: Exports | undefined;
  const wasi = {
    clock_time_get(_id: number, _precision: bigint, time: number): number {
      new DataView(exports!.memory.buffer).setBigUint64(time, 0n, true);
      return 0;
    },
    fd_close: () => BAD_FILE,
    fd_seek: () => BAD_FILE,
    fd_write: () => BAD_FILE,
  };
  const instance = new WebAssembly.Instance(compiled, { wasi_snapshot_preview1: wasi });
  exports = instance.exports as unknown as Exports;
  exports._initialize();
  return exports;
}

/**
 * One WebAssembly instance of QuickJS per running core, made from one compiled module. Its memory has a fixed
 * size, so host views of it never detach; a crash or reset drops the whole instance.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  Lifetime,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
  RELEASE_SYNC,
} from 'quickjs-emscripten';

/** Pages that the module itself declares: about 5 MiB of C stack and data, the rest is heap. */
const BASE_PAGES = 256;
const PAGE = 65536;
/** Heap that the base pages leave, to be on the safe side. */
const BASE_HEAP = 10 * 1024 * 1024;

export interface Engine {
  readonly quickjs: QuickJSWASMModule;
  readonly memory: WebAssembly.Memory;
  /** Address of the last block that `newArrayBuffer` copied into the instance. */
  lastBuffer(): number;
  /**
   * Calls a guest function without arguments and drops its result; the error it threw, if any. The engine's own
   * `callFunction` allocates an argument array for every call, which is a fifth of a short kick.
   */
  call(context: QuickJSContext, handler: QuickJSHandle): QuickJSHandle | undefined;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** Compiles the engine once per process; later calls share it, and with it its optimised code. */
export function loadEngine(): Promise<WebAssembly.Module> {
  compiled ??= (async () => {
    const require = createRequire(createRequire(import.meta.url).resolve('quickjs-emscripten'));
    const file = require.resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
    return WebAssembly.compile(new Uint8Array(await readFile(file)));
  })();
  return compiled;
}

/** A fresh instance with room for `bytes` of heap and shared memory together. */
export async function newEngine(bytes: number): Promise<Engine> {
  const wasmModule = await loadEngine();
  const pages = BASE_PAGES + Math.max(0, Math.ceil((bytes - BASE_HEAP) / PAGE));
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const base = newVariant(RELEASE_SYNC, {
    wasmModule,
    wasmMemory: memory,
    // A fault inside of the engine is reported as a crash of the core, not on stderr.
    emscriptenModule: { printErr() {} } as never,
  });
  let last = 0;
  let contextPointer: Pointer = 0;
  let ffi!: Ffi;
  const variant: QuickJSSyncVariant = {
    ...base,
    // getArrayBuffer copies; the address of the one block both sides share is only seen here.
    importFFI: async () => {
      const Ffi = unwrapDefault(await base.importFFI()) as unknown as FfiConstructor;
      return class extends Ffi {
        constructor(module: unknown) {
          super(module);
          ffi = this;
          const original = this.QTS_NewArrayBuffer;
          this.QTS_NewArrayBuffer = (context, pointer, length) => {
            last = pointer;
            contextPointer = context;
            return original(context, pointer, length);
          };
        }
      } as never;
    },
  };
  const quickjs = await newQuickJSWASMModuleFromVariant(variant);
  const call = (context: QuickJSContext, handler: QuickJSHandle): QuickJSHandle | undefined => {
    const self = context.undefined.value as unknown as Pointer;
    const result = ffi.QTS_Call(contextPointer, handler.value as unknown as Pointer, self, 0, 0);
    const error = ffi.QTS_ResolveException(contextPointer, result);
    ffi.QTS_FreeValuePointer(contextPointer, result);
    if (error === 0) return undefined;
    return new Lifetime(error, undefined, undefined, context.runtime) as unknown as QuickJSHandle;
  };
  return { quickjs, memory, lastBuffer: () => last, call };
}

type Pointer = number;

/** The functions of the variant's FFI class (package @jitl/quickjs-ffi-types) that are used here. */
interface Ffi {
  QTS_NewArrayBuffer(context: Pointer, pointer: Pointer, length: number): Pointer;
  QTS_Call(context: Pointer, handler: Pointer, self: Pointer, argc: number, argv: Pointer): Pointer;
  /** The error if `value` is an exception, else 0. */
  QTS_ResolveException(context: Pointer, value: Pointer): Pointer;
  QTS_FreeValuePointer(context: Pointer, value: Pointer): void;
}
type FfiConstructor = new (module: unknown) => Ffi;

function unwrapDefault(value: unknown): unknown {
  return (value as { default?: unknown }).default ?? value;
}

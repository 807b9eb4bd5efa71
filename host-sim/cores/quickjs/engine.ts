/**
 * WebAssembly instances of QuickJS, one per running core, from one compiled module. An instance's memory has a
 * fixed size, so host views of it never detach; a crash or reset drops the whole instance.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  Lifetime,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  RELEASE_SYNC,
} from 'quickjs-emscripten';

/** Pages that the module itself declares: about 5 MiB of C stack and data, the rest is heap. */
const BASE_PAGES = 256;
const PAGE = 65536;
/** Heap that the base pages leave, to be on the safe side. */
const BASE_HEAP = 10 * 1024 * 1024;

/** An address in the instance's memory. */
export type Pointer = number;

/** The functions of the variant's FFI class (package @jitl/quickjs-ffi-types) that are used here. */
interface Ffi {
  QTS_NewRuntime(): Pointer;
  QTS_NewContext(runtime: Pointer, intrinsics: number): Pointer;
  QTS_NewArrayBuffer(context: Pointer, pointer: Pointer, length: number): Pointer;
  QTS_Call(context: Pointer, handler: Pointer, self: Pointer, argc: number, argv: Pointer): Pointer;
  /** The error if `value` is an exception, else 0. */
  QTS_ResolveException(context: Pointer, value: Pointer): Pointer;
  QTS_FreeValuePointer(context: Pointer, value: Pointer): void;
}

/** What is used of the module that Emscripten makes. */
interface Emscripten {
  _malloc(bytes: number): Pointer;
}

/** What all instances share. */
interface Parts {
  readonly wasmModule: WebAssembly.Module;
  readonly Ffi: new (module: unknown) => Ffi;
  readonly moduleLoader: Awaited<ReturnType<QuickJSSyncVariant['importModuleLoader']>>;
}

let parts: Promise<Parts> | undefined;

/** Loads and compiles the engine once per process; later calls share it, and with it its optimised code. */
export function loadEngine(): Promise<Parts> {
  parts ??= (async () => {
    const require = createRequire(createRequire(import.meta.url).resolve('quickjs-emscripten'));
    const file = require.resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
    const [wasmModule, ffi, moduleLoader] = await Promise.all([
      readFile(file).then((bytes) => WebAssembly.compile(new Uint8Array(bytes))),
      RELEASE_SYNC.importFFI(),
      RELEASE_SYNC.importModuleLoader(),
    ]);
    return { wasmModule, Ffi: unwrapDefault(ffi) as Parts['Ffi'], moduleLoader };
  })();
  return parts;
}

/** Limits of a core's engine, in bytes. */
export interface EngineLimits {
  readonly heap: number;
  readonly stack: number;
}

/** A runtime and a context that lie in an instance's memory already. */
export interface Resident {
  readonly runtime: Pointer;
  readonly context: Pointer;
}

/** A fresh instance with room for `bytes` of heap and shared memory together. */
export async function newInstance(bytes: number): Promise<Instance> {
  const { wasmModule, Ffi, moduleLoader } = await loadEngine();
  const pages = BASE_PAGES + Math.max(0, Math.ceil((bytes - BASE_HEAP) / PAGE));
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const emscriptenModule = {
    // A fault inside of the engine is reported as a crash of the core, not on stderr.
    printErr() {},
    // The option wasmModule instantiates in the background, which takes as long again to hear of it.
    instantiateWasm(imports: object, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(wasmModule, imports);
      done(instance);
      return instance.exports;
    },
  };
  const loaded = { ...RELEASE_SYNC, importModuleLoader: async () => moduleLoader };
  let instance!: Instance;
  const variant: QuickJSSyncVariant = {
    ...newVariant(loaded, { wasmMemory: memory, emscriptenModule: emscriptenModule as never }),
    importFFI: async () =>
      class extends Ffi {
        constructor(module: unknown) {
          super(module);
          instance = new Instance(memory, this, (bytes) => (module as Emscripten)._malloc(bytes));
        }
      } as never,
  };
  const quickjs = await newQuickJSWASMModuleFromVariant(variant);
  instance.newRuntime = () => quickjs.newRuntime();
  return instance;
}

export class Instance {
  newRuntime!: () => QuickJSRuntime;
  /** The only runtime and context of this instance. */
  resident: Resident | undefined;
  runtime!: QuickJSRuntime;
  context!: QuickJSContext;

  constructor(
    readonly memory: WebAssembly.Memory,
    private readonly ffi: Ffi,
    private readonly malloc: (bytes: number) => Pointer,
  ) {
    const { QTS_NewRuntime, QTS_NewContext } = ffi;
    let runtime: Pointer;
    ffi.QTS_NewRuntime = () => {
      runtime = this.resident?.runtime ?? QTS_NewRuntime();
      return runtime;
    };
    ffi.QTS_NewContext = (owner, intrinsics) => {
      const context = this.resident?.context ?? QTS_NewContext(owner, intrinsics);
      this.resident = { runtime, context };
      return context;
    };
  }

  /** Makes the runtime and the context, or takes over those that a snapshot brought along. */
  open({ heap, stack }: EngineLimits, resident?: Resident): void {
    this.resident = resident;
    this.runtime = this.newRuntime();
    this.runtime.setMemoryLimit(heap);
    this.runtime.setMaxStackSize(stack);
    this.context = this.runtime.newContext();
  }

  /**
   * Calls a guest function without arguments and drops its result; the error it threw, if any. The package's own
   * `callFunction` allocates an argument array for every call, which is a fifth of a short kick.
   */
  call(handler: QuickJSHandle): QuickJSHandle | undefined {
    const self = this.context.undefined.value as unknown as Pointer;
    const at = this.resident!.context;
    const result = this.ffi.QTS_Call(at, handler.value as unknown as Pointer, self, 0, 0);
    const error = this.ffi.QTS_ResolveException(at, result);
    this.ffi.QTS_FreeValuePointer(at, result);
    return error === 0 ? undefined : this.handleAt(error);
  }

  /**
   * A guest ArrayBuffer and a live view of it; its bytes are whatever was there. The package's own `newArrayBuffer` copies
   * one in, and with it every zero, and `getArrayBuffer` would only give a copy.
   */
  newBuffer(length: number): { readonly handle: QuickJSHandle; readonly bytes: Uint8Array } {
    const at = this.malloc(length);
    const handle = this.handleAt(this.ffi.QTS_NewArrayBuffer(this.resident!.context, at, length));
    return { handle, bytes: new Uint8Array(this.memory.buffer, at, length) };
  }

  /**
   * A guest ArrayBuffer over `length` bytes at `pointer`, which belong to another one. Its first reference is never given back:
   * the engine would free the bytes with the last one. Make handles of it with `handleAt`.
   */
  bufferAt(pointer: Pointer, length: number): Pointer {
    return this.ffi.QTS_NewArrayBuffer(this.resident!.context, pointer, length);
  }

  /** The guest value at `pointer` as a handle. */
  handleAt(pointer: Pointer): QuickJSHandle {
    return new Lifetime(pointer, undefined, undefined, this.runtime) as unknown as QuickJSHandle;
  }
}

function unwrapDefault(value: unknown): unknown {
  return (value as { default?: unknown }).default ?? value;
}

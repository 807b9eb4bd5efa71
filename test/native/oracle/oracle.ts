/** The engine built for this machine from the very source that native images run: compiles, and runs what was compiled. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, hashOf } from '../../../runtime/native/build/cache.js';
import { COMPILER_SOURCE } from '../../../runtime/native/build/compiler.js';
import { ENGINE_DEFINES, ENGINE_FILES, engineSource } from '../../../runtime/native/build/engine.js';
import { headerFolder, nativeDir } from '../../../runtime/native/build/objects.js';
import { run } from '../../../runtime/native/build/run.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const FLAGS = ['-O1', '-fwrapv', '-fno-strict-aliasing', '-w', ...ENGINE_DEFINES];

export class Oracle {
  private constructor(private readonly program: string) {}

  /** Builds it, unless it is there. */
  static async open(): Promise<Oracle> {
    const engine = await engineSource(() => {});
    const header = await headerFolder();
    const files = [join(nativeDir, COMPILER_SOURCE), join(here, 'oracle.c')];
    const version = await run('gcc', ['--version'], here);
    const key = hashOf([version, engine, header, ...FLAGS, ...files.map((file) => readFileSync(file))]);
    const include = ['-I', join(nativeDir, 'compiler'), '-I', header, '-I', engine];
    const sources = [...ENGINE_FILES.map((name) => join(engine, `${name}.c`)), ...files];
    const program = await cached(join('oracle', key), (path) =>
      run('gcc', [...FLAGS, ...include, ...sources, '-lm', '-o', path], here),
    );
    return new Oracle(program);
  }

  /** Bytecode of `source`. @param strip JS_STRIP_... of quickjs.h */
  compile(source: string, file: string, strip: number): Uint8Array {
    const { status, stdout } = this.start(['compile', String(strip), file], Buffer.from(source));
    if (status !== 0) throw new Error(stdout.toString());
    return new Uint8Array(stdout);
  }

  /** What a program prints, and the error that ended it. */
  run(bytecode: Uint8Array): string {
    return this.start(['run'], bytecode).stdout.toString();
  }

  private start(args: readonly string[], input: Uint8Array) {
    const result = spawnSync(this.program, args, { input, maxBuffer: 1 << 24 });
    if (result.error) throw result.error;
    return result;
  }
}

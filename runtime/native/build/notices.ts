/** NOTICES: the licences of everything in the archives and in the compiler that is not ours, in full. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const DEBIAN = '/usr/share/doc';
const COMMON = '/usr/share/common-licenses';

/** @param engine folder of the engine's source */
export function notices(engine: string): string {
  const parts: readonly (readonly [string, string])[] = [
    ['QuickJS 2025-04-26, in libquickjs.a and compiler.wasm', join(engine, 'LICENSE')],
    ['newlib, in libsupport.a of Arm cores', `${DEBIAN}/libnewlib-arm-none-eabi/copyright`],
    ['picolibc, in libsupport.a of RISC-V cores', `${DEBIAN}/picolibc-riscv64-unknown-elf/copyright`],
    [
      'libgcc, in libsupport.a: GPL-3 with the GCC Runtime Library Exception',
      `${DEBIAN}/gcc-12-base/copyright`,
    ],
    ['wasi-libc, in compiler.wasm', `${DEBIAN}/wasi-libc/copyright`],
    ['compiler-rt of LLVM, in compiler.wasm', `${DEBIAN}/libclang-rt-14-dev-wasm32/copyright`],
    ['GNU General Public License 3, to which the above refer', `${COMMON}/GPL-3`],
    ['Apache License 2.0, to which the above refer', `${COMMON}/Apache-2.0`],
  ];
  const line = '='.repeat(78);
  return parts
    .map(([title, file]) => `${line}\n${title}\n${line}\n\n${readFileSync(file, 'utf8').trim()}\n`)
    .join('\n');
}

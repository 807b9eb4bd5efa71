/** Native products in miniature: machine code for every family that a link needs symbols of, from a compiler of the system. */
import type { LinkProducts } from '../../sdk/native/link-inputs.js';
import type { NativeCpu } from '../../sdk/native/products.js';
import { make } from './elf-oracles.js';

const START_C = `
#include <stdint.h>
extern uint32_t __rproc_stack_end[], __rproc_heap_start[], __rproc_heap_end[], __bss_start[], __bss_end[];
extern char rproc_app[], rproc_board[];
int engine(int);
void *rproc_new_context(void *);
struct { uint32_t words[352]; } rproc_status __attribute__((section(".rproc.status"), aligned(16)));
__attribute__((section(".rproc.reset"), used)) void rproc_reset(void)
{
  for (uint32_t *at = __bss_start; at < __bss_end; at++) *at = 0;
  rproc_status.words[0] = (uint32_t)rproc_app + (uint32_t)rproc_board;
  rproc_status.words[1] = (uint32_t)__rproc_heap_start + (uint32_t)__rproc_heap_end + (uint32_t)__rproc_stack_end;
  rproc_new_context((void *)(uintptr_t)engine(5));
}
#ifdef VECTORS
__attribute__((section(".rproc.vectors"), used)) void *const rproc_vectors[256] = { __rproc_stack_end, rproc_reset };
#endif
`;
const ENGINE_C = `
int support(int);
int counter = 7;
static int zeros[SCALE + 3];
static const char table[SCALE] = "constants of the engine";
int engine(int x) { zeros[x & 1] = x; return counter++ + zeros[x & 1] + support(x) + table[x]; }
int unused_engine(int x) { static const char words[] = "nobody refers to this"; return words[x]; }
`;
const SUPPORT_C = `
static const int constants[] = { 15, 25, 35, 45, 15, 25 };
int support(int x) { return x * constants[x & 3]; }
int unused_support(int x) { return x; }
`;
const PROFILE_C = 'void *rproc_new_context(void *runtime) { return runtime; }\n';

const compilers: { readonly [cpu in NativeCpu]: readonly [prefix: string, ...flags: string[]] } = {
  'cortex-m4': [
    'arm-none-eabi',
    '-mcpu=cortex-m4',
    '-mthumb',
    '-mfloat-abi=hard',
    '-mfpu=fpv4-sp-d16',
    '-DVECTORS',
  ],
  'cortex-m7': [
    'arm-none-eabi',
    '-mcpu=cortex-m7',
    '-mthumb',
    '-mfloat-abi=hard',
    '-mfpu=fpv5-d16',
    '-DVECTORS',
  ],
  'cortex-r5f': ['arm-none-eabi', '-mcpu=cortex-r5', '-marm', '-mfloat-abi=hard', '-mfpu=vfpv3-d16'],
  rv32imac: ['riscv64-unknown-elf', '-march=rv32imac', '-mabi=ilp32'],
};

/** Compilers that the stub needs. */
export const STUB_COMPILERS = ['arm-none-eabi-gcc', 'riscv64-unknown-elf-gcc'];

const built = new Map<string, Uint8Array>();

/** @param scale bytes of the engine's constants, and a quarter of its zeroed data */
export function stubProducts(scale = 64): LinkProducts {
  return {
    file(cpu, name) {
      const key = `${cpu} ${name} ${scale}`;
      const bytes = built.get(key) ?? build(cpu, name, scale);
      built.set(key, bytes);
      return bytes;
    },
  };
}

function build(cpu: NativeCpu, name: string, scale: number): Uint8Array {
  const [prefix, ...flags] = compilers[cpu];
  const source =
    { 'librproc.a': START_C, 'libquickjs.a': ENGINE_C, 'libsupport.a': SUPPORT_C }[name] ?? PROFILE_C;
  const own = ['-Os', '-ffreestanding', '-ffunction-sections', '-fdata-sections', `-DSCALE=${scale}`];
  const compile = [`${prefix}-gcc`, ...flags, ...own, '-c', 'part.c', '-o', 'part.o'];
  if (!name.endsWith('.a')) return make({ 'part.c': source }, [compile], 'part.o');
  return make({ 'part.c': source }, [compile, [`${prefix}-ar`, 'crD', name, 'part.o']], name);
}

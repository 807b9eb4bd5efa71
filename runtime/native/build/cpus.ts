/** The processors that images are linked for: tool chain, C library, and which start-up code they take. */

export interface Toolchain {
  /** Of the tools' names. */
  readonly prefix: string;
  /** Chooses the C library. */
  readonly specs: string;
  /** GNU ld's name of the output format. */
  readonly emulation: string;
  /** Archives of the C library, and the folder above their multilib folders; without one the compiler knows where they are. */
  readonly libraries: readonly string[];
  readonly libraryRoot?: string;
}

const arm: Toolchain = {
  prefix: 'arm-none-eabi-',
  specs: '--specs=nano.specs',
  emulation: 'armelf',
  libraries: ['libc_nano.a', 'libm.a'],
};

const riscv: Toolchain = {
  prefix: 'riscv64-unknown-elf-',
  specs: '--specs=picolibc.specs',
  emulation: 'elf32lriscv',
  libraries: ['libc.a', 'libm.a'],
  // Which its specs tell the linker alone.
  libraryRoot: '/usr/lib/picolibc/riscv64-unknown-elf/lib',
};

export interface Cpu {
  readonly toolchain: Toolchain;
  /** The same for every object of an image. */
  readonly flags: readonly string[];
  /** Beyond `flags`, for start-up code. */
  readonly ownFlags: readonly string[];
  /** Folder of runtime/native with what only this family has. */
  readonly family: string;
}

const THUMB = ['-mthumb', '-mfloat-abi=hard'];

export const CPUS = {
  'cortex-m4': {
    toolchain: arm,
    flags: ['-mcpu=cortex-m4', ...THUMB, '-mfpu=fpv4-sp-d16'],
    ownFlags: [],
    family: 'armv7m',
  },
  'cortex-m7': {
    toolchain: arm,
    flags: ['-mcpu=cortex-m7', ...THUMB, '-mfpu=fpv5-d16'],
    ownFlags: [],
    family: 'armv7m',
  },
  'cortex-r5f': {
    toolchain: arm,
    flags: ['-mcpu=cortex-r5', ...THUMB, '-mfpu=vfpv3-d16'],
    ownFlags: [],
    family: 'cortex-r',
  },
  rv32imac: {
    toolchain: riscv,
    // LLD before 15 links nothing that its linker may shorten.
    flags: ['-march=rv32imac', '-mabi=ilp32', '-mno-relax'],
    // Control registers are an extension of their own since version 20191213 of the ISA manual.
    ownFlags: ['-march=rv32imac_zicsr'],
    family: 'riscv',
  },
} as const satisfies { readonly [name: string]: Cpu };

export type CpuName = keyof typeof CPUS;
export const cpuNames = Object.keys(CPUS) as CpuName[];

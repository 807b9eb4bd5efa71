/** How the machines' objects differ. */
import {
  EF_ARM_EABI_VER5,
  EM_AARCH64,
  EM_ARM,
  EM_RISCV,
  R_AARCH64_ABS32,
  R_AARCH64_ABS64,
  R_ARM_ABS32,
  R_RISCV_32,
  R_RISCV_64,
} from '../../runtime/abi/elf.js';

/** The machines that objects are written for. */
export type ObjectMachine = 'arm' | 'riscv32' | 'aarch64' | 'riscv64';

export interface MachineFormat {
  readonly class: 32 | 64;
  /** `e_machine`. */
  readonly code: number;
  /** `e_flags`. RISC-V: no compressed code, no float arguments, since the objects hold data only. */
  readonly flags: number;
  /** Relocations carry their addend; otherwise it is in the word itself. */
  readonly rela: boolean;
  /** Types of absolute relocations by the bytes of the word. */
  readonly relocations: { readonly 4: number; readonly 8?: number };
}

export const objectMachines: { readonly [machine in ObjectMachine]: MachineFormat } = {
  // ARM objects carry relocations without addends (AAELF32 section 5.6.1).
  arm: { class: 32, code: EM_ARM, flags: EF_ARM_EABI_VER5, rela: false, relocations: { 4: R_ARM_ABS32 } },
  riscv32: { class: 32, code: EM_RISCV, flags: 0, rela: true, relocations: { 4: R_RISCV_32 } },
  // AAELF64 section 5.7: ABS32 takes what fits 32 bits, signed or not.
  aarch64: {
    ...{ class: 64, code: EM_AARCH64, flags: 0, rela: true },
    relocations: { 4: R_AARCH64_ABS32, 8: R_AARCH64_ABS64 },
  },
  riscv64: {
    ...{ class: 64, code: EM_RISCV, flags: 0, rela: true },
    relocations: { 4: R_RISCV_32, 8: R_RISCV_64 },
  },
};

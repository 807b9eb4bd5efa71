/** What each driver says at probe about the ELF files of its core's coredumps. */
import type { Board } from '../../boards/board.js';
import { cpus, type MachineName } from '../../boards/cpus.js';
import { ELFCLASS32, ELFCLASS64, EM_AARCH64, EM_ARM, EM_NONE, EM_RISCV } from '../../runtime/abi/elf.js';
import { coredumpSetElfInfo } from '../remoteproc/coredump.js';
import type { Rproc } from '../remoteproc/rproc.js';

const machines: { readonly [machine in MachineName]: readonly [elfClass: number, code: number] } = {
  arm: [ELFCLASS32, EM_ARM],
  aarch64: [ELFCLASS64, EM_AARCH64],
  riscv32: [ELFCLASS32, EM_RISCV],
  riscv64: [ELFCLASS64, EM_RISCV],
};

/** Drivers that are not here set nothing: there is no dump of their cores, whatever segments they register. */
export function setElfInfo(rproc: Rproc, board: Board): void {
  switch (board.linux.driver) {
    case 'stm32_rproc':
      coredumpSetElfInfo(rproc, ELFCLASS32, EM_NONE);
      break;
    case 'xlnx_r5':
      coredumpSetElfInfo(rproc, ELFCLASS32, EM_ARM);
      break;
    case 'generic':
      coredumpSetElfInfo(rproc, ...machines[cpus[board.cpu].machine]);
      break;
  }
}

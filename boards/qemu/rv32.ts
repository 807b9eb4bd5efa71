import { defineBoard } from '../define-board.js';
import { qemuBoard } from './qemu-machine.js';

/** A RISC-V RV32IMAC started without firmware of QEMU's own (`-bios none`). */
export const qemuRv32 = defineBoard(
  qemuBoard({
    name: 'qemu-rv32',
    machine: 'riscv32 virt (RV32IMAC)',
    cpu: 'rv32imac',
    ram: 0x80000000,
    origin: 'RAM from 0x80000000, a shared file, riscv32 virt in QEMU 7.2; its first 16 MiB',
    // Where the machine's own boot code jumps is not in what was read.
    boot: { kind: 'unknown' },
    processor: 'rv32',
  }),
);

import { defineBoard } from '../define-board.js';
import { engineLimits } from '../engine-limits.js';
import { ivshmemLinux, ivshmemMemory, MEMORY_FILE_SIZE } from '../ivshmem.js';
import { mps2Mailbox, mps2Native, mps2Qemu } from './mps2.js';

/** Where the PSRAM of mps2-an386 lies; it cannot be anywhere else, so the guest's kernel puts the BAR there. */
const RAM = 0x21000000;

const memory = ivshmemMemory(RAM);

/** A Cortex-M4F and a real Linux kernel, each in its own QEMU: the memory file is the RAM of the one and a PCI device of the other. */
export const qemuIvshmemM4 = defineBoard({
  name: 'qemu-ivshmem-m4',
  description:
    'QEMU mps2-an386 (Cortex-M4F) in an ivshmem memory file: machine code, run by --core qemu, also beside a real Linux kernel',
  cpu: 'cortex-m4',
  boot: { kind: 'entry', align: 1024 },
  memory,
  mailbox: mps2Mailbox,
  native: { ...mps2Native, place: { vectors: 'image', code: 'image', data: 'image' }, proven: true },
  qemu: { ...mps2Qemu('mps2-an386', RAM + MEMORY_FILE_SIZE), ram: { base: RAM, len: MEMORY_FILE_SIZE } },
  engine: engineLimits(memory[0].len),
  watchdogMs: 2000,
  linux: ivshmemLinux,
});

import { defineBoard } from '../define-board.js';
import { qemuBoard } from './qemu-machine.js';

/** A Cortex-M7 with its 16 MiB of PSRAM at another address. It booted; its shared file was not exercised. */
export const qemuMps2An500 = defineBoard(
  qemuBoard({
    name: 'qemu-mps2-an500',
    machine: 'mps2-an500 (Cortex-M7)',
    cpu: 'cortex-m7',
    ram: 0x60000000,
    origin: 'PSRAM of 16 MiB, info mtree of mps2-an500 in QEMU 7.2',
    boot: { kind: 'vectors-at', da: 0 },
    processor: 'm7',
  }),
);

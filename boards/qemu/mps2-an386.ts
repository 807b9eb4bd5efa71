import { defineBoard } from '../define-board.js';
import { qemuBoard } from './qemu-machine.js';

/** The Cortex-M4F that was exercised most: a shared file replaces the machine's 16 MiB of PSRAM. */
export const qemuMps2An386 = defineBoard({
  ...qemuBoard({
    name: 'qemu-mps2-an386',
    machine: 'mps2-an386 (Cortex-M4F)',
    cpu: 'cortex-m4',
    ram: 0x21000000,
    origin: 'PSRAM of 16 MiB, info mtree of mps2-an386 in QEMU 7.2',
    // Armv7-M reads stack and first instruction at 0, where the loader puts them, not the image.
    boot: { kind: 'vectors-at', da: 0 },
    processor: 'm4',
  }),
  mailbox: {
    type: 'cmsdk-uart',
    remoteBase: 0x40005000,
    origin: 'second UART of mps2-an386 in QEMU 7.2, its receive interrupt is number 2; a byte is a notifyid',
  },
});

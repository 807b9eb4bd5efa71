import { defineBoard } from '../define-board.js';
import { mps2Mailbox, mps2Native, mps2Qemu } from './mps2.js';
import { qemuBoard } from './qemu-machine.js';

const RAM = 0x21000000;

/** The Cortex-M4F that was exercised most: a shared file replaces the machine's 16 MiB of PSRAM. */
export const qemuMps2An386 = defineBoard(
  qemuBoard({
    name: 'qemu-mps2-an386',
    title: 'mps2-an386 (Cortex-M4F)',
    cpu: 'cortex-m4',
    ram: RAM,
    origin: 'PSRAM of 16 MiB, info mtree of mps2-an386 in QEMU 7.2',
    boot: { kind: 'entry', align: 1024 },
    processor: 'm4',
    mailbox: mps2Mailbox,
    native: mps2Native,
    qemu: mps2Qemu('mps2-an386', RAM + 0x1000000),
  }),
);

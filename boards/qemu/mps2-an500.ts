import { defineBoard } from '../define-board.js';
import { mps2Mailbox, mps2Native, mps2Qemu } from './mps2.js';
import { qemuBoard } from './qemu-machine.js';

const RAM = 0x60000000;

/** A Cortex-M7 with its 16 MiB of PSRAM at another address. */
export const qemuMps2An500 = defineBoard(
  qemuBoard({
    name: 'qemu-mps2-an500',
    title: 'mps2-an500 (Cortex-M7)',
    cpu: 'cortex-m7',
    ram: RAM,
    origin: 'PSRAM of 16 MiB, info mtree of mps2-an500 in QEMU 7.2',
    boot: { kind: 'entry', align: 1024 },
    processor: 'm7',
    mailbox: mps2Mailbox,
    native: mps2Native,
    qemu: mps2Qemu('mps2-an500', RAM + 0x1000000),
  }),
);

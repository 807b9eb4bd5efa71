import { defineBoard } from '../define-board.js';
import { DoorbellWord } from '../mailbox/registers/doorbell-words.js';
import { qemuBoard } from './qemu-machine.js';

const UART1 = 0x101f2000;

/** The Cortex-R5F in a machine that it never had: the machines with a real one could not be started. */
export const qemuR5f = defineBoard(
  qemuBoard({
    name: 'qemu-r5f',
    title: 'versatilepb -cpu cortex-r5f (Cortex-R5F)',
    cpu: 'cortex-r5f',
    ram: 0,
    origin: 'RAM from 0, a shared file, versatilepb in QEMU 7.2; its first 16 MiB',
    boot: { kind: 'vectors-at', da: 0 },
    processor: 'r5f',
    mailbox: {
      type: 'pl011-uart',
      remoteBase: UART1,
      origin: 'UART 1 of hw/arm/versatilepb.c in QEMU 7.2; a byte is a notifyid or one of doorbell-words.ts',
    },
    native: {
      timer: { type: 'sp804', hz: 1_000_000, base: 0x101e2000, irq: 4 },
      irqc: { type: 'pl190', base: 0x10140000 },
      mailboxIrqs: [13],
      console: { type: 'pl011', base: 0x101f1000 },
      crash: { da: UART1, value: DoorbellWord.crashed, width: 4 },
      // System registers and all peripherals of the board.
      registers: [{ da: 0x10000000, len: 0x200000 }],
      origin: 'hw/arm/versatilepb.c of QEMU 7.2: PL190, SP804 at 1 MHz, PL011',
    },
    qemu: {
      system: 'arm',
      machine: 'versatilepb',
      cpu: 'cortex-r5f',
      serial: ['console', 'doorbell'],
    },
  }),
);

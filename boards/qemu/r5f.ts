import { defineBoard } from '../define-board.js';
import { qemuBoard } from './qemu-machine.js';

/** The Cortex-R5F in a machine that it never had: the machines with a real one could not be started. */
export const qemuR5f = defineBoard(
  qemuBoard({
    name: 'qemu-r5f',
    machine: 'versatilepb -cpu cortex-r5f (Cortex-R5F)',
    cpu: 'cortex-r5f',
    ram: 0,
    origin: 'RAM from 0, a shared file, versatilepb in QEMU 7.2; its first 16 MiB',
    boot: { kind: 'vectors-at', da: 0 },
    processor: 'r5f',
  }),
);

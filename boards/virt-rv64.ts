import { defineBoard } from './define-board.js';

const chosen = 'chosen for the virtual board';

/**
 * A 64-bit RISC-V core that runs images of class ELF64 and sees memory where Linux sees it. Linux takes rings and
 * buffers from the pool. Addresses end at the last one of 32 bits.
 */
export const virtRv64 = defineBoard({
  name: 'virt-rv64',
  description:
    'virtual RISC-V RV64, ELF64 images, memory up to the end of 32-bit addresses, rings from a pool',
  cpu: 'rv64',
  boot: { kind: 'app-header' },
  memory: [
    { name: 'pool', da: 0xffe00000, len: 0x100000, use: 'pool', origin: chosen },
    { name: 'ram', da: 0xfff00000, len: 0x100000, use: 'image', origin: chosen },
  ],
  engine: { heap: 0x400000, stack: 0x40000 },
  watchdogMs: 500,
  linux: {
    processor: 'rv64',
    driver: 'generic',
    device: 'virt-rproc fff00000.rv64',
    hasIommu: false,
    autoBoot: false,
    recovery: true,
  },
});

import { defineBoard } from './define-board.js';

const chosen = 'chosen for the virtual board';

/**
 * A 32-bit RISC-V core that sees memory where Linux sees it. No region is reserved for rings: Linux takes
 * rings and buffers from the pool, anywhere. Addresses have bit 31 set.
 */
export const virtRv32 = defineBoard({
  name: 'virt-rv32',
  description: 'virtual RISC-V RV32, device addresses equal physical ones, rings from a pool',
  cpu: 'rv32imac',
  boot: { kind: 'app-header' },
  memory: [
    { name: 'ram', da: 0x80000000, len: 0x100000, use: 'image', origin: chosen },
    { name: 'pool', da: 0x80100000, len: 0x100000, use: 'pool', origin: chosen },
  ],
  engine: { heap: 0x400000, stack: 0x40000 },
  watchdogMs: 500,
  linux: {
    processor: 'rv32',
    driver: 'generic',
    device: 'virt-rproc 80000000.rv32',
    hasIommu: false,
    autoBoot: false,
    recovery: true,
  },
});

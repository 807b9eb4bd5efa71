import { defineBoard } from './define-board.js';

const chosen = 'chosen for the virtual board';

/**
 * A Cortex-M4 whose view of memory differs from Linux's, as on an STM32MP15: device addresses start at
 * 0x10000000, physical ones at 0x30000000. Rings and buffers have reserved regions of their own.
 */
export const virtM4 = defineBoard({
  name: 'virt-m4',
  description: 'virtual Cortex-M4, device and physical addresses differ, reserved ring regions',
  cpu: 'cortex-m4',
  boot: { kind: 'app-header' },
  memory: [
    { name: 'sram', da: 0x10000000, pa: 0x30000000, len: 0x60000, use: 'image', origin: chosen },
    { name: 'vdev0vring0', da: 0x10060000, pa: 0x30060000, len: 0x4000, use: 'named', origin: chosen },
    { name: 'vdev0vring1', da: 0x10064000, pa: 0x30064000, len: 0x4000, use: 'named', origin: chosen },
    { name: 'vdev0buffer', da: 0x10068000, pa: 0x30068000, len: 0x40000, use: 'named', origin: chosen },
    { name: 'pool', da: 0x10100000, pa: 0x30100000, len: 0x80000, use: 'pool', origin: chosen },
  ],
  engine: { heap: 0x400000, stack: 0x40000 },
  watchdogMs: 500,
  linux: {
    processor: 'm4',
    driver: 'generic',
    device: 'virt-rproc 30000000.m4',
    hasIommu: false,
    autoBoot: false,
    recovery: true,
  },
});

import { defineBoard } from './define-board.js';

const chosen = 'chosen for the virtual board';

/**
 * A 64-bit Arm core that runs images of class ELF64. Its device addresses, below 4 GiB as resource tables have no
 * wider ones, differ from physical ones; rings and buffers have reserved regions of their own.
 */
export const virtA53 = defineBoard({
  name: 'virt-a53',
  description:
    'virtual Cortex-A53, ELF64 images, device and physical addresses differ, reserved ring regions',
  cpu: 'cortex-a53',
  boot: { kind: 'app-header' },
  memory: [
    { name: 'ram', da: 0x40000000, pa: 0x60000000, len: 0x100000, use: 'image', origin: chosen },
    { name: 'vdev0vring0', da: 0x40100000, pa: 0x60100000, len: 0x8000, use: 'named', origin: chosen },
    { name: 'vdev0vring1', da: 0x40108000, pa: 0x60108000, len: 0x8000, use: 'named', origin: chosen },
    { name: 'vdev0buffer', da: 0x40110000, pa: 0x60110000, len: 0x40000, use: 'named', origin: chosen },
    { name: 'pool', da: 0x40200000, pa: 0x60200000, len: 0x80000, use: 'pool', origin: chosen },
  ],
  engine: { heap: 0x400000, stack: 0x40000 },
  watchdogMs: 500,
  linux: {
    processor: 'a53',
    driver: 'generic',
    device: 'virt-rproc 60000000.a53',
    hasIommu: false,
    autoBoot: false,
    recovery: true,
  },
});

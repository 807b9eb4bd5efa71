import { defineBoard } from './define-board.js';

const DA_BASE = 0x10000000;
/** Size of the memory file; the regions are counted from its end. */
const SIZE = 0x1000000;
const END = DA_BASE + SIZE;
const layout = 'virt-ivshmem memory file layout, counted from the end of a 16 MiB file';

/**
 * A processor whose memory is a file that a Linux guest sees as an ivshmem PCI BAR, so that a real kernel can
 * boot the same image. Device addresses equal physical ones.
 */
export const virtIvshmem = defineBoard({
  name: 'virt-ivshmem',
  description: 'virtual Cortex-M4 in an ivshmem memory file, as a real Linux kernel in QEMU boots it',
  cpu: 'cortex-m4',
  boot: { kind: 'app-header' },
  memory: [
    { name: 'image', da: DA_BASE, len: SIZE - 0x210000, use: 'image', origin: layout },
    { name: 'pool', da: END - 0x210000, len: 0x100000, use: 'pool', origin: layout },
    { name: 'vdev0vring0', da: END - 0x110000, len: 0x8000, use: 'named', origin: layout },
    { name: 'vdev0vring1', da: END - 0x108000, len: 0x8000, use: 'named', origin: layout },
    { name: 'vdev1vring0', da: END - 0x100000, len: 0x8000, use: 'named', origin: layout },
    { name: 'vdev1vring1', da: END - 0xf8000, len: 0x8000, use: 'named', origin: layout },
    { name: 'vdev0buffer', da: END - 0xf0000, len: 0x40000, use: 'named', origin: layout },
    { name: 'vdev1buffer', da: END - 0xb0000, len: 0x40000, use: 'named', origin: layout },
    { name: 'mailbox', da: END - 0x1000, len: 0x1000, use: 'mailbox', origin: layout },
  ],
  engine: { heap: 0x400000, stack: 0x40000 },
  watchdogMs: 500,
  linux: {
    processor: 'ivshmem',
    driver: 'ivshmem',
    device: 'rproc-ivshmem 0000:00:04.0',
    hasIommu: false,
    placesFixed: true,
    autoBoot: false,
    recovery: true,
  },
});

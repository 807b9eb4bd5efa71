/** Boards whose memory is a file that a Linux guest of QEMU sees as an ivshmem PCI BAR, so that a real kernel boots the image. */
import type { LinuxSide, MemoryRegion } from './board.js';

/** Bytes of the memory file; the regions are counted from its end. */
export const MEMORY_FILE_SIZE = 0x1000000;

const origin = 'memory file of 16 MiB, divided from its end as test/linux/rproc_ivshmem.c does';

/** The file as the core sees it from device address `base` on, which is its physical address in the guest as well. */
export function ivshmemMemory(base: number) {
  const end = base + MEMORY_FILE_SIZE;
  const named = (name: string, fromEnd: number, len: number): MemoryRegion => ({
    ...{ name, da: end - fromEnd, len, use: 'named', origin },
  });
  return [
    { name: 'image', da: base, len: MEMORY_FILE_SIZE - 0x210000, use: 'image', origin },
    { name: 'pool', da: end - 0x210000, len: 0x100000, use: 'pool', origin },
    named('vdev0vring0', 0x110000, 0x8000),
    named('vdev0vring1', 0x108000, 0x8000),
    named('vdev1vring0', 0x100000, 0x8000),
    named('vdev1vring1', 0xf8000, 0x8000),
    named('vdev0buffer', 0xf0000, 0x40000),
    named('vdev1buffer', 0xb0000, 0x40000),
    { name: 'mailbox', da: end - 0x1000, len: 0x1000, use: 'mailbox', origin },
  ] as const satisfies MemoryRegion[];
}

export const ivshmemLinux = {
  processor: 'ivshmem',
  driver: 'ivshmem',
  device: 'rproc-ivshmem 0000:00:04.0',
  hasIommu: false,
  placesFixed: true,
  autoBoot: false,
  recovery: true,
} as const satisfies LinuxSide;

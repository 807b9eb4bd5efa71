import { defineBoard } from './define-board.js';
import { ivshmemLinux, ivshmemMemory } from './ivshmem.js';

/** The remote processor of reference/ivshmem-board.md: an engine of ours beside a real Linux kernel. */
export const virtIvshmem = defineBoard({
  name: 'virt-ivshmem',
  description: 'virtual Cortex-M4 in an ivshmem memory file, as a real Linux kernel in QEMU boots it',
  cpu: 'cortex-m4',
  boot: { kind: 'app-header' },
  memory: ivshmemMemory(0x10000000),
  engine: { heap: 0x400000, stack: 0x40000 },
  watchdogMs: 500,
  linux: ivshmemLinux,
});

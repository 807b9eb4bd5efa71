/** What the QEMU machines have in common: memory in one file that both sides see, no translation. */
import type { Board, BootRule, LinuxSide, MemoryRegion } from '../board.js';
import { NO_MACHINE_CODE } from '../cpus.js';
import { engineLimits } from '../engine-limits.js';

const MIB = 0x100000;

interface QemuMachine<Name extends string> {
  readonly name: Name;
  readonly cpu: Board['cpu'];
  /** What QEMU is told: machine, and CPU where the machine has another one by itself. */
  readonly machine: string;
  /** First address of the RAM that is a shared file. */
  readonly ram: number;
  readonly origin: string;
  readonly boot: BootRule;
  /** `rproc->name`. */
  readonly processor: string;
}

/**
 * The board around 16 MiB of RAM in a file: rings and buffers in the upper half of the last 2 MiB, Linux's pool in the
 * lower, the image below. Regions of the machine's memory are the machine's, their division is ours.
 */
export function qemuBoard<const Name extends string>(machine: QemuMachine<Name>) {
  const { name, cpu, ram, boot, processor } = machine;
  const origin = `${machine.origin}; divided for this board`;
  const named = (region: string, from: number, len: number): MemoryRegion => ({
    ...{ name: region, da: ram + from, len, use: 'named', origin },
  });
  const linux: LinuxSide = {
    processor,
    driver: 'generic',
    device: `qemu-rproc ${ram.toString(16)}.${processor}`,
    hasIommu: false,
    autoBoot: false,
    recovery: true,
  };
  return {
    name,
    description: `QEMU ${machine.machine}; ${NO_MACHINE_CODE}`,
    cpu,
    boot,
    memory: [
      { name: 'ram', da: ram, len: 14 * MIB, use: 'image', origin },
      { name: 'pool', da: ram + 14 * MIB, len: MIB, use: 'pool', origin },
      named('vdev0vring0', 15 * MIB, 0x8000),
      named('vdev0vring1', 15 * MIB + 0x8000, 0x8000),
      named('vdev0buffer', 15 * MIB + 0x10000, 0x40000),
    ],
    engine: engineLimits(14 * MIB),
    watchdogMs: 500,
    linux,
  } as const satisfies Board;
}

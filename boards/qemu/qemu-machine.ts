/** What the QEMU machines have in common: memory in one file that both sides see, no translation. */
import type {
  Board,
  BootRule,
  LinuxSide,
  MailboxData,
  MemoryRegion,
  NativeSide,
  QemuData,
} from '../board.js';
import { engineLimits } from '../engine-limits.js';

const MIB = 0x100000;
/** Bytes of the RAM that is a shared file. */
const RAM_LEN = 16 * MIB;

interface QemuMachine<Name extends string> {
  readonly name: Name;
  readonly cpu: Board['cpu'];
  /** For people: machine and CPU. */
  readonly title: string;
  /** First address of the RAM that is a shared file. */
  readonly ram: number;
  readonly origin: string;
  readonly boot: BootRule;
  /** `rproc->name`. */
  readonly processor: string;
  readonly mailbox: MailboxData;
  readonly native: Omit<NativeSide, 'place' | 'proven'>;
  readonly qemu: Omit<QemuData, 'ram'>;
}

/**
 * The board around 16 MiB of RAM in a file: rings and buffers in the upper half of the last 2 MiB, Linux's pool in the
 * lower, the image below. Regions of the machine's memory are the machine's, their division is ours.
 */
export function qemuBoard<const Name extends string>(machine: QemuMachine<Name>) {
  const { name, cpu, title, ram, boot, processor, mailbox, native, qemu } = machine;
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
    description: `QEMU ${title}: machine code, run by --core qemu`,
    cpu,
    boot,
    memory: [
      { name: 'ram', da: ram, len: 14 * MIB, use: 'image', origin },
      { name: 'pool', da: ram + 14 * MIB, len: MIB, use: 'pool', origin },
      named('vdev0vring0', 15 * MIB, 0x8000),
      named('vdev0vring1', 15 * MIB + 0x8000, 0x8000),
      named('vdev0buffer', 15 * MIB + 0x10000, 0x40000),
    ],
    mailbox,
    native: { ...native, place: { vectors: 'ram', code: 'ram', data: 'ram' }, proven: true },
    qemu: { ...qemu, ram: { base: ram, len: RAM_LEN } },
    engine: engineLimits(14 * MIB),
    // Real milliseconds where QEMU runs it, on a host that may be busy with other things.
    watchdogMs: 2000,
    linux,
  } as const satisfies Board;
}

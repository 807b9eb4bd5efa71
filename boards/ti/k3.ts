/** What the boards behind the TI K3 drivers (ti_k3_common.c) have in common. */
import type { LinuxSide, MailboxData, MemoryRegion, RegisterWrite, TranslationRow } from '../board.js';
import { MAILBOX_MESSAGE, RpMbox } from '../mailbox/registers/omap-mailbox.js';

/** The table that Linux takes from the base of the firmware region when it attaches (ti_k3_common.c). */
export const K3_ATTACH_TABLE_BYTES = 256;

export interface K3Memory {
  /** Reserved region 0, 1 MiB: rings and buffers come from it, wherever Linux likes. */
  readonly pool: number;
  /** Reserved region 1. */
  readonly firmware: number;
  readonly firmwareLen: number;
  /** Device tree that the regions are from. */
  readonly tree: string;
  /** Internal RAMs, as the core and as Linux sees them. */
  readonly internal: readonly Pick<Required<MemoryRegion>, 'name' | 'da' | 'pa' | 'len' | 'origin'>[];
}

/**
 * Memory and translation: the drivers find internal RAM at the core's address and at the SoC's. The reserved regions
 * are where Linux has them (da = pa): the drivers know nothing of a core's address translation (RAT).
 */
export function k3Memory({ pool, firmware, firmwareLen, tree, internal }: K3Memory): {
  readonly memory: MemoryRegion[];
  readonly translation: TranslationRow[];
} {
  const dma = { name: 'dma-pool', da: pool, len: 0x100000, origin: `memory-region[0], ${tree}` };
  const code = { name: 'firmware', da: firmware, len: firmwareLen, origin: `memory-region[1], ${tree}` };
  return {
    memory: [
      { ...code, use: 'image' },
      ...internal.map((ram) => ({ ...ram, use: 'image' as const, internal: true })),
      { ...dma, use: 'pool' },
    ],
    translation: [
      ...internal,
      ...internal
        .filter(({ da, pa }) => da !== pa)
        .map(({ name, pa, len, origin }) => ({
          name: `${name}-soc`,
          da: pa,
          len,
          origin: `SoC view; ${origin}`,
        })),
      code,
      dma,
    ],
  };
}

/** ATCM at 0 and BTCM at 0x41010000, which `ti,loczrama = <1>` makes so in all device trees that were read. */
export function r5Tcm(atcm: number, btcm: number, len: number, origin: string): K3Memory['internal'] {
  return [
    { name: 'atcm', da: 0, pa: atcm, len, origin },
    { name: 'btcm', da: 0x41010000, pa: btcm, len, origin },
  ];
}

/** `node` is the device's name in Linux: both drivers name the processor after it. */
export function k3Linux(driver: 'ti_k3_r5' | 'ti_k3_m4', node: string, firmware?: string): LinuxSide {
  return {
    processor: node,
    ...(firmware === undefined ? {} : { firmware }),
    driver,
    // An R5F core is a platform device without a driver of its own below the cluster.
    device: driver === 'ti_k3_r5' ? `platform ${node}` : `k3-m4-rproc ${node}`,
    hasIommu: false,
    // The core's default; the drivers only clear `recovery`.
    autoBoot: true,
    recovery: false,
    tableRequired: true,
  };
}

/** Message FIFOs as Linux sees them: it reads `hostRx` and writes `hostTx`. Unknown: the remote's view. */
export function k3Mailbox(linuxBase: number, origin: string): MailboxData {
  return { type: 'omap-mailbox', layout: 'K3', linuxBase, channels: { hostRx: 0, hostTx: 1 }, origin };
}

/** Numbers of the two users of a cluster, each with an interrupt of its own. */
export interface K3Users {
  readonly hostUser: number;
  readonly remoteUser: number;
}

/** The same where the core reaches the cluster at Linux's address. */
export function k3CoreMailbox(base: number, users: K3Users, origin: string): MailboxData {
  const linux = k3Mailbox(base, origin);
  return { ...linux, remoteBase: base, channels: { ...linux.channels, ...users } };
}

/** The word that tells Linux of a crash, which logs it: `rproc->recovery_disabled` on all K3 cores. */
export function k3Crash(base: number): RegisterWrite {
  return { da: base + MAILBOX_MESSAGE(0), value: RpMbox.CRASH, width: 4 };
}

/** Builders of entries that describe memory: carveout, devmem, trace. */
import { callerPlace } from '../where.js';
import type { LinkedAddress } from './linked-address.js';

/** What `carveout` takes. */
export interface CarveoutOptions<N extends string = string> {
  /**
   * At most 31 bytes, unique. A carveout is tied to the reserved region of this name if the board has one, else
   * Linux allocates it. `vdev0buffer` and `vdev0vring0` are the names that it looks for itself.
   */
  readonly name: N;
  /** Bytes. */
  readonly size: number;
  /** Device address; Linux chooses when left out. 0 is an address. */
  readonly da?: number | LinkedAddress;
  /** IOMMU protection bits (`IOMMU_READ` 1, `IOMMU_WRITE` 2, ...); 0 when left out. */
  readonly flags?: number;
}

/** What `carveout` gives. */
export interface CarveoutResource<N extends string = string> {
  readonly kind: 'carveout';
  readonly name: N;
  readonly size: number;
  readonly da: number | LinkedAddress | undefined;
  readonly flags: number;
  readonly where: string | undefined;
}

/**
 * Memory that Linux provides and whose address it writes into the table before the core starts (RSC_CARVEOUT,
 * include/linux/rsc_table.h). Firmware reads it as `resourcesOf<typeof config>().NAME`.
 */
export function carveout<const N extends string>(options: CarveoutOptions<N>): CarveoutResource<N> {
  const { name, size, da, flags = 0 } = options;
  return { kind: 'carveout', name, size, da, flags, where: callerPlace('carveout') };
}

/** What `devmem` takes. */
export interface DevmemOptions<N extends string = string> {
  readonly name: N;
  /** Device address at which the core sees it. */
  readonly da: number;
  /** Physical address of the registers. */
  readonly pa: number;
  /** Bytes. */
  readonly size: number;
  /** IOMMU protection bits; read and write (3) when left out. */
  readonly flags?: number;
}

/** What `devmem` gives. */
export interface DevmemResource<N extends string = string> {
  readonly kind: 'devmem';
  readonly name: N;
  readonly da: number;
  readonly pa: number;
  readonly size: number;
  readonly flags: number;
  readonly where: string | undefined;
}

/** Registers that Linux maps for the core through the IOMMU (RSC_DEVMEM); only boards with one can. */
export function devmem<const N extends string>(options: DevmemOptions<N>): DevmemResource<N> {
  const { name, da, pa, size, flags = 3 } = options;
  return { kind: 'devmem', name, da, pa, size, flags, where: callerPlace('devmem') };
}

/** What `trace` takes; everything has a default. */
export interface TraceOptions<N extends string = string> {
  /** At most 31 bytes; `trace0` when left out. Linux names the file by its order, not by this. */
  readonly name?: N;
  /** Bytes of the buffer; 4096 when left out. */
  readonly size?: number;
  /** Where the buffer is, if it is not to be a section of the image. */
  readonly da?: number | LinkedAddress;
  /** The board's image region that holds the buffer; the first one when left out. */
  readonly region?: string;
}

/** What `trace` gives. */
export interface TraceResource<N extends string = string> {
  readonly kind: 'trace';
  readonly name: N;
  readonly size: number;
  readonly da: number | LinkedAddress | undefined;
  readonly region: string | undefined;
  readonly where: string | undefined;
}

/**
 * A text buffer that Linux shows as /sys/kernel/debug/remoteproc/remoteprocN/trace0; the next one is trace1
 * (RSC_TRACE). `console` writes into the first.
 */
export function trace<const N extends string = 'trace0'>(
  options: TraceOptions<N> = {},
): TraceResource<NoInfer<N>> {
  const { name = 'trace0' as N, size = 4096, da, region } = options;
  return { kind: 'trace', name, size, da, region, where: callerPlace('trace') };
}

/**
 * Two kinds of address that must never be mixed up: what the remote core sees (`Da`) and what the
 * host CPU puts into vring descriptors (`Pa`). Both are plain numbers at run time.
 */
declare const daBrand: unique symbol;
declare const paBrand: unique symbol;

/** Device address: as the remote core sees memory; 32 bits in the resource table. */
export type Da = number & { readonly [daBrand]: true };
/** Physical address: as the host CPU sees memory. */
export type Pa = number & { readonly [paBrand]: true };

export function da(address: number): Da {
  return address as Da;
}

export function pa(address: number): Pa {
  return address as Pa;
}

/** A window in which device and physical addresses run in parallel. `len` is in bytes. */
export interface AddressRange {
  readonly da: Da;
  readonly pa: Pa;
  readonly len: number;
}

/** The device address of `address` if all of `len` bytes lie in one range. */
export function paToDa(ranges: readonly AddressRange[], address: Pa, len: number): Da | undefined {
  for (let i = 0; i < ranges.length; i++) {
    const at = address - ranges[i].pa;
    if (at >= 0 && at + len <= ranges[i].len) return (ranges[i].da + at) as Da;
  }
  return undefined;
}

/** The physical address of `address` if all of `len` bytes lie in one range. */
export function daToPa(ranges: readonly AddressRange[], address: Da, len: number): Pa | undefined {
  for (let i = 0; i < ranges.length; i++) {
    const at = address - ranges[i].da;
    if (at >= 0 && at + len <= ranges[i].len) return (ranges[i].pa + at) as Pa;
  }
  return undefined;
}

/**
 * Where memory is for this core that Linux reports in the table. What it allocates itself it reports by the physical
 * address (rproc_alloc_carveout(): da = dma), which is not the core's on every board.
 */
export function reportedDa(ranges: readonly AddressRange[], reported: number): Da {
  const own = reported as Da;
  const seen = daToPa(ranges, own, 1) === undefined ? paToDa(ranges, reported as Pa, 1) : own;
  return seen === undefined ? own : seen;
}

/** `0x` and at least eight digits, as the kernel prints addresses with %#010x. */
export function hex(address: number | bigint, digits = 8): string {
  let text = address.toString(16);
  while (text.length < digits) text = '0' + text;
  return '0x' + text;
}

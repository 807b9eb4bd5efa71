/** Builders of entries whose content is the author's: vendor types, and raw bytes. */
import type { Shape, Struct, Value } from '../../../runtime/abi/struct.js';
import { callerPlace } from '../where.js';
import { isLinkedAddress, type LinkedAddress } from './linked-address.js';

/** A word of a payload that the linker fills in. */
export interface PayloadLink {
  /** Bytes from the payload's start. */
  readonly offset: number;
  readonly address: LinkedAddress;
}

/** A format's value in which any u32 may be an address that only the linker knows. */
export type LinkableValue<S extends Shape> = {
  readonly [K in keyof Value<S>]: Value<S>[K] extends number ? Value<S>[K] | LinkedAddress : Value<S>[K];
};

/** What `vendor` takes: bytes, or a format and its value. */
export type VendorOptions<N extends string, S extends Shape> = {
  readonly name: N;
  /** From 128 (RSC_VENDOR_START) to 512 (RSC_VENDOR_END). */
  readonly type: number;
} & (
  | {
      /** The payload as it is. */
      readonly payload: Uint8Array | readonly number[];
    }
  | {
      /** A declared format: `struct('my_rsc', { magic: u32, log: u32 })`; firmware reads with the same one. */
      readonly format: Struct<S>;
      readonly value: LinkableValue<S>;
    }
);

/** What `vendor` gives. */
export interface VendorResource<N extends string = string> {
  readonly kind: 'vendor';
  readonly name: N;
  readonly type: number;
  readonly payload: Uint8Array;
  readonly links: readonly PayloadLink[];
  /** Why `value` does not fit `format`. */
  readonly problem: string | undefined;
  readonly where: string | undefined;
}

/**
 * An entry for the platform driver's `handle_rsc` (linux-remoteproc: types 128 to 512). Linux warns of one that
 * its driver does not know and goes on.
 */
export function vendor<const N extends string, S extends Shape>(
  options: VendorOptions<N, S>,
): VendorResource<N> {
  const { name, type } = options;
  const where = callerPlace('vendor');
  const content =
    'format' in options
      ? packLinkable(options.format, options.value)
      : { payload: Uint8Array.from(options.payload), links: [], problem: undefined };
  return { kind: 'vendor', name, type, ...content, where };
}

function packLinkable<S extends Shape>(format: Struct<S>, value: LinkableValue<S>) {
  const links: PayloadLink[] = [];
  const plain: { [name: string]: unknown } = { ...value };
  const failed = (problem: string) => ({ payload: new Uint8Array(format.size), links: [], problem });
  for (const { name, kind, offset } of format.fields) {
    const address = plain[name];
    if (!isLinkedAddress(address)) continue;
    if (kind !== 'u32') return failed(`${name} is a ${kind}; the linker fills in u32 words only`);
    links.push({ offset, address });
    plain[name] = 0;
  }
  try {
    return { payload: format.pack(plain as Value<S>), links, problem: undefined };
  } catch (error) {
    return failed((error as Error).message);
  }
}

/** What `raw` takes. */
export interface RawOptions<N extends string = string> {
  readonly name: N;
  /** The whole entry: its type word, little-endian, and what follows. */
  readonly bytes: Uint8Array | readonly number[];
}

/** What `raw` gives. */
export interface RawResource<N extends string = string> {
  readonly kind: 'raw';
  readonly name: N;
  readonly bytes: Uint8Array;
  readonly where: string | undefined;
}

/** An entry as bytes, for types that this SDK does not know. Nothing in it is checked but its length. */
export function raw<const N extends string>({ name, bytes }: RawOptions<N>): RawResource<N> {
  return { kind: 'raw', name, bytes: Uint8Array.from(bytes), where: callerPlace('raw') };
}

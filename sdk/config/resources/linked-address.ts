/** Addresses that only the linker knows: they become relocations in `.resource_table`. */
import { callerPlace } from '../where.js';

/** What `atSymbol`, `atSection` and `atImageEnd` give. */
export interface LinkedAddress {
  readonly kind: 'linkedAddress';
  readonly of: 'symbol' | 'section' | 'imageEnd';
  /** The symbol's or section's name; empty for the end of the image. */
  readonly name: string;
  /** Bytes that are added to it. */
  readonly offset: number;
  readonly where: string | undefined;
}

/** The address of a global symbol of the image, such as a C firmware's log buffer. `offset` in bytes. */
export function atSymbol(name: string, offset = 0): LinkedAddress {
  return { kind: 'linkedAddress', of: 'symbol', name, offset, where: callerPlace('atSymbol') };
}

/** The address at which an output section lies: `atSection('.rproc.app')`. `offset` in bytes. */
export function atSection(name: string, offset = 0): LinkedAddress {
  return { kind: 'linkedAddress', of: 'section', name, offset, where: callerPlace('atSection') };
}

/** The first address behind everything that is linked into the image's region. `offset` in bytes. */
export function atImageEnd(offset = 0): LinkedAddress {
  return { kind: 'linkedAddress', of: 'imageEnd', name: '', offset, where: callerPlace('atImageEnd') };
}

export function isLinkedAddress(value: unknown): value is LinkedAddress {
  return typeof value === 'object' && (value as Partial<LinkedAddress> | null)?.kind === 'linkedAddress';
}

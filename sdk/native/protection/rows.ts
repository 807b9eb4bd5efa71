/** Rows of a protection unit as start-up code stores them, some with an address that the linker fills in. */
import type { Block } from './cover.js';
import type { Protection } from './ranges.js';

/** A word that the linker sets: `symbol + addend`. */
export interface LinkedWord {
  readonly symbol: string;
  readonly addend: number;
  /** What the script sets `symbol` to, where it is not one of the image's own. */
  readonly value?: string;
}

/** `NativeProtection` before the link. */
export interface ProtectionRow {
  /** For people and messages. */
  readonly what: string;
  readonly base: number | LinkedWord;
  readonly size: number;
  readonly access: number;
}

/** Memory that the linker places: a block, aligned to its size, at a symbol of the script. */
export interface LinkedBlock {
  readonly what: string;
  readonly protection: Protection;
  readonly symbol: string;
  /** Bytes, a power of two. */
  readonly size: number;
  /** Bit n: eighth n does not belong to it. */
  readonly disabled: number;
}

/** A block at a known address or at one of the linker's. */
export interface Placed extends Omit<Block, 'base'> {
  readonly what: string;
  readonly protection: Protection;
  readonly base: number | { readonly symbol: string };
}

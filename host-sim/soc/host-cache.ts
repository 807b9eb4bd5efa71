/**
 * What Linux has to do where it does not see at once what the core writes, and the other way round: as a driver does on a
 * SoC whose caches are not coherent. On coherent memory there is no `HostCache`, and nothing is called.
 */
import { type Pa, pa } from '../../runtime/abi/address.js';

/** Between Linux's copy of memory and what the core has: a cache, or a file that another process maps. */
export interface HostCache {
  /** Before Linux reads what the core has written. */
  invalidate(at: Pa, len: number): void;
  /** After Linux has written what the core reads. The core sees what was written before a call not later than that. */
  clean(at: Pa, len: number): void;
  /** Fills `into` with what the core has at `at`; Linux's copy stays as it is. Zeroes where nothing is. */
  read(at: Pa, into: Uint8Array): void;
  /** Linux reserves memory; absent where the core has it anyway. */
  reserve?(at: Pa, len: number): void;
}

/** The same for a piece of memory: offsets in it. Nothing at all on coherent memory. */
export interface CachedPiece {
  invalidate?(from: number, len: number): void;
  clean?(from: number, len: number): void;
}

/** `cache` for the piece that begins at `address`. */
export function pieceOf(cache: HostCache | undefined, address: Pa): CachedPiece {
  if (!cache) return {};
  return {
    invalidate: (from, len) => cache.invalidate(pa(address + from), len),
    clean: (from, len) => cache.clean(pa(address + from), len),
  };
}

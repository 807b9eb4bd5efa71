import { utf8Decode } from '../../runtime/abi/utf8.js';
import type { Damage } from './damage.js';

/** Longer names are cut. */
const MAX_STRING = 4096;
/**
 * Strings of a table may overlap (linkers share tails), but not so much that reading them all takes many times
 * the table's size: a hostile file could otherwise make the reader allocate without limit.
 */
const MAX_OVERLAP = 16;

/** Reads the NUL-terminated strings of an ELF string table; damaged ones are cut or empty and reported. */
export class StringReader {
  readonly #table: Uint8Array;
  readonly #damage: Damage;
  #budget: number;

  constructor(table: Uint8Array, damage: Damage) {
    this.#table = table;
    this.#damage = damage;
    this.#budget = MAX_OVERLAP * table.length + MAX_STRING;
  }

  /** @param what names the string in the report */
  read(at: number, what: string): string {
    const table = this.#table;
    const damage = this.#damage;
    if (at >= table.length) {
      if (at > 0) damage.add(`${what} lies outside its string table`);
      return '';
    }
    const limit = Math.min(table.length, at + MAX_STRING);
    let end = at;
    while (end < limit && table[end] !== 0) end++;
    if (end === limit) {
      damage.add(
        limit === table.length ? `${what} has no end` : `${what} is longer than ${MAX_STRING} bytes`,
      );
    }
    this.#budget -= end - at;
    if (this.#budget < 0) {
      damage.add('names overlap so much that the rest of them is left out');
      return '';
    }
    return utf8Decode(table.subarray(at, end));
  }
}

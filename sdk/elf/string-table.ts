import { utf8Encode } from '../../runtime/abi/utf8.js';

/** An ELF string table (gABI chapter 4): starts with a NUL, each string once, in the order of adding. */
export class StringTable {
  readonly #offsets = new Map<string, number>([['', 0]]);
  readonly #chunks: Uint8Array[] = [new Uint8Array(1)];
  #size = 1;

  /** The offset of `text`, adding it if it is new. */
  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const chunk = utf8Encode(text + '\0');
    const at = this.#size;
    this.#offsets.set(text, at);
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    return at;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

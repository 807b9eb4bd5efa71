/** What a busy mailbox could not take yet: words in the order of their first asking, each once. */

/**
 * A word that waits stands for every later one of its kind: the ring it tells of is published before the host can see
 * the word, so one kick is enough. A word that was sent does not: the host may have looked at the ring already.
 */
export class Outbox {
  private readonly words: number[] = [];

  get empty(): boolean {
    return this.words.length === 0;
  }

  /** Keeps `word` unless it waits already. */
  add(word: number): void {
    if (this.words.indexOf(word) < 0) this.words.push(word);
  }

  /** Hands the words to `send` until one returns false; that one and those behind it stay. True when none is left. */
  drain(send: (word: number) => boolean): boolean {
    while (this.words.length > 0) {
      if (!send(this.words[0])) return false;
      this.words.shift();
    }
    return true;
  }

  clear(): void {
    this.words.length = 0;
  }
}

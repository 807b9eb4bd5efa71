/** How many findings are kept: a hostile file could cause one per header entry. */
const MAX_MESSAGES = 64;

/** Collects what is wrong with a file; equal messages once, and no more than a person would read. */
export class Damage {
  readonly #messages = new Set<string>();
  #more = 0;

  add(message: string): void {
    if (this.#messages.size < MAX_MESSAGES) this.#messages.add(message);
    else if (!this.#messages.has(message)) this.#more++;
  }

  get messages(): readonly string[] {
    const messages = [...this.#messages];
    if (this.#more > 0) messages.push(`${this.#more} more findings are not listed`);
    return messages;
  }
}

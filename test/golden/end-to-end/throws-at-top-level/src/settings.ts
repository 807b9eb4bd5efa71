/** Only even modes exist. */
export function configure(mode: number): void {
  if (mode % 2 !== 0) {
    throw new RangeError(`mode ${mode} is odd`);
  }
}

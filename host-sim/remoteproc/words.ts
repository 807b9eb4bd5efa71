/** Commands that user space writes to files, as the kernel compares them. */

/** The first word that `strncmp()` over the length of `written` takes for it: a prefix passes, and so does a NUL behind. */
export function strncmpWord<T extends string>(written: string, words: readonly T[]): T | undefined {
  const end = written.indexOf('\0');
  return words.find((word) => (end < 0 ? word.startsWith(written) : word === written.slice(0, end)));
}

/** Where the kernel log of a real kernel and of the simulated one differ, and why that stays so. */

interface Difference {
  /** Who says it: the other one does not. */
  readonly says: 'real' | 'simulated';
  readonly line: RegExp;
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    says: 'real',
    line: /^(random|clocksource|tsc): /,
    reason:
      'says nothing of remoteproc: the guest finds out at any time how good its clock and its entropy are',
  },
];

/** The lines from the first boot on, without those that only this one says. */
export function explained(log: readonly { readonly text: string }[], says: Difference['says']): string[] {
  const lines = log.map(({ text }) => text);
  const begin = lines.findIndex((text) => / (powering up|attaching to) /.test(text));
  const own = differences.filter((difference) => difference.says === says);
  return lines.slice(begin).filter((text) => !own.some(({ line }) => line.test(text)));
}

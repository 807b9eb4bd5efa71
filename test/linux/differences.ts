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
  {
    says: 'real',
    line: /: firmware: (failed to load|direct-loading firmware) /,
    reason: "a line of Debian's own, in no other kernel (features/all/debian/firmware_class-*.patch)",
  },
];

/**
 * The lines from the first boot on, without those that only this one says. WARN_ON() prints registers and a call trace in
 * reality, the simulator one line: of both the function is compared. Behind a null pointer nothing is: the real thread
 * is dead, the simulated one goes on so that what follows can be looked at.
 */
export function explained(log: readonly { readonly text: string }[], says: Difference['says']): string[] {
  const own = differences.filter((difference) => difference.says === says);
  const lines = warnings(log.map(({ text }) => text)).filter(
    (text) => !own.some(({ line }) => line.test(text)),
  );
  const begin = lines.findIndex((text) => / (powering up|attaching to) /.test(text));
  const bug = lines.findIndex((text) => text.startsWith('BUG: '));
  return lines.slice(begin, bug < 0 ? undefined : bug + 1);
}

/** Each warning as one line that names the function. */
function warnings(lines: readonly string[]): string[] {
  const short: string[] = [];
  let inside = false;
  for (const line of lines) {
    const at = /^WARNING: .*?\bat (?:\S+\.c )?(\w+)/.exec(line);
    if (at) short.push(`WARNING: at ${at[1]}`);
    else if (line.includes('[ cut here ]')) inside = true;
    else if (!inside) short.push(line);
    if (line.startsWith('---[ end trace')) inside = false;
  }
  return short;
}

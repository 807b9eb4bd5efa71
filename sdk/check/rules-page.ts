/** The documentation page about the rules, made from the rules themselves. */
import { rules } from './rules.js';

export function rulesPage(): string {
  const parts = rules.map(({ id, summary, why }) => `## ${id}\n\n${summary} ${why}\n`);
  return [
    '# Rules of `rproc check`',
    '',
    'The verdict comes from the boot itself: `rproc check` runs the simulated remoteproc over the image with a core that',
    'stays silent. The rules explain what it saw, and name what Linux says nothing about.',
    '',
    ...parts,
  ].join('\n');
}

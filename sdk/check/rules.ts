/**
 * Explains a boot: each rule looks at the image, the board and what the simulated Linux did, and says what a person
 * should know. Rules never decide the verdict; the boot does.
 */
import type { Evidence, Rule } from './evidence.js';
import { imageRules } from './image-rules.js';
import { layoutRules } from './layout-rules.js';
import type { Finding } from './report.js';
import { rpmsgRules } from './rpmsg-rules.js';
import { tableRules } from './table-rules.js';
import { vdevRules } from './vdev-rules.js';

export const rules: readonly Rule[] = [
  ...imageRules,
  ...layoutRules,
  ...tableRules,
  ...vdevRules,
  ...rpmsgRules,
];

export function applyRules(evidence: Evidence): Finding[] {
  return rules.flatMap((rule) =>
    rule
      .check(evidence)
      .map((found) => ({ rule: rule.id, ...found, docs: `docs/check-rules.md#${rule.id}` })),
  );
}

/** Where the golden cases of lowering are, and how their output is written down. */
import { fileURLToPath } from 'node:url';
import { helpers } from '../../sdk/espruino/helpers.js';

export const LOWERING = fileURLToPath(new URL('../golden/lowering/', import.meta.url));

/** `code` with the names of the helpers in place of their text, which is the same in every case. */
export function withoutHelpers(code: string): string {
  let text = code;
  for (const [name, { code: helper }] of Object.entries(helpers)) text = text.replace(helper, `// ${name}`);
  return text;
}

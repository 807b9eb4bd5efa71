/** Writes the expected files of test/golden/lowering anew: `node --import tsx test/espruino/write-golden.ts`. Read the diff. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hoist, lower } from '../../sdk/espruino/lower.js';
import { LOWERING, withoutHelpers } from './golden.js';
import { saidBy } from './scripts.js';

for (const name of readdirSync(LOWERING)) {
  const input = readFileSync(join(LOWERING, name, 'input.js'), 'utf8');
  writeFileSync(join(LOWERING, name, 'output.js'), withoutHelpers(hoist(lower(input)).code));
  writeFileSync(join(LOWERING, name, 'says.txt'), `${(await saidBy(input, 'quickjs')).join('\n')}\n`);
}

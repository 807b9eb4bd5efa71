/**
 * The golden cases of lowering as one script, for a real Espruino: it says which of them do not say what they have to, and at the end how
 * many did. `node --import tsx test/espruino/binary-script.ts > conformance.js` writes it for a board.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimeDir } from '../../sdk/bundle/plugin.js';
import { hoist, lower } from '../../sdk/espruino/lower.js';
import { LOWERING } from './golden.js';

const cases = readdirSync(LOWERING);

/** The last line of a run in which every case did well. */
export const ALL_WELL = `${cases.length} passed, 0 failed`;

const HARNESS = `
var passed = 0, failed = 0;
function tell(text) { if (typeof say === 'function') say(text); else print(text); }
function check(name, body, expected) {
  var lines = [];
  function say() {
    var text = '';
    for (var i = 0; i < arguments.length; i++) text += (i ? ' ' : '') + arguments[i];
    lines.push(text);
  }
  try { body(say); runJobs(); } catch (error) { lines.push('threw ' + error); }
  var text = lines.join('\\n');
  if (text === expected) passed++;
  else { failed++; tell('not ok ' + name + '\\n  expected ' + JSON.stringify(expected) + '\\n  found    ' + JSON.stringify(text)); }
}
`;

/** The script, lowered as programs are. */
export function binaryScript(): string {
  const promises = readFileSync(join(runtimeDir, 'hal/espruino-promise.js'), 'utf8')
    .replace(/^export \{.*\};?$/m, '')
    .replace(/\n\/\/# sourceMappingURL=.*/, '');
  const checks = cases.map((name) => {
    const read = (file: string): string => readFileSync(join(LOWERING, name, file), 'utf8');
    const says = JSON.stringify(read('says.txt').trimEnd());
    return `check(${JSON.stringify(name)}, function (say) {\n${read('input.js')}\n}, ${says});`;
  });
  const program = [
    '(function () {',
    promises,
    'global.Promise = FirmwarePromise;',
    HARNESS,
    ...checks,
    "tell(passed + ' passed, ' + failed + ' failed');",
    '})();',
  ].join('\n');
  return hoist(lower(program)).code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(binaryScript());

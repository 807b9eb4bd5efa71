/** Language conformance on a real Espruino, which RPROC_ESPRUINO names (a Linux build: `make` in its sources); and of the script itself. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loweredFindings } from '../../sdk/espruino/gate/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { skipUnless } from '../support/need.js';
import { ALL_WELL, binaryScript } from './binary-script.js';
import { saidBy, withoutHoisting } from './scripts.js';

test(
  'the script does well where nothing is but what Espruino has, and passes the gate',
  deadline(60000, async () => {
    const script = binaryScript();
    assert.equal(await saidBy(withoutHoisting(script), 'stripped'), [ALL_WELL]);
    assert.equal(loweredFindings(script, { version: 3, sources: [], names: [], mappings: '' }), []);
  }),
);

test(
  'the script tells what does not do well',
  deadline(60000, async () => {
    const script = binaryScript().replace("'finally wins'", "'finally loses'");
    const said = await saidBy(script, 'stripped');
    assert.is(said.length, 2);
    assert.match(
      said[0],
      /^not ok try-nested\n {2}expected ".*finally wins"\n {2}found {4}".*finally loses"$/,
    );
    assert.match(said[1], / passed, 1 failed$/);
  }),
);

const binary = process.env.RPROC_ESPRUINO;
skipUnless(
  test,
  'runs on the Espruino binary',
  binary,
  'RPROC_ESPRUINO does not name an Espruino for this machine',
  deadline(120000, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'rproc-espruino-'));
    try {
      const file = join(dir, 'conformance.js');
      writeFileSync(file, binaryScript());
      const output = execFileSync(binary!, [file], { encoding: 'utf8', timeout: 60000 });
      assert.is(output.trimEnd().split('\n').at(-1)?.trim(), ALL_WELL, output);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }),
);

test.run();

/** What `npm run setup:linux` needs is named alike where people are told, and where CI installs it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { noKernelBuilt } from '../../host-sim/errors.js';
import { realKernels } from '../../host-sim/linux/index.js';
import { root } from '../support/sources.js';
import { differences } from './differences.js';

const PACKAGES = 'qemu-system-x86 gcc make flex bison bc libelf-dev xz-utils';

test('the page, the message and .ci/run name the same packages', () => {
  const page = readFileSync(join(root, 'docs/simulator/real-linux.md'), 'utf8').replace(/\s+/g, ' ');
  assert.ok(page.includes(`\`${PACKAGES}\``));
  assert.ok(noKernelBuilt(realKernels[0], '/cache').message.includes(PACKAGES));
  const script = readFileSync(join(root, '.ci/run'), 'utf8');
  const lists = [...script.matchAll(/^packages\+?=\(([^)]*)\)/gm)].flatMap(([, list]) => list.split(/\s+/));
  assert.equal(
    PACKAGES.split(' ').filter((name) => !lists.includes(name)),
    [],
  );
  assert.match(script, /^npm run setup:linux$/m);
});

test('each difference that stays has its reason', () => {
  for (const { line, reason } of differences) assert.ok(reason.length > 20, String(line));
});

test.run();

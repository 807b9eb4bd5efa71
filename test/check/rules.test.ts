/** Each rule finds what it is for, and is silent where it is not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { checkImage, rules } from '../../sdk/check/index.js';
import { rpmsgVdev, trace } from '../../sdk/config/resources/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { bareElf } from '../support/firmware.js';
import { ruleCases } from './rule-cases.js';

const LIMIT = 10000;

for (const { rule, finds, silent, says } of ruleCases) {
  test(
    `${rule}: ${says}`,
    deadline(LIMIT, async () => {
      const findings = async ({ image, board = virtM4, kernel }: typeof finds) =>
        (await checkImage({ image, file: 'fw.elf', board, kernel })).findings.filter(
          (one) => one.rule === rule,
        );
      const found = await findings(finds);
      assert.ok(found.length > 0, 'found');
      const [{ severity, message, fix, where, docs }] = found;
      assert.match(`${message} ${fix}`, says);
      assert.ok(['error', 'warning', 'note'].includes(severity));
      assert.ok(where.length > 0);
      assert.is(docs, `docs/check-rules.md#${rule}`);
      assert.equal(await findings(silent), [], 'silent');
    }),
  );
}

test('every rule has a case', () => {
  assert.equal([...new Set(ruleCases.map(({ rule }) => rule))].sort(), rules.map(({ id }) => id).sort());
});

/** peers.md section 2: what users of remote stacks stumble over, as far as an image shows it. */
const pains: { readonly [pain: number]: readonly string[] } = {
  // The table is missing, dropped or not loaded; its first entry is misplaced.
  1: ['table-missing', 'table-not-loaded', 'table-nobits', 'entry-offset'],
  2: ['table-alignment', 'entry-unaligned'],
  // The remote polls another copy than Linux writes.
  4: ['table-not-loaded', 'table-other-copy', 'vdev-lost'],
  // Send buffers get lost, or are handed out twice.
  10: ['vring-sizes'],
  11: ['vring-num'],
  12: ['rpmsg-buffers', 'rpmsg-config', 'buffer-region'],
  13: ['address-host-view', 'address-too-wide', 'segment-lma-differs'],
  15: [
    'segments-overlap',
    'region-overlap',
    'trace-overlap',
    'vring-overlap',
    'vring-region',
    'entries-overlap',
  ],
  18: ['service-name'],
};

test('every pain that an image shows has a rule', () => {
  const ids = rules.map(({ id }) => id);
  for (const [pain, needed] of Object.entries(pains)) {
    for (const rule of needed) assert.ok(ids.includes(rule), `pain ${pain}: ${rule}`);
  }
});

test(
  'what the SDK builds for a board raises no error on it',
  deadline(60000, async () => {
    for (const board of boards) {
      const hasRings = board.memory.some(({ name, use }) => use === 'pool' || name === 'vdev0buffer');
      const resources = hasRings ? [trace(), rpmsgVdev({ num: 16, align: 16 })] : [trace()];
      const elf = await bareElf(board, resources);
      const { findings } = await checkImage({ image: elf, file: 'fw.elf', board });
      assert.equal(
        findings.filter(({ severity }) => severity === 'error'),
        [],
        board.name,
      );
    }
  }),
);

test.run();

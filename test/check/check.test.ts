/** The verdict is the boot's; the rules say what Linux leaves unsaid. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Board, findBoard } from '../../boards/index.js';
import { FwRscVdev } from '../../runtime/abi/resource-table.js';
import { checkImage, rules, toSarif } from '../../sdk/check/index.js';
import { rpmsgVdev, trace } from '../../sdk/config/resources/index.js';
import { readElf } from '../../sdk/elf/read.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { bareElf } from '../support/firmware.js';

const board = (name: string): Board => findBoard(name)!;
const m4 = board('virt-m4');
const good = await imageFor(m4);

/** A trace, then an rpmsg vdev with vrings of 256, linked for `target`. */
async function imageFor(target: Board): Promise<Uint8Array> {
  return bareElf(target, [trace(), rpmsgVdev()]);
}

/** Where `align` of the first vring lies: behind header, two offsets, the trace entry and the vdev's own fields. */
const ALIGN_AT = 16 + 8 + 48 + 4 + FwRscVdev.size + 4;

/** A copy of the good image with other bytes at `at` in its resource table. */
function withTable(patch: (table: Uint8Array) => void): Uint8Array {
  const image = good.slice();
  const { sections } = readElf(image, 'image');
  const section = sections.find(({ name }) => name === '.resource_table')!;
  patch(image.subarray(Number(section.offset), Number(section.offset + section.size)));
  return image;
}

const check = (image: Uint8Array, on = m4, kernel?: '6.1' | '6.12' | '7.2') =>
  checkImage({ image, file: 'dir/fw.elf', board: on, kernel });

test(
  'a good image boots on each kernel, without findings, and its vdevs are bound',
  deadline(5000, async () => {
    for (const kernel of ['6.1', '6.12', '7.2'] as const) {
      const report = await check(good, m4, kernel);
      assert.is(report.verdict, 'boots', report.log.join('\n'));
      assert.is(report.errno, 0);
      assert.ok(report.vdevs.every(({ bound }) => bound));
      assert.match(report.log[0], /powering up m4$/);
      assert.match(report.log.at(-1)!, /remote processor m4 is now up$/);
    }
  }),
);

test(
  'no ELF file at all is a verdict, not an error',
  deadline(5000, async () => {
    const report = await check(new TextEncoder().encode('#!/bin/sh\n'.padEnd(64)));
    assert.is(report.verdict, 'fails');
    assert.is(report.errno, -22);
    assert.ok(report.log.some((line) => line.endsWith('Image is corrupted (bad magic)')));
  }),
);

test(
  'every truncation of a good image gets a verdict',
  deadline(20000, async () => {
    for (let keep = 0; keep < good.length; keep += 97) {
      const { verdict, errno } = await check(good.slice(0, keep));
      assert.ok(verdict === 'fails' ? errno < 0 : errno === 0, `${keep} bytes`);
    }
  }),
);

test(
  'an image for another memory map fails, and the rule says where',
  deadline(5000, async () => {
    const { verdict, errno, findings } = await check(good, board('virt-rv32'));
    assert.is(verdict, 'fails');
    assert.is(errno, -22);
    assert.ok(findings.some(({ rule, where }) => rule === 'segment-nowhere' && where === 'segment 0'));
  }),
);

test(
  'a vdev that Linux drops silently degrades the boot',
  deadline(5000, async () => {
    const image = withTable((table) => {
      const view = new DataView(table.buffer, table.byteOffset);
      assert.is(view.getUint32(ALIGN_AT, true), 16);
      view.setUint32(ALIGN_AT, 0, true);
    });
    const { verdict, errno, vdevs, findings, log } = await check(image);
    assert.is(verdict, 'degraded');
    assert.is(errno, 0);
    assert.is(vdevs[0].bound, false);
    assert.ok(log.some((line) => line.includes('invalid qsz')));
    for (const rule of ['vdev-lost', 'vring-align'])
      assert.ok(
        findings.some((one) => one.rule === rule),
        rule,
      );
  }),
);

test(
  'a plain rpmsg vdev of 256 buffers is too large for the 4 KiB ring regions of an STM32MP15',
  deadline(5000, async () => {
    const on = board('stm32mp157-dk-m4');
    const { verdict, findings } = await check(await imageFor(on), on);
    assert.is(verdict, 'degraded');
    assert.ok(findings.some(({ rule }) => rule === 'vdev-lost'));
    assert.ok(findings.some(({ rule }) => rule === 'entry-vectors'));
  }),
);

test('every rule has an id, a summary and a reason, and findings become SARIF', async () => {
  for (const { id, summary, why } of rules) assert.ok(id && summary.endsWith('.') && why.endsWith('.'), id);
  const report = await check(good, board('virt-rv32'));
  const [{ results, tool }] = toSarif(report).runs;
  assert.is(results.length, report.findings.length);
  assert.is(tool.driver.rules.length, rules.length);
  assert.is(results[0].ruleId, report.findings[0].rule);
  assert.is(results[0].locations[0].physicalLocation.artifactLocation.uri, 'dir/fw.elf');
});

test.run();

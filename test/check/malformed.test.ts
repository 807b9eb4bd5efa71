/** What Linux does with malformed and odd images, from linux-remoteproc.md: verdict, errno and every line. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../boards/virt-m4.js';
import { kernelVersions } from '../../host-sim/kernel.js';
import { checkImage } from '../../sdk/check/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { Bench } from '../support/sim-boot.js';
import { entryCases } from './malformed/entries.js';
import { rows, unreachable } from './malformed/rows.js';
import { sanityCases } from './malformed/sanity.js';
import { segmentCases } from './malformed/segments.js';
import { tableCases } from './malformed/tables.js';
import { vdevCases } from './malformed/vdevs.js';

const cases = [...sanityCases, ...segmentCases, ...tableCases, ...entryCases, ...vdevCases];

for (const { rows: of, name, image, board = virtM4, expect, under, seen } of cases) {
  test(
    `section ${of.join(', ')}: ${name}`,
    deadline(5000, async () => {
      const file = image();
      for (const kernel of kernelVersions) {
        const { verdict, errno, log } = under?.[kernel] ?? expect;
        const report = await checkImage({ image: file, file: 'fw.elf', board, kernel });
        const size = (line: string) =>
          line.replace('SIZE_HEX', `0x${file.length.toString(16)}`).replace('SIZE', String(file.length));
        assert.equal(report.log, log.map(size), kernel);
        assert.is(report.errno, errno, kernel);
        assert.is(report.verdict, verdict, kernel);
      }
      if (!seen) return;
      const bench = new Bench({ board });
      await bench.start(file);
      seen(bench, (len) => bench.sim.rproc.table!.bytes().subarray(0, len));
    }),
  );
}

test('at least 60 images, of both classes, and every row of the reference has one', () => {
  assert.ok(cases.length >= 60, `${cases.length} cases`);
  const classes = cases.map(({ image }) => image()[4]);
  assert.ok(classes.filter((one) => one === 2).length >= 10 && classes.includes(1));
  assert.is(new Set(cases.map(({ name }) => name)).size, cases.length, 'names are unique');
  const used = new Set(cases.flatMap(({ rows: of }) => of));
  assert.equal([...used].sort(), Object.keys(rows).sort());
  assert.not.ok(Object.keys(unreachable).some((row) => used.has(row)));
});

test.run();

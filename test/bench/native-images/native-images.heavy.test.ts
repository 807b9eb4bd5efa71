/** What native images may cost on a Cortex-M4F: bytes and instructions, which are the same on every machine. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../../sdk/testing/deadline.js';
import { nativeReady } from '../../support/native.js';
import { skipUnless } from '../../support/need.js';
import { nativeImageFigures } from './figures.js';

const test = suite('native images');
const missing = nativeReady('arm');

/** The figure of them that is real time. */
const REAL_TIME = 'qemu.spawn';

skipUnless(
  test,
  'sizes, heap and instructions keep to their limits',
  missing === undefined,
  missing ?? '',
  deadline(240_000, async () => {
    const figures = await nativeImageFigures();
    const limited = figures.filter(({ name, floor }) => floor !== null && name !== REAL_TIME);
    assert.equal(
      limited.map(({ name }) => name),
      ['m4.image', 'm4.heap', 'm4.boot', 'm4.irq', 'm4.echo'],
    );
    for (const { name, value, floor, unit } of limited) {
      assert.ok(value > 0 && value <= floor!, `${name}: ${value} ${unit}, at most ${floor}`);
    }
    const parts = figures.filter(({ name }) => name.startsWith('m4.echo: '));
    const whole = figures.find(({ name }) => name === 'm4.echo')!.value;
    const sum = parts.reduce((all, { value }) => all + value, 0);
    assert.ok(Math.abs(sum - whole) <= parts.length, `the parts are ${sum}, the whole is ${whole}`);
  }),
);

test.run();

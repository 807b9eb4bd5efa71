/** The real engine on the smallest board that has one. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { stm32mp157M4Whole } from '../../boards/st/stm32mp157-m4-448k.js';
import { bundleFirmware } from '../../sdk/bundle/bundle.js';
import { loadFirmware } from '../../sdk/config/load.js';
import { rpmsgVdev, trace } from '../../sdk/index.js';
import { findProducts } from '../../sdk/native/products.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { skipUnless } from '../support/need.js';
import { root } from '../support/sources.js';

const test = suite('STM32MP157');

function built(): boolean {
  try {
    return findProducts().hash !== '';
  } catch {
    return false;
  }
}

skipUnless(
  test,
  'client-sample in 448 KiB, rings and buffers among them, leaves 96 KiB to spare',
  built(),
  'the native engine is not built (npm run build:native)',
  deadline(60000, async () => {
    const board = stm32mp157M4Whole;
    assert.is(
      board.memory.reduce((sum, { len }) => sum + len, 0),
      448 * 1024,
    );
    const declared = await loadFirmware(join(root, 'examples/client-sample'), 'virt-m4');
    // 4 KiB for each ring: 16 buffers. Line numbers of stacks would take 12 kB more of bytecode.
    const resources = [trace(), rpmsgVdev({ num: 16, align: 16 })];
    const { image } = await bundleFirmware({ ...declared, board, resources, debug: 'none' });
    const { profile, left, heap, parts, regions } = image.budget!;
    assert.is(profile, 'small');
    assert.ok(parts.some(({ what }) => what === 'bytecode'));
    assert.ok(left + heap.floor.program >= 96 * 1024, `${left + heap.floor.program} bytes beside the engine`);
    assert.ok(left >= 48 * 1024, `${left} bytes once the program has started`);
    for (const region of regions) assert.ok(region.left > 0, region.region);
  }),
);

test.run();

import { boot, deadline } from 'rproc-sdk/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const image = new URL('../template-name.elf', import.meta.url);

test(
  'counts seconds in the trace buffer',
  deadline(5000, async () => {
    const remote = await boot(image);
    await remote.waitFor(() => remote.trace().includes('up for 3 s')); // virtual seconds
    const lines = ['template-name is up', 'up for 1 s', 'up for 2 s', 'up for 3 s', ''];
    assert.is(remote.trace(), lines.join('\n'));
    assert.is(await remote.stop(), 0);
  }),
);

test.run();

import { boot, deadline } from 'rproc-sdk/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const image = new URL('../template-name.elf', import.meta.url);

test(
  'echoes text and bytes',
  deadline(5000, async () => {
    const remote = await boot(image);
    const channel = await remote.channel('rpmsg-client-sample'); // waits for the announcement
    await channel.send('hello');
    assert.is((await channel.receive()).text(), 'hello');
    await channel.send(new Uint8Array([0, 127, 255]));
    assert.equal((await channel.receive()).data, new Uint8Array([0, 127, 255]));
    assert.match(remote.trace(), 'template-name is up');
    assert.is(await remote.stop(), 0);
  }),
);

test.run();

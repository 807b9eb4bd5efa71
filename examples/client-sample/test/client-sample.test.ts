/** The kernel's own sample driver against the built image: both logs in full. */
import { readFile } from 'node:fs/promises';
import { boot, deadline } from 'rproc-sdk/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const image = new URL('../client-sample.elf', import.meta.url);
const transcript = new URL('../expected/transcript.txt', import.meta.url);

test(
  'the sample driver and the firmware exchange 100 messages',
  deadline(10000, async () => {
    const remote = await boot(image, { sample: true });
    await remote.waitFor(() => remote.log.some(({ text }) => text.endsWith('goodbye!')));
    await remote.pass(1);
    const trace = remote.trace();
    assert.is(await remote.stop(), 0);
    // The size changes with every build of the runtime; nothing else may.
    const log = remote.log.map(({ text }) => text.replace(/, size \d+$/, ', size N')).join('\n');
    assert.fixture(`${log}\n\n${trace}`, await readFile(transcript, 'utf8'));
  }),
);

test(
  'it starts a second time after a stop',
  deadline(10000, async () => {
    const remote = await boot(image);
    await remote.channel('rpmsg-client-sample');
    await remote.stop();
    await remote.start();
    const channel = await remote.channel('rpmsg-client-sample');
    await channel.send('again');
    assert.is((await channel.receive()).text(), 'again');
    assert.is(await remote.stop(), 0);
  }),
);

test.run();

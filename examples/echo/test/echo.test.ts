/** The test is the host driver: every size up to the MTU, more messages than buffers, and what is refused. */
import { readFile } from 'node:fs/promises';
import { boot, deadline } from 'rproc-sdk/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pattern } from '../src/pattern.js';

const image = new URL('../echo.elf', import.meta.url);
const transcript = new URL('../expected/transcript.txt', import.meta.url);
const MTU = 496;

test(
  'echoes every size up to the MTU',
  deadline(10000, async () => {
    const remote = await boot(image);
    const echo = await remote.channel('rpmsg-echo');
    for (let size = 0; size <= MTU; size++) {
      await echo.send(pattern(size, size));
      const { data, src } = await echo.receive();
      assert.equal(data, pattern(size, size));
      assert.is(src, echo.dst);
    }
    assert.is(await remote.stop(), 0);
  }),
);

test(
  'sends more messages than there are buffers, in order',
  deadline(10000, async () => {
    const remote = await boot(image);
    const channel = await remote.channel('rpmsg-pattern');
    await channel.send(`1000 ${MTU}`);
    for (let i = 0; i < 1000; i++) assert.equal((await channel.receive()).data, pattern(MTU, i));
    assert.is(channel.pending, 0);
  }),
);

test(
  'a message beyond the MTU is refused by Linux and by the firmware',
  deadline(10000, async () => {
    const remote = await boot(image);
    const echo = await remote.channel('rpmsg-echo');
    try {
      await echo.send(new Uint8Array(MTU + 1));
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, /errno -90.*message is too big \(497\)/);
    }
    const channel = await remote.channel('rpmsg-pattern');
    await channel.send(`1 ${MTU + 1}`);
    assert.is((await channel.receive()).text(), 'error: at most 496 bytes');
  }),
);

test(
  'transcript of a short conversation',
  deadline(10000, async () => {
    const remote = await boot(image);
    const lines: string[] = [];
    const echo = await remote.channel('rpmsg-echo');
    for (const text of ['hello', 'grüße', '']) {
      await echo.send(text);
      lines.push(`rpmsg-echo: "${text}" -> "${(await echo.receive()).text()}"`);
    }
    const channel = await remote.channel('rpmsg-pattern');
    for (const request of ['3 4', '1 0', '1 497', 'nonsense']) {
      await channel.send(request);
      await remote.pass(1);
      lines.push(`rpmsg-pattern: "${request}"`);
      while (channel.pending > 0) {
        const { data, text } = await channel.receive();
        lines.push(`  ${data.length} bytes: ${request.endsWith('4') ? [...data] : text()}`);
      }
    }
    const trace = remote.trace();
    await remote.stop();
    const log = remote.log.map(({ text }) => text.replace(/, size \d+$/, ', size N'));
    const all = [...log, '', ...lines, '', trace].join('\n');
    assert.fixture(all, await readFile(transcript, 'utf8'));
  }),
);

test.run();

/** A tty and a raw service in built firmware, with a test in the place of rpmsg_tty and rpmsg_chrdev. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelVersions } from '../../host-sim/index.js';
import { build } from '../../sdk/build/build.js';
import { boot, deadline } from '../../sdk/testing/index.js';
import { inProject } from '../support/project-folder.js';

const CONFIG = `import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'services',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [trace(), rpmsgVdev({ num: 8 })],
});
`;

const MAIN = `import { createRaw, createTty } from 'rproc-sdk/runtime';

const tty = createTty({
  onLine(line) {
    if (line === 'many') {
      for (let i = 0; i < 3; i++) tty.write(String(i).repeat(3000)).then(() => console.log('wrote ' + i));
    } else tty.write('you said ' + line + '\\n');
  },
});
tty.write('lost');
createRaw({
  onMessage(message, reply, src) {
    console.warn('raw: ' + message.length + ' bytes from ' + src);
    reply(message);
  },
});
`;

const ECHO = `import { createEndpoint, vdevs } from 'rproc-sdk/runtime';

const endpoint = createEndpoint({ name: 'echo' }, (data, src) => {
  endpoint.sendTo(src, data);
});
vdevs()[0].ready().then(() => console.log('features ' + vdevs()[0].features.toString(16)));
`;

const test = suite('services', { image: new Uint8Array() as Uint8Array });
test.before(async (context) => {
  await inProject({ 'firmware.config.ts': CONFIG, 'src/main.ts': MAIN }, async (dir) => {
    context.image = (await build({ dir })).image.elf;
  });
});

test(
  'rpmsgVdev({ eventIdx: true }): Linux takes event indices, messages flow both ways in any batch',
  deadline(20000, () =>
    inProject(
      { 'firmware.config.ts': CONFIG.replace('num: 8', 'num: 8, eventIdx: true'), 'src/main.ts': ECHO },
      async (dir) => {
        const remote = await boot((await build({ dir })).image.elf);
        const channel = await remote.channel('echo');
        let next = 0;
        // Batches that end everywhere in the ring, and more than it holds: the firmware's sends must wait for kicks.
        for (let count = 1; count <= 20; count++) {
          for (let i = 0; i < count; i++) await channel.send(`message ${next + i}`);
          for (let i = 0; i < count; i++) assert.is((await channel.receive()).text(), `message ${next + i}`);
          next += count;
        }
        const features = (2 ** 29 + 1).toString(16);
        assert.match(remote.trace(), new RegExp(`^features ${features}$`, 'm'));
        await remote.stop();
      },
    ),
  ),
);

for (const kernel of kernelVersions) {
  test(
    `a tty: nobody for 15 s does no harm, lines are answered, long writes come whole, Linux ${kernel}`,
    deadline(20000, async ({ image }) => {
      const remote = await boot(image, { kernel });
      const channel = await remote.channel('rpmsg-tty');
      await remote.pass(16000);
      assert.is(channel.pending, 0);
      assert.is(remote.crash, undefined);
      await channel.send('hel');
      await channel.send('lo\r\n');
      assert.is((await channel.receive()).text(), 'you said hello\n');
      await channel.send('many\n');
      let text = '';
      while (text.length < 9000) {
        const part = await channel.receive();
        assert.ok(part.data.length > 0 && part.data.length <= 496);
        text += part.text();
      }
      assert.is(text, ['0', '1', '2'].map((digit) => digit.repeat(3000)).join(''));
      await remote.pass(1);
      assert.match(remote.trace(), /wrote 0\nwrote 1\nwrote 2\n$/);
      await remote.stop();
    }),
  );
}

test(
  'raw: each message comes back as it is',
  deadline(20000, async ({ image }) => {
    const remote = await boot(image);
    const channel = await remote.channel('rpmsg-raw');
    for (const size of [0, 1, 496]) {
      const data = new Uint8Array(size).fill(size);
      await channel.send(data);
      assert.equal((await channel.receive()).data, data);
    }
    const warnings = remote.trace().match(/^warning: .*$/gm);
    assert.equal(
      warnings,
      [0, 1, 496].map((size) => `warning: raw: ${size} bytes from ${channel.src}`),
    );
    await remote.stop();
  }),
);

test.run();

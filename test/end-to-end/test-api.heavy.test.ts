/** rproc-sdk/test against firmware that behaves and firmware that does not. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProblemError } from '../../runtime/abi/problem.js';
import { build } from '../../sdk/build/build.js';
import { boot, deadline } from '../../sdk/testing/index.js';
import { inProject, program } from '../support/project-folder.js';

const MAIN = `import { createEndpoint, decodeText } from 'rproc-sdk/runtime';

createEndpoint({ name: 'echo' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});

createEndpoint({ name: 'orders' }, (data) => {
  obey(decodeText(data));
});

function obey(order: string): void {
  if (order === 'crash') throw new Error('as ordered');
  if (order === 'late') setTimeout(() => createEndpoint({ name: 'late' }, () => {}), 3000);
  if (order === 'hang') for (;;) if (order.length === 0) console.log(order);
}

createEndpoint({ name: 'counter' }, (data, src, endpoint) => {
  for (let i = 0; i < data[0]; i++) endpoint.sendTo(src, new Uint8Array([i]));
});
console.log('up');
`;

const test = suite('test api', { image: new Uint8Array() as Uint8Array });
test.before(async (context) => {
  await inProject(program(MAIN), async (dir) => {
    context.image = (await build({ dir })).image.elf;
  });
});

/** The error that `action` ends with, which must be a problem. */
async function problemOf(action: () => Promise<unknown>): Promise<ProblemError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test(
  'a channel that never comes',
  deadline(10000, async ({ image }) => {
    const remote = await boot(image);
    const before = remote.simulation.scheduler.now;
    const error = await problemOf(() => remote.channel('never'));
    assert.is(error.problems[0].code, 'RP5005');
    assert.match(error.message, 'channel "never" did not happen within 15000 virtual ms');
    const waited = remote.simulation.scheduler.now - before;
    assert.ok(waited >= 15000 && waited < 15001, String(waited));
    assert.match((await problemOf(() => remote.channel('never', 50))).message, 'within 50 virtual ms');
    assert.is((await remote.channel('echo')).name, 'echo', 'the others are still there');
  }),
);

test(
  'a channel that comes late, and a limit for the whole test',
  deadline(10000, async ({ image }) => {
    const remote = await boot(image, { limitMs: 100 });
    await (await remote.channel('orders')).send('late');
    assert.match((await problemOf(() => remote.channel('late'))).message, 'within 100 virtual ms');
    assert.is((await remote.channel('late', 5000)).name, 'late');
  }),
);

test(
  'nothing to receive',
  deadline(10000, async ({ image }) => {
    const remote = await boot(image);
    const echo = await remote.channel('echo');
    const error = await problemOf(() => echo.receive(200));
    assert.match(error.message, 'a message on "echo" did not happen within 200 virtual ms');
    await echo.send('now');
    assert.is((await echo.receive(200)).text(), 'now');
  }),
);

test(
  'a message that is too long for Linux',
  deadline(10000, async ({ image }) => {
    const remote = await boot(image);
    const echo = await remote.channel('echo');
    const error = await problemOf(() => echo.send(new Uint8Array(497)));
    assert.is(error.problems[0].code, 'RP5006');
    assert.match(error.message, /errno -90, rpmsg virtio0\.[^ ]+: message is too big \(497\)/);
    await echo.send(new Uint8Array(496));
    assert.is((await echo.receive()).data.length, 496);
  }),
);

test(
  'a crash while the test waits',
  deadline(10000, async ({ image }) => {
    const remote = await boot(image);
    const echo = await remote.channel('echo');
    await (await remote.channel('orders')).send('crash');
    const error = await problemOf(() => echo.receive());
    assert.is(error.problems[0].code, 'RP5004');
    assert.match(error.message, 'the firmware crashed: Error: as ordered');
    assert.match(error.message, /at obey \(src\/main\.ts:12:\d+\)\n +at onMessage \(src\/main\.ts:8:3\)/);
    assert.match((await problemOf(() => remote.channel('more'))).message, 'as ordered');
    assert.is((await remote.crashed()).reason, 'Error: as ordered');
    assert.match(remote.log.map(({ text }) => text).join('\n'), 'crash detected in m4: type fatal error');
  }),
);

test(
  'waiting for the crash, and the watchdog',
  deadline(10000, async ({ image }) => {
    const remote = await boot(image);
    const orders = await remote.channel('orders');
    assert.match((await problemOf(() => remote.crashed(20))).message, 'a crash did not happen');
    const before = remote.simulation.scheduler.now;
    await orders.send('hang');
    const { reason, stack } = await remote.crashed();
    assert.is(reason, 'watchdog: ran 500 ms without returning');
    assert.match(stack.join('\n'), 'src/main.ts:');
    const took = remote.simulation.scheduler.now - before;
    assert.ok(took >= 500 && took < 501, String(took));
  }),
);

test(
  'start and stop, twenty times',
  deadline(30000, async ({ image }) => {
    for (const kernel of ['6.1', '6.12', '7.2'] as const) {
      const remote = await boot(image, { kernel });
      for (let cycle = 0; cycle < 20; cycle++) {
        if (cycle > 0) await remote.start();
        const echo = await remote.channel('echo');
        assert.is(echo.dst, 0x400);
        await echo.send(`cycle ${cycle}`);
        assert.is((await echo.receive()).text(), `cycle ${cycle}`);
        assert.is(remote.trace(), 'up\n', 'a fresh trace');
        assert.is(await remote.stop(), 0);
        assert.is(remote.simulation.channels.length, 0);
      }
      assert.is(remote.log.filter(({ text }) => text.endsWith('is now up')).length, 20);
      assert.is(remote.log.filter(({ level }) => level === 'err').length, 0);
    }
  }),
);

test(
  'two channels at once',
  deadline(10000, async ({ image }) => {
    const remote = await boot(image);
    const echo = await remote.channel('echo');
    const counter = await remote.channel('counter');
    assert.not(echo.src === counter.src || echo.dst === counter.dst);
    for (let i = 0; i < 40; i++) {
      echo.sendNow(`echo ${i}`);
      if (i % 10 === 0) counter.sendNow(new Uint8Array([50]));
    }
    for (let i = 0; i < 200; i++) assert.equal([...(await counter.receive()).data], [i % 50]);
    for (let i = 0; i < 40; i++) {
      const { src, text } = await echo.receive();
      assert.is(text(), `echo ${i}`);
      assert.is(src, echo.dst);
    }
    assert.equal([echo.pending, counter.pending], [0, 0]);
    assert.is(await remote.channel('echo'), echo, 'asked again, it is the same');
  }),
);

test(
  'two remotes at once do not touch each other',
  deadline(10000, async ({ image }) => {
    const [one, two] = await Promise.all([boot(image), boot(image, { board: 'virt-m4', kernel: '7.2' })]);
    const a = await one.channel('echo');
    const b = await two.channel('echo');
    await a.send('one');
    await (await two.channel('orders')).send('crash');
    await two.crashed();
    assert.is((await a.receive()).text(), 'one');
    assert.is(b.pending, 0);
    assert.is(one.crash, undefined);
  }),
);

test(
  'an image that does not boot',
  deadline(10000, async ({ image }) => {
    const cut = await problemOf(() => boot(image.slice(0, 1000), { board: 'virt-m4' }));
    assert.is(cut.problems[0].code, 'RP5003');
    assert.match(cut.message, 'errno -22');
    assert.match((await problemOf(() => boot('/no/such/file.elf'))).message, 'RP4001');
    assert.match((await problemOf(() => boot(image, { board: 'nope' }))).message, 'RP1004');
  }),
);

test.run();

/** Announcements that no sane firmware sends: nothing throws, and what Linux shows stays in step with its channels. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { O_NONBLOCK, O_RDWR } from '../../../host-sim/dev-nodes.js';
import { randomFrom } from '../../../host-sim/random.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { rpmsgBench } from '../../support/sim-rpmsg.js';

const ANY = 0xffffffff;

test(
  'linux-rpmsg 8 #4: the any address in a destroy is a wildcard: the first channel of the name goes',
  deadline(10_000, async () => {
    const { bench, remote } = await rpmsgBench();
    for (const addr of [5, 6]) remote.announce('x', addr);
    remote.announce('x', ANY, 1);
    assert.equal(
      bench.sim.channels.map(({ dst }) => dst),
      [6],
    );
  }),
);

test(
  'linux-rpmsg 8 #4: the control device and the name service can be destroyed like any channel',
  deadline(10_000, async () => {
    const { bench, remote, lines } = await rpmsgBench();
    lines();
    remote.announce('rpmsg_ctrl', 0, 1);
    assert.equal(
      bench.sim.dev.list().filter((path) => path !== '/dev/remoteproc0'),
      [],
    );
    // Linux would wait for ever here: the name service's callback for its own end.
    remote.announce('rpmsg_ns', 53, 1);
    remote.announce('x', 5);
    assert.equal(lines(), [
      'destroying channel rpmsg_ctrl addr 0x0',
      'destroying channel rpmsg_ns addr 0x35',
      'msg received with no recipient',
    ]);
    assert.equal(bench.sim.rpmsg.devices, []);
    assert.is(await bench.sim.stop(), 0);
  }),
);

const NAMES = [
  'rpmsg-raw',
  'rpmsg-tty',
  'a/b',
  'a!b',
  '',
  '\n',
  '.',
  '__proto__',
  'rpmsg_ctrl',
  'x'.repeat(32),
];
const ADDRESSES = [0, 1, 53, 1024, 1025, 0x7fffffff, 0x80000000, ANY];

for (let seed = 1; seed <= 8; seed++) {
  test(
    `any sequence of announcements, messages and opens, seed ${seed}`,
    deadline(20_000, async () => {
      const random = randomFrom(seed);
      const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)];
      const { bench, remote } = await rpmsgBench();
      const { sim } = bench;
      sim.registerDriver(sim.rpmsgChar.driver());
      sim.registerDriver(sim.rpmsgTty.driver());
      const actions: (() => void)[] = [
        () => remote.announce(pick(NAMES), pick(ADDRESSES), pick([0, 0, 0, 1, 2, ANY])),
        () => remote.send(pick(ADDRESSES), pick(ADDRESSES), 'x'.repeat(Math.floor(random() * 497))),
        () => {
          const [path] = sim.dev
            .list()
            .filter((path) => path !== '/dev/remoteproc0')
            .sort(() => random() - 0.5);
          const file = path === undefined ? -2 : sim.dev.open(path, O_RDWR | O_NONBLOCK);
          if (typeof file === 'number') return;
          file.write(Uint8Array.of(1));
          file.read(10);
          file.ioctl(0xb502, 0);
          if (random() < 0.7) file.close();
        },
        () => void remote.receive(),
      ];
      for (let i = 0; i < 300; i++) {
        pick(actions)();
        const shown = sim.dev
          .list()
          .filter((path) => path !== '/dev/remoteproc0')
          .filter((path) => !path.startsWith('/dev/rpmsg_ctrl'));
        const bound = sim.channels.filter(({ driver }) => driver !== undefined);
        assert.is(shown.length, bound.length, shown.join(' '));
        const dirs = new Set(
          sim.sysfs
            .list()
            .flatMap((path) => /^\/sys\/bus\/rpmsg\/devices\/(.*)\/[a-z_]+$/s.exec(path)?.[1] ?? []),
        );
        assert.equal([...dirs].sort(), sim.rpmsg.devices.map(({ deviceName }) => deviceName).sort());
      }
      assert.ok(sim.channelHistory.length > 20);
      assert.is(await sim.stop(), 0);
      assert.equal(
        sim.dev.list().filter((path) => path !== '/dev/remoteproc0'),
        [],
      );
      assert.equal([sim.channels, sim.rpmsg.devices], [[], []]);
      assert.is((await bench.start()).errno, 0);
    }),
  );
}

test.run();

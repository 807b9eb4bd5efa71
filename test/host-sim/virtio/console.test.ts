/** drivers/char/virtio_console.c against a device that is a script: hvc0 for id 3, vport0p0 for id 11. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtIvshmem } from '../../../boards/virt-ivshmem.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, vdevState } from '../../support/sim-boot.js';
import { concat, image, table, type VdevFields, vdev } from '../../support/sim-images.js';
import { ScriptedRemote } from '../../support/sim-remote.js';

const LIMIT = 5000;
const PAGE = 4096;
const NUM = 4;

async function consoleBench(fields: VdevFields, num = NUM, config = new Uint8Array()) {
  const bench = new Bench({ board: virtIvshmem });
  const tableAt = virtIvshmem.memory.find(({ use }) => use === 'image')!.da;
  const entry = vdev([{ num }, { num }], { ...fields, config_len: config.length });
  const bytes = table([concat(entry, config)]);
  const { errno, log } = await bench.start(image({ table: bytes, tableAt }));
  assert.is(errno, 0, log.join('\n'));
  const state = () => vdevState(bench.at(tableAt, bytes.length));
  const [tx, rx] = state().vrings.map(({ da }) => da);
  const remote = new ScriptedRemote(
    (address, len) => bench.atPa(address, len),
    { tx, rx, num, align: 16 },
    (vring) => {
      bench.core.parts.events.kicked(vring);
      bench.sim.settle();
    },
  );
  const [port] = bench.sim.ports;
  /** Fills the next buffer of the host. */
  const say = (text: string, usedLen?: number): void => {
    remote.sendRaw(new Uint8Array(Buffer.from(text)), usedLen);
    remote.interrupt(0);
  };
  /** Takes what the host wrote, without a word to it. */
  const hear = (): string | undefined => {
    const buffer = remote.rx.take();
    if (!buffer) return undefined;
    assert.is(buffer.flags, 0);
    const text = Buffer.from(bench.atPa(buffer.addr, buffer.len)).toString();
    remote.rx.give(buffer.id, 0);
    return text;
  };
  return { bench, remote, state, port, say, hear, log };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content));

for (const [id, name, dfeatures, accepted] of [
  [3, 'hvc0', 1, 1],
  [3, 'hvc0', 0x30000005, 0x30000001],
  [11, 'vport0p0', 3, 0],
] as const) {
  test(
    `id ${id}, features ${dfeatures}: ${name}, DRIVER_OK, a page for each entry of vring 0`,
    deadline(LIMIT, async () => {
      const { bench, remote, state, port, log } = await consoleBench({ id, dfeatures });
      assert.is(state().status, 7);
      assert.is(state().gfeatures, accepted);
      assert.is(port.name, name);
      assert.ok(log.some((line) => line.endsWith(`registered virtio0 (type ${id})`)));
      assert.not(log.some((line) => line.includes('failed')));
      assert.is(remote.tx.availIdx, NUM);
      const seen = new Set<number>();
      for (let i = 0; i < NUM; i++) {
        const { addr, len, flags } = remote.tx.desc(remote.tx.availRing(i));
        assert.equal([len, flags], [PAGE, 2]);
        seen.add(addr);
      }
      assert.is(seen.size, NUM);
      assert.is(remote.rx.availIdx, 0);
      await bench.sim.stop();
      assert.is(state().status, 1);
      assert.equal(bench.sim.ports, []);
      assert.equal(port.read(), new Uint8Array(0));
      assert.is(port.write(bytes('late')), -19);
    }),
  );
}

test(
  'DRIVER_OK comes before the buffers, which are kicked one by one',
  deadline(LIMIT, async () => {
    const { bench } = await consoleBench({ id: 3, dfeatures: 0 });
    assert.equal(
      bench.core.calls.filter((call) => call.startsWith('kick')),
      new Array(NUM).fill('kick 0'),
    );
  }),
);

test(
  'multiport is refused: remoteproc has no vring for its control queues, whatever the config space says',
  deadline(LIMIT, async () => {
    const driver = 'virtio_console virtio0';
    const outside = [`${driver}: rproc_virtio_get: access out of bounds`];
    for (const [config, lines] of [
      [[], [...outside, `${driver}: Invalidate max_nr_ports 0`]],
      [
        [80, 0, 25, 0, 2, 0, 0],
        [...outside, `${driver}: Invalidate max_nr_ports 0`],
      ],
      [[80, 0, 25, 0, 0, 0, 0, 0], [`${driver}: Invalidate max_nr_ports 0`]],
      [[80, 0, 25, 0, 1, 128, 0, 0], [`${driver}: Invalidate max_nr_ports 32769`]],
      [[80, 0, 25, 0, 0, 128, 0, 0], []],
      [[80, 0, 25, 0, 1, 0, 0, 0], []],
    ] as const) {
      const { bench, state, log } = await consoleBench({ id: 3, dfeatures: 2 }, NUM, Uint8Array.from(config));
      assert.is(state().status, 0x83);
      assert.equal(bench.sim.ports, []);
      const said = log.filter((line) => line.startsWith(driver));
      assert.equal(said, [...lines, `${driver}: probe with driver virtio_console failed with error -22`]);
    }
  }),
);

test(
  'no memory for the buffers: the device is bound, its port is not there',
  deadline(LIMIT, async () => {
    const { bench, state } = await consoleBench({ id: 11, dfeatures: 0 }, 1024);
    assert.is(state().status, 7);
    assert.equal(bench.sim.ports, []);
    assert.is(await bench.sim.stop(), 0);
  }),
);

test(
  'hvc0: what comes goes to the tty at once, its buffers are posted again',
  deadline(LIMIT, async () => {
    const { remote, port, say } = await consoleBench({ id: 3, dfeatures: 0 });
    for (let i = 0; i < 10; i++) say(`line ${i}\n`);
    assert.is(remote.tx.availIdx, NUM + 10);
    assert.is(text(port.read(7)), 'line 0\n');
    assert.is(text(port.read()).length, 63);
    assert.is(port.read().length, 0);
    say('x'.repeat(10), 70000);
    assert.is(port.read().length, PAGE, 'used.len is no more than the buffer');
  }),
);

test(
  'vport0p0: a buffer stays in the ring until it was read to its end',
  deadline(LIMIT, async () => {
    const { remote, port, say } = await consoleBench({ id: 11, dfeatures: 0 });
    for (let i = 0; i < NUM; i++) say(`part ${i}`);
    assert.is(remote.tx.availIdx, NUM);
    assert.throws(() => say('more'), /no buffer/);
    assert.is(text(port.read(4)), 'part');
    assert.is(remote.tx.availIdx, NUM);
    assert.is(text(port.read()), ' 0');
    assert.is(remote.tx.availIdx, NUM + 1);
    say('more');
    const rest = Array.from({ length: 5 }, () => text(port.read()));
    assert.equal(rest, ['part 1', 'part 2', 'part 3', 'more', '']);
    assert.is(port.read(0).length, 0);
  }),
);

test(
  'hvc0: a write waits until the core gave each page back',
  deadline(LIMIT, async () => {
    const { bench, remote, port, hear } = await consoleBench({ id: 3, dfeatures: 0 });
    const { scheduler } = bench.sim;
    const heard: (string | undefined)[] = [];
    for (const at of [5, 10]) scheduler.at(at, () => heard.push(hear()));
    const data = bytes('a'.repeat(PAGE) + 'b');
    assert.is(port.write(data), PAGE + 1);
    assert.equal(heard, ['a'.repeat(PAGE), 'b']);
    const before = scheduler.now;
    assert.is(port.write(bytes('nobody')), 0, 'the core takes it and gives nothing back');
    assert.is(scheduler.now - before, 15000);
    assert.is(remote.rx.availIdx, 3);
    assert.is(port.write(new Uint8Array(0)), 0);
  }),
);

test(
  'vport0p0: a write does not wait; a full ring is -EAGAIN, at most 32 KiB go at once',
  deadline(LIMIT, async () => {
    const { port, hear } = await consoleBench({ id: 11, dfeatures: 0 });
    assert.is(port.write(new Uint8Array(0)), 0);
    assert.is(port.write(new Uint8Array(100000).fill(65)), 32768);
    for (let i = 1; i < NUM; i++) assert.is(port.write(bytes(`${i}`)), 1);
    assert.is(port.write(bytes('full')), -11);
    assert.is(hear()?.length, 32768);
    assert.is(port.write(bytes('last')), 4);
    assert.equal([hear(), hear(), hear(), hear(), hear()], ['1', '2', '3', 'last', undefined]);
  }),
);

test(
  'a used entry that was never posted breaks the queue, and only that',
  deadline(LIMIT, async () => {
    const { bench, remote, port } = await consoleBench({ id: 3, dfeatures: 0 });
    remote.rx.give(2, 0);
    assert.is(port.write(bytes('x')), -5);
    assert.ok(bench.lines().some((line) => line.endsWith('output:id 2 is not a head!')));
  }),
);

test.run();

/**
 * The pains that users of other stacks report again and again, 1 to 20, each as a test by its number. What is decided
 * before the core runs is tested elsewhere; `ELSEWHERE` says where, and the last test that no number is missing.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RpmsgNsMsg } from '../../runtime/abi/rpmsg.js';
import type { HeldMessage } from '../../runtime/rpmsg/buffers.js';
import type { EndpointOptions, MessageHandler } from '../../runtime/rpmsg/endpoint.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { BASE, type HostOptions, jobs, PA_BASE, SimHost } from '../support/sim-hal.js';
import { textOf } from '../support/sources.js';
import { play } from './model/steps.js';

const LIMIT = 5000;
const covered: string[] = [];

/** A test that accounts for `id`: 'pain 7' or 'D3'. */
function covers(id: string, name: string, body: () => unknown): void {
  covered.push(id);
  test(`${id}: ${name}`, deadline(LIMIT, body));
}

/** Build time and check: the file that tests it, and words of that test. */
const ELSEWHERE: readonly [id: string, file: string, says: string][] = [
  ['pain 1', 'test/check/rule-cases.ts', "rule: 'table-missing'"],
  ['pain 1', 'test/emit/c-firmware.heavy.test.ts', "'--gc-sections'"],
  ['pain 2', 'test/check/rule-cases.ts', "rule: 'table-alignment', says: 'arm64'"],
  ['pain 4', 'test/check/rule-cases.ts', "rule: 'table-other-copy'"],
  ['pain 13', 'test/check/rule-cases.ts', "rule: 'address-host-view'"],
  ['pain 15', 'test/check/rule-cases.ts', "rule: 'region-overlap'"],
  ['pain 15', 'test/check/rule-cases.ts', "rule: 'vring-overlap'"],
  ['pain 15', 'test/check/rule-cases.ts', "rule: 'vring-region'"],
  ['pain 18', 'test/check/rule-cases.ts', "rule: 'service-name'"],
];

function up(options: HostOptions, endpoint: EndpointOptions, handler: MessageHandler = () => {}) {
  const host = new SimHost(options);
  const made = host.rpmsg.createEndpoint(endpoint, handler);
  host.up();
  return { host, endpoint: made };
}

const text = (data: Uint8Array): string => Buffer.from(data).toString();

covers(
  'pain 3',
  'a remote that speaks first: queued until the peer is known, and bound tells when',
  async () => {
    const { host, endpoint } = up({}, { name: 'svc', src: 1024 });
    const log: string[] = [];
    endpoint.bound.then(() => log.push('bound'));
    endpoint.send('first').then(() => log.push('sent'));
    await jobs();
    assert.equal(log, []);
    assert.equal(
      host.received().map(({ dst }) => dst),
      [53],
    );
    host.send(2000, 1024, 'hello');
    await jobs();
    assert.equal(log.sort(), ['bound', 'sent']);
    const [{ dst, data }] = host.received();
    assert.equal([dst, text(data)], [2000, 'first']);
  },
);

covers('pain 4', 'a host that never comes: ready ends and names the address that is watched', async () => {
  const host = new SimHost();
  const reasons: string[] = [];
  host.rpmsg.ready(2000).catch((error: Error) => reasons.push(error.message));
  host.hal.advance(1999);
  await jobs();
  assert.equal(reasons, []);
  host.hal.advance(1);
  await jobs();
  assert.is(reasons.length, 1);
  const before = host.hal.bytes.slice();
  host.vdev.status = 1;
  const status = BASE + host.hal.bytes.findIndex((byte, at) => byte !== before[at]);
  assert.ok(reasons[0].includes(`0x${status.toString(16)} is 0x0`), reasons[0]);
  host.up();
  await host.rpmsg.ready(1);
});

covers('pain 5', 'twenty stops and starts: announced, bound and heard each time', async () => {
  const host = new SimHost();
  const got: string[] = [];
  const endpoint = host.rpmsg.createEndpoint({ name: 'svc' }, (data, src, self) => {
    got.push(text(data));
    self.trySendTo(src, data);
  });
  for (let life = 0; life < 20; life++) {
    host.up({ shift: 16 * (life % 3) });
    const [announced] = host.received();
    assert.equal(RpmsgNsMsg.unpack(announced.data), { name: 'svc', addr: 1024, flags: 0 });
    host.send(2000 + life, 1024, `life ${life}`);
    assert.equal(host.texts(), [`life ${life}`]);
    assert.is(endpoint.dst, 2000 + life);
    host.down();
    host.hal.interrupt();
    assert.is(endpoint.dst, -1);
  }
  assert.is(got.length, 20);
});

for (const start of [0, 65533]) {
  covers('pain 6', `a core that restarts on live rings goes on where they are, from index ${start}`, () => {
    const put = { op: 'put', count: 2, size: 9, kind: 'plain', hold: 'no', answer: 5, decide: true } as const;
    const setup = {
      num: [4, 4],
      align: 16,
      size: 64,
      eventIdx: false,
      store16: false,
      barrier: false,
      start,
      oldestFirst: false,
      doneInterrupts: true,
    } as const;
    const take = { op: 'take', count: 4, repost: true } as const;
    const traffic = [put, { op: 'deliver' }, { ...take, ring: 0 }, { ...take, ring: 1 }] as const;
    const steps = [
      ...traffic,
      ...traffic,
      { op: 'restart' },
      ...traffic,
      put,
      { op: 'restart' },
      ...traffic,
    ] as const;
    // `play` fails on a buffer that comes back twice, a message that is replayed, a write to what is not ours.
    assert.is(play({ setup, steps }).traffic.delivered, 10);
  });
}

covers(
  'pain 7',
  'two buffers and both sides full: a handler never blocks, all answers follow in order',
  async () => {
    const host = new SimHost({ num: 2 });
    host.repost = false;
    let done = 0;
    host.rpmsg.createEndpoint({ src: 1024 }, (data, _src, self) => {
      for (const part of 'abc') self.send(text(data) + part).then(() => done++);
    });
    host.up();
    const texts: string[] = [];
    for (let round = 0; round < 20; round++) {
      // The host sends before it takes: its own buffers are all out as well.
      if (round < 4) host.send(2000, 1024, `${round}`);
      texts.push(...host.texts());
      if (host.kept.length > 0) host.give();
    }
    await jobs();
    const all = [0, 1, 2, 3].flatMap((round) => ['a', 'b', 'c'].map((part) => `${round}${part}`));
    assert.equal([texts, done], [all, 12]);
  },
);

covers(
  'pain 8',
  'an interrupt in the middle of a send: the message is delivered once, the send completes',
  () => {
    const got: string[] = [];
    const { host, endpoint } = up({}, { src: 1024, dst: 2000 }, (data) => got.push(text(data)));
    let nested = 0;
    host.hal.duringKick = () => {
      if (nested++ < 3) host.send(2000, 1024, `in kick ${nested}`);
    };
    assert.is(endpoint.trySend('out'), true);
    assert.equal(host.texts(), ['out']);
    assert.equal(got, ['in kick 1', 'in kick 2', 'in kick 3']);
  },
);

covers(
  'pain 9',
  'a sender that sleeps is woken: a kick for each returned buffer, unless it is not wanted',
  () => {
    const { host } = up({ num: 2 }, { src: 1024, dst: 2000 });
    const { kicks } = host.hal;
    kicks.length = 0;
    for (let i = 0; i < 6; i++) {
      host.send(2000, 1024, 'x');
      assert.is(kicks.length, i + 1);
    }
    assert.equal(kicks, [5, 5, 5, 5, 5, 5]);
    // Linux up to 6.12 asks for it only while somebody sleeps.
    host.output.disableCb();
    host.send(2000, 1024, 'x');
    assert.is(kicks.length, 6);
    host.output.enableCb();
    host.send(2000, 1024, 'x');
    assert.is(kicks.length, 7);
  },
);

covers('pain 9', 'a held message wakes the sender when it is released', () => {
  const held: HeldMessage[] = [];
  const { host } = up({ num: 1 }, { src: 1024 }, (_data, _src, self) => held.push(self.hold()));
  host.send(2000, 1024, 'x');
  const before = host.hal.kicks.length;
  assert.throws(() => host.put(2000, 1024, 'y'), /has not given a buffer back/);
  held[0].release();
  assert.equal(host.hal.kicks.slice(before), [5]);
  host.send(2000, 1024, 'y');
});

covers('pain 10', 'a buffer that is not sent is not lost, however its use ends', () => {
  const { host, endpoint } = up({ num: 2 }, { dst: 5 });
  const fails = (): number => {
    throw new Error('filler');
  };
  for (let i = 0; i < 50; i++) {
    endpoint.claim()?.release();
    assert.is(
      endpoint.compose(() => -1),
      false,
    );
    assert.throws(() => endpoint.compose(fails), /^filler$/);
    assert.throws(() => endpoint.compose(() => 497), RangeError);
    assert.throws(() => endpoint.trySend(new Uint8Array(497)), RangeError);
  }
  assert.is(host.rpmsg.counters.claimed, 0);
  assert.equal([endpoint.trySend('1'), endpoint.trySend('2'), endpoint.trySend('3')], [true, true, false]);
  assert.equal(host.texts(), ['1', '2']);
});

covers('pain 11', 'three claims before a send are three buffers', () => {
  const { host, endpoint } = up({ num: 4 }, { dst: 5 });
  const claims = ['one', 'two', 'three'].map((word) => ({ word, buffer: endpoint.claim() }));
  for (const { word, buffer } of claims) buffer?.bytes.set(Buffer.from(word));
  assert.is(endpoint.trySend('between'), true);
  for (const { word, buffer } of claims) assert.is(buffer?.commit(word.length), true);
  assert.equal(host.texts(), ['between', 'one', 'two', 'three']);
});

for (const bufferSize of [16, 20, 64, 100, 512, 516, 2048]) {
  for (const num of [1, 2, 32]) {
    covers('pain 12', `${num} buffers of ${bufferSize} bytes: what the host posts decides`, () => {
      const { host, endpoint } = up({ num, bufferSize }, { src: 1024, dst: 2000 }, (data, _src, self) => {
        self.trySend(data);
      });
      assert.is(endpoint.mtu, bufferSize - 16);
      assert.throws(() => endpoint.trySend(new Uint8Array(bufferSize - 15)), RangeError);
      const data = Uint8Array.from({ length: bufferSize - 16 }, (_, i) => i);
      for (let i = 0; i < 2 * num; i++) {
        host.send(2000, 1024, data);
        assert.equal(host.received()[0].data, data);
      }
    });
  }
}

covers('pain 13', 'rings and buffers in windows of their own, the buffers above 4 GiB', () => {
  const put = {
    op: 'put',
    count: 3,
    size: 40,
    kind: 'plain',
    hold: 'keep',
    answer: 40,
    decide: true,
  } as const;
  const setup = {
    num: [4, 8],
    align: 4096,
    size: 512,
    eventIdx: false,
    store16: true,
    barrier: true,
    start: 0,
    oldestFirst: true,
    doneInterrupts: false,
  } as const;
  const { traffic, world } = play({ setup, steps: [put, { op: 'deliver' }] });
  assert.is(traffic.delivered, 3);
  const [low, high] = world.board.ranges;
  assert.ok(high.pa > 2 ** 32 && low.pa - low.da !== high.pa - high.da);
});

covers(
  'pain 14',
  'not a byte of a received buffer is written: not delivered, answered, held or dropped',
  () => {
    const held: HeldMessage[] = [];
    const { host } = up({}, { src: 1024, dst: 2000 }, (data, _src, self) => {
      if (data.length === 3) held.push(self.hold());
      self.trySend(data);
    });
    for (const [dst, data, len] of [
      [1024, 'keep me'],
      [1024, 'hold'.slice(1)],
      [77, 'nobody'],
      [1024, 'bad', 900],
    ] as const) {
      host.put(2000, dst, data, len);
    }
    const from = host.addressOf(host.num) - PA_BASE;
    const before = host.hal.bytes.slice(from, from + host.num * host.bufferSize);
    host.hal.interrupt();
    for (const message of held) message.release();
    assert.is(held.length, 1);
    assert.equal(host.hal.bytes.slice(from, from + host.num * host.bufferSize), before);
  },
);

covers(
  'pain 16',
  'an endpoint that is destroyed in its own callback: what it holds stays, the rest is nobody’s',
  () => {
    const got: string[] = [];
    const held: HeldMessage[] = [];
    const { host } = up({}, { name: 'svc', src: 1024 }, (data, _src, self) => {
      got.push(text(data));
      held.push(self.hold());
      self.destroy();
      self.destroy();
    });
    host.received();
    for (const word of ['one', 'two', 'three']) host.put(2000, 1024, word);
    host.hal.interrupt();
    assert.equal([got, text(held[0].data), host.rpmsg.counters.deadLetters], [['one'], 'one', 2]);
    const [{ dst, data }] = host.received();
    assert.equal([dst, RpmsgNsMsg.unpack(data)], [53, { name: 'svc', addr: 1024, flags: 1 }]);
    held[0].release();
    assert.is(host.rpmsg.counters.held, 0);
  },
);

covers(
  'pain 17',
  'a freed address is not given out at once; late messages of its old peer are counted',
  () => {
    const { host, endpoint } = up({}, {});
    const old = endpoint.src;
    endpoint.destroy();
    const got: string[] = [];
    const next = host.rpmsg.createEndpoint({}, (data) => got.push(text(data)));
    assert.is.not(next.src, old);
    host.send(2000, old, 'late');
    host.send(2000, next.src, 'mine');
    assert.equal([got, host.rpmsg.counters.deadLetters], [['mine'], 1]);
  },
);

covers('pain 19', 'announcing is per endpoint: nameless and quiet ones are not, all receive', () => {
  const host = new SimHost();
  const got: number[] = [];
  const heard: MessageHandler = (_data, _src, self) => got.push(self.src);
  host.rpmsg.createEndpoint({ src: 1 }, heard);
  host.rpmsg.createEndpoint({ src: 2, name: 'quiet', announce: false }, heard);
  host.rpmsg.createEndpoint({ src: 3, name: 'loud' }, heard);
  host.up();
  assert.equal(
    host.received().map(({ data }) => RpmsgNsMsg.unpack(data).name),
    ['loud'],
  );
  for (const dst of [1, 2, 3]) host.send(2000, dst, 'x');
  assert.equal(got, [1, 2, 3]);
});

for (const features of [1, 1 | (1 << 29)]) {
  covers('pain 20', `one kick a batch and ring, both ways, with features 0x${features.toString(16)}`, () => {
    const host = new SimHost({ num: 32, dfeatures: features });
    host.rpmsg.createEndpoint({ src: 1024 }, (data, src, self) => self.trySendTo(src, data));
    host.up({ features });
    for (let batch = 0; batch < 5; batch++) {
      host.hal.kicks.length = 0;
      for (let i = 0; i < 32; i++) host.put(2000, 1024, `${i}`);
      assert.is(host.output.kickPrepare(), true, 'the host is asked to kick');
      host.hal.interrupt();
      assert.equal(host.hal.kicks, [4, 5]);
      assert.is(host.texts().length, 32);
      assert.is(host.input.kickPrepare(), false, 'empty buffers need no kick while nobody waits');
    }
  });
}

test('every pain from 1 to 20 is accounted for', () => {
  for (const [id, file, says] of ELSEWHERE) {
    assert.ok(textOf(file).includes(says), `${id}: ${file} has no longer ${says}`);
    covered.push(id);
  }
  const missing = Array.from({ length: 20 }, (_, i) => `pain ${i + 1}`).filter((id) => !covered.includes(id));
  assert.equal(missing, []);
});

test.run();

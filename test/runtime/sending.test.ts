/** Back-pressure: what waits, in which order, for how long, and which kicks are asked for meanwhile. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../sdk/testing/deadline.js';
import { jobs, SimHost } from '../support/sim-hal.js';

const LIMIT = 5000;

/** A host with `posted` buffers that keeps what it receives, and an endpoint that knows it. */
function full(posted = 2) {
  const host = new SimHost({ num: 4, posted });
  host.repost = false;
  const endpoint = host.rpmsg.createEndpoint({ src: 1024, dst: 2000 }, () => {});
  host.up();
  host.hal.kicks.length = 0;
  return { host, endpoint };
}

/** used.flags of vring 0: n 4, A 16. */
function noNotify(host: SimHost): number {
  return host.hal.view.getUint16(host.ringAt(0) + 80, true);
}

test(
  'send: at once while buffers are there; then it waits, in order, and goes with the next buffers',
  deadline(LIMIT, async () => {
    const { host, endpoint } = full();
    const done: string[] = [];
    for (const text of ['1', '2', '3', '4', '5']) endpoint.send(text).then(() => done.push(text));
    await jobs();
    assert.equal(done, ['1', '2']);
    assert.equal(host.texts(), ['1', '2']);
    assert.is(host.give(1), true);
    await jobs();
    assert.equal(done, ['1', '2', '3']);
    assert.is(host.give(1), true);
    assert.equal(host.texts(), ['3', '4']);
    host.give();
    await jobs();
    assert.equal(host.texts(), ['5']);
    assert.equal(done, ['1', '2', '3', '4', '5']);
    assert.is(host.remote.timers.next, Infinity);
  }),
);

test(
  'trySend: false when no buffer is free; nobody overtakes what waits, from any endpoint',
  deadline(LIMIT, async () => {
    const { host, endpoint } = full(1);
    const other = host.rpmsg.createEndpoint({ src: 1030, dst: 2001 }, () => {});
    assert.is(endpoint.trySend('1'), true);
    assert.is(endpoint.trySend('2'), false);
    assert.equal(host.texts(), ['1']);
    const second = endpoint.send('2');
    assert.is(other.trySendTo(5, 'x'), false);
    const third = other.send('3');
    // A buffer is back but the core has not looked yet: still nobody overtakes.
    host.input.addInbuf(host.addressOf(host.kept.pop()!), 512, 0);
    assert.is(other.trySend('x'), false);
    host.hal.interrupt();
    await second;
    assert.equal(host.texts(), ['2']);
    host.give();
    await third;
    assert.equal(host.texts(), ['3']);
    assert.is(other.trySend('x'), false);
    host.give();
    assert.is(other.trySend('y'), true);
    assert.equal(host.texts(), ['y']);
  }),
);

test(
  'data that waits is copied: the caller may use its buffer again',
  deadline(LIMIT, async () => {
    const { host, endpoint } = full(1);
    const data = Uint8Array.of(1, 2, 3);
    endpoint.send(data);
    endpoint.send(data);
    data.fill(9);
    host.received();
    host.give();
    assert.equal(
      host.received().map(({ data: sent }) => [...sent]),
      [[1, 2, 3]],
    );
  }),
);

test(
  'NO_NOTIFY on vring 0 while nothing waits; gone while something does; set again after',
  deadline(LIMIT, async () => {
    const { host, endpoint } = full(1);
    assert.is(noNotify(host), 1);
    endpoint.trySend('1');
    assert.is(endpoint.trySend('2'), false);
    assert.is(noNotify(host), 1);
    host.received();
    const waits = endpoint.send('2');
    assert.is(noNotify(host), 0);
    assert.is(host.give(), true);
    await waits;
    assert.is(noNotify(host), 1);
    host.received();
    assert.is(host.give(), false);
  }),
);

test(
  'no lost wake-up: a buffer that comes back before the kick is asked for is taken at once',
  deadline(LIMIT, async () => {
    const { host, endpoint } = full(1);
    endpoint.trySend('1');
    host.received();
    // The host gives the buffer back, without a kick, in the moment when the flag is cleared.
    const { input } = host;
    const flags = host.ringAt(0) + 80;
    let given = false;
    host.hal.barrier = () => {
      if (given || host.hal.view.getUint16(flags, true) !== 0) return;
      given = true;
      input.addInbuf(host.addressOf(host.kept.pop()!), 512, 0);
    };
    await endpoint.send('2');
    assert.is(given, true);
    assert.equal(host.texts(), ['2']);
  }),
);

test(
  '15 s: a send that finds no buffer is rejected then, and only then; later ones keep their own time',
  deadline(LIMIT, async () => {
    const { host, endpoint } = full(0);
    const log: string[] = [];
    const send = (text: string) =>
      endpoint.send(text).then(
        () => log.push(`${text} sent`),
        (error: Error) => log.push(`${text}: ${error.message} @${host.hal.clock}`),
      );
    send('1');
    host.hal.advance(5000);
    send('2');
    host.hal.advance(9999);
    await jobs();
    assert.equal(log, []);
    host.hal.advance(1);
    await jobs();
    assert.equal(log, ['1: endpoint "": no free buffer within 15 s @15000']);
    host.hal.advance(5000);
    await jobs();
    assert.is(log[1], '2: endpoint "": no free buffer within 15 s @20000');
    assert.is(noNotify(host), 1);
    // Nothing of it is sent later.
    host.input.addInbuf(host.addressOf(0), 512, 0);
    host.hal.interrupt();
    assert.equal(host.texts(), []);
    assert.is(endpoint.trySend('3'), true);
  }),
);

test(
  'an unknown peer: send waits for its first message, then goes out before anything else happens',
  deadline(LIMIT, async () => {
    const host = new SimHost();
    const order: string[] = [];
    const endpoint = host.rpmsg.createEndpoint({ src: 1024 }, () => order.push('message'));
    endpoint.bound.then(() => order.push('bound'));
    host.up();
    assert.is(endpoint.trySend('no'), false);
    const first = endpoint.send('first').then(() => order.push('first sent'));
    endpoint.send('second');
    assert.is(noNotifyOf(host), 1);
    // Messages that wait for their peer hold nobody up.
    assert.is(endpoint.trySendTo(77, 'direct'), true);
    assert.equal(
      host.received().map(({ dst, data }) => [dst, Buffer.from(data).toString()]),
      [[77, 'direct']],
    );
    host.send(3000, 1024, 'hello');
    assert.equal(
      host.received().map(({ dst, data }) => [dst, Buffer.from(data).toString()]),
      [
        [3000, 'first'],
        [3000, 'second'],
      ],
    );
    await first;
    assert.equal(order, ['message', 'bound', 'first sent']);
  }),
);

function noNotifyOf(host: SimHost): number {
  // n 8, A 16: used ring at 160.
  return host.hal.view.getUint16(host.ringAt(0) + 160, true);
}

test(
  'an unknown peer: rejected after 15 s with that reason; before DRIVER_OK as well',
  deadline(LIMIT, async () => {
    const host = new SimHost();
    const endpoint = host.rpmsg.createEndpoint({ name: 'svc' }, () => {});
    const known = host.rpmsg.createEndpoint({ dst: 9 }, () => {});
    const reasons: string[] = [];
    endpoint.send('x').catch((error: Error) => reasons.push(error.message));
    known.send('y').catch((error: Error) => reasons.push(error.message));
    host.hal.advance(15000);
    await jobs();
    assert.equal(reasons.sort(), [
      'endpoint "": no free buffer within 15 s',
      'endpoint "svc": no peer within 15 s',
    ]);
  }),
);

test(
  'sends before DRIVER_OK go out when the host is there',
  deadline(LIMIT, async () => {
    const host = new SimHost();
    const endpoint = host.rpmsg.createEndpoint({ dst: 9 }, () => {});
    const sent = endpoint.send('early');
    assert.is(endpoint.trySend('no'), false);
    host.hal.advance(5000);
    host.up();
    await sent;
    assert.equal(host.texts(), ['early']);
  }),
);

test(
  "destroy rejects the endpoint's waiting sends, not those of others; the others move up",
  deadline(LIMIT, async () => {
    const { host, endpoint } = full(0);
    const other = host.rpmsg.createEndpoint({ name: 'other', dst: 5, announce: false }, () => {});
    const log: string[] = [];
    for (const text of ['1', '2']) endpoint.send(text).catch((error: Error) => log.push(error.message));
    other.send('3').then(() => log.push('3 sent'));
    endpoint.destroy();
    await jobs();
    assert.equal(log, ['endpoint "" was destroyed', 'endpoint "" was destroyed']);
    host.input.addInbuf(host.addressOf(0), 512, 0);
    host.hal.interrupt();
    await jobs();
    assert.is(log[2], '3 sent');
    assert.equal(host.texts(), ['3']);
    host.hal.advance(20000);
    await jobs();
    assert.is(log.length, 3);
  }),
);

test(
  'MTU: 496 bytes go, 497 are a RangeError, at once or when it is its turn; the queue goes on behind it',
  deadline(LIMIT, async () => {
    const { host, endpoint } = full(1);
    assert.is(endpoint.mtu, 496);
    assert.throws(() => endpoint.trySend(new Uint8Array(497)), /497 bytes; the host takes at most 496/);
    assert.is(endpoint.trySend(new Uint8Array(496)), true);
    const late = endpoint.send(new Uint8Array(497));
    const behind = endpoint.send('behind');
    host.received();
    host.give();
    const error = await late.then(
      () => undefined,
      (reason: Error) => reason,
    );
    assert.instance(error, RangeError);
    await behind;
    assert.equal(host.texts(), ['behind']);
  }),
);

test(
  'the MTU is what the host posts: small buffers',
  deadline(LIMIT, () => {
    const host = new SimHost({ bufferSize: 64 });
    const endpoint = host.rpmsg.createEndpoint({ dst: 5 }, () => {});
    host.up();
    assert.is(endpoint.mtu, 48);
    assert.throws(() => endpoint.trySend(new Uint8Array(49)), /at most 48/);
    assert.is(endpoint.trySend(new Uint8Array(48)), true);
  }),
);

test(
  'a handler that answers more than there are buffers: the rest waits and follows in order',
  deadline(LIMIT, async () => {
    const host = new SimHost({ num: 4, posted: 2 });
    host.rpmsg.createEndpoint({ src: 1024 }, (data, _src, self) => {
      for (let i = 0; i < 5; i++) self.send(`${Buffer.from(data)}${i}`);
    });
    host.up();
    host.send(2000, 1024, 'm');
    const texts: string[] = [];
    for (let i = 0; i < 6; i++) texts.push(...host.texts());
    assert.equal(texts, ['m0', 'm1', 'm2', 'm3', 'm4']);
    await jobs();
  }),
);

test(
  'too large for the buffer that is there: send, sendTo and sendOffChannel reject as they do when they had to wait',
  deadline(LIMIT, async () => {
    const { host, endpoint } = full(2);
    const large = new Uint8Array(497);
    for (const send of [
      () => endpoint.send(large),
      () => endpoint.sendTo(5, large),
      () => endpoint.sendOffChannel(6, 5, large),
    ]) {
      const promise = send();
      const error = await promise.catch((reason: Error) => reason);
      assert.instance(error, RangeError);
      assert.match((error as Error).message, '497 bytes; the host takes at most 496');
    }
    assert.equal(host.texts(), []);
    await endpoint.send('fits');
    assert.equal(host.texts(), ['fits']);
  }),
);

test.run();

/** Buffers of the host in the firmware's hands: claimed to be filled, held to be read. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HeldMessage } from '../../runtime/rpmsg/buffers.js';
import type { EndpointOptions } from '../../runtime/rpmsg/endpoint.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { SimHost } from '../support/sim-hal.js';

const LIMIT = 1000;

function up(options: EndpointOptions = { dst: 5 }, num = 4) {
  const host = new SimHost({ num });
  const endpoint = host.rpmsg.createEndpoint(options, () => {});
  host.up();
  return { host, endpoint };
}

const write = (room: Uint8Array, text: string): number => {
  room.set(Buffer.from(text));
  return text.length;
};

test(
  'claim, write, commit: the message is sent where it was written',
  deadline(LIMIT, () => {
    const { host, endpoint } = up();
    const buffer = endpoint.claim()!;
    assert.is(buffer.bytes.length, 496);
    assert.is(host.rpmsg.counters.claimed, 1);
    assert.is(buffer.commit(write(buffer.bytes, 'hello')), true);
    assert.equal(
      host.received().map(({ src, dst, data }) => [src, dst, Buffer.from(data).toString()]),
      [[1024, 5, 'hello']],
    );
    assert.is(host.rpmsg.counters.claimed, 0);
    assert.is(buffer.commit(1), false, 'a second time does nothing');
    buffer.release();
    assert.equal(host.received(), []);
  }),
);

test(
  'claimed buffers are different ones and may be sent in any order, to any address',
  deadline(LIMIT, () => {
    const { host, endpoint } = up();
    const [a, b, c] = [endpoint.claim()!, endpoint.claim()!, endpoint.claim()!];
    assert.ok(a.bytes.byteOffset !== b.bytes.byteOffset && b.bytes.byteOffset !== c.bytes.byteOffset);
    c.commit(write(c.bytes, 'c'), 7);
    a.commit(write(a.bytes, 'a'));
    endpoint.trySend('d');
    b.commit(write(b.bytes, 'b'));
    assert.equal(
      host.received().map(({ dst, data }) => [dst, Buffer.from(data).toString()]),
      [
        [7, 'c'],
        [5, 'a'],
        [5, 'd'],
        [5, 'b'],
      ],
    );
  }),
);

test(
  'a released buffer serves the next message, and one that waits gets it at once',
  deadline(LIMIT, async () => {
    const { host, endpoint } = up({ dst: 5 }, 2);
    host.repost = false;
    const [a, b] = [endpoint.claim()!, endpoint.claim()!];
    assert.is(endpoint.claim(), undefined);
    assert.is(endpoint.trySend('x'), false);
    a.release();
    a.release();
    assert.is(endpoint.trySend('first'), true);
    const waits = endpoint.send('second');
    assert.is(endpoint.claim(), undefined, 'nobody overtakes what waits');
    b.release();
    await waits;
    assert.equal(host.texts(), ['first', 'second']);
    assert.is(host.rpmsg.counters.claimed, 0);
  }),
);

test(
  'a size that does not fit and an unknown peer throw, and leave the buffer claimed',
  deadline(LIMIT, () => {
    const { host, endpoint } = up({});
    const buffer = endpoint.claim()!;
    assert.throws(() => buffer.commit(1), /peer is not known/);
    assert.throws(() => buffer.commit(497, 5), /at most 496/);
    assert.throws(() => buffer.commit(-1, 5), /at most 496/);
    assert.is(host.rpmsg.counters.claimed, 1);
    assert.is(buffer.commit(496, 5), true);
    assert.is(host.received()[0].data.length, 496);
  }),
);

test(
  'compose sends what was filled in, and releases when the filler throws or gives up',
  deadline(LIMIT, () => {
    const { host, endpoint } = up({ dst: 5 }, 1);
    assert.throws(
      () =>
        endpoint.compose(() => {
          throw new Error('mine');
        }),
      /^mine$/,
    );
    assert.is(
      endpoint.compose(() => -1),
      false,
    );
    assert.is(
      endpoint.compose((room) => write(room, 'ok')),
      true,
    );
    assert.equal(host.texts(), ['ok']);
    assert.is(
      host.rpmsg.createEndpoint({}, () => {}).compose(() => 1),
      false,
      'no peer',
    );
    assert.is(host.rpmsg.counters.claimed, 0);
  }),
);

test(
  'buffers of a host that went away go nowhere',
  deadline(LIMIT, () => {
    const { host, endpoint } = up();
    const [a, b] = [endpoint.claim()!, endpoint.claim()!];
    host.down();
    host.hal.interrupt();
    assert.is(a.commit(1), false);
    host.up();
    assert.is(b.commit(1, 5), false);
    b.release();
    assert.equal(host.received(), []);
    for (let i = 0; i < host.num; i++) assert.ok(endpoint.claim(), `buffer ${i} of the new host`);
    assert.is(endpoint.claim(), undefined);
  }),
);

test(
  'hold keeps the message; the buffer goes back with a kick when the last user releases it',
  deadline(LIMIT, () => {
    const host = new SimHost({ num: 4 });
    const held: HeldMessage[] = [];
    const endpoint = host.rpmsg.createEndpoint({}, (data, _src, self) => {
      if (data[0] === 'k'.charCodeAt(0)) held.push(self.hold());
    });
    host.up();
    for (const text of ['k1', 'gone', 'k2']) host.put(9, 1024, text);
    host.hal.kicks.length = 0;
    host.hal.interrupt();
    assert.is(host.output.getBuf() >= 0, true);
    assert.is(host.output.getBuf(), -1, 'two of three are held');
    assert.equal(
      held.map(({ data, src }) => [Buffer.from(data).toString(), src]),
      [
        ['k1', 9],
        ['k2', 9],
      ],
    );
    assert.is(host.rpmsg.counters.held, 2);
    held[0].hold();
    held[0].release();
    assert.is(host.output.getBuf(), -1);
    host.hal.kicks.length = 0;
    held[0].release();
    held[0].release();
    assert.ok(host.output.getBuf() >= 0);
    assert.equal(host.hal.kicks, [5]);
    assert.is(host.rpmsg.counters.held, 1);
    assert.is(Buffer.from(held[1].data).toString(), 'k2');
    assert.throws(() => endpoint.hold(), /only a message that is being delivered/);
  }),
);

test(
  'holding the same message twice counts twice and gives one buffer back',
  deadline(LIMIT, () => {
    const host = new SimHost({ num: 2 });
    const held: HeldMessage[] = [];
    host.rpmsg.createEndpoint({}, (_data, _src, self) => held.push(self.hold(), self.hold()));
    host.up();
    host.put(9, 1024, 'x');
    host.hal.interrupt();
    assert.is(held[0], held[1]);
    held[0].release();
    assert.is(host.output.getBuf(), -1);
    held[1].release();
    assert.ok(host.output.getBuf() >= 0);
    assert.is(host.output.getBuf(), -1);
  }),
);

test(
  'a held message of a host that went away does not touch the next one',
  deadline(LIMIT, () => {
    const host = new SimHost({ num: 2 });
    const held: HeldMessage[] = [];
    host.rpmsg.createEndpoint({}, (_data, _src, self) => held.push(self.hold()));
    host.up();
    host.put(9, 1024, 'x');
    host.hal.interrupt();
    host.down();
    host.hal.interrupt();
    host.up();
    const before = host.hal.bytes.slice();
    held[0].release();
    assert.equal(host.hal.bytes, before);
    assert.is(host.rpmsg.counters.held, 0);
  }),
);

test.run();

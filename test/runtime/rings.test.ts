/** runtime/rpmsg/rings.ts against the Linux side's ring code: batches, suppression, wraps, ring sizes, barriers. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Endpoint } from '../../runtime/rpmsg/endpoint.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { type HostOptions, SimHost } from '../support/sim-hal.js';

const LIMIT = 20_000;

/** An echo on address 1024, with the host up. */
function echo(options: HostOptions = {}): { host: SimHost; endpoint: Endpoint } {
  const host = new SimHost(options);
  const endpoint = host.rpmsg.createEndpoint({ name: '', src: 1024 }, (data, src, self) => {
    self.trySendTo(src, data);
  });
  host.up();
  host.hal.kicks.length = 0;
  return { host, endpoint };
}

test(
  'a batch is published once: one used.idx and one kick for each ring',
  deadline(LIMIT, () => {
    const { host } = echo();
    for (const text of ['a', 'b', 'c']) host.put(2000, 1024, text);
    assert.equal(host.hal.kicks, []);
    host.hal.interrupt();
    assert.equal(host.hal.kicks, [4, 5]);
    const messages = host.received();
    assert.equal(
      messages.map(({ src, dst, data }) => [src, dst, Buffer.from(data).toString()]),
      [
        [1024, 2000, 'a'],
        [1024, 2000, 'b'],
        [1024, 2000, 'c'],
      ],
    );
    assert.equal(host.rpmsg.counters, {
      ...{ received: 3, sent: 3, deadLetters: 0, malformed: 0 },
      ...{ kicks: 2, held: 0, claimed: 0 },
    });
    host.hal.interrupt();
    assert.equal(host.hal.kicks, [4, 5]);
  }),
);

test(
  'sends outside of a batch are published at once, each',
  deadline(LIMIT, () => {
    const { host, endpoint } = echo();
    assert.ok(endpoint.trySendTo(2000, 'one'));
    assert.ok(endpoint.trySendTo(2000, 'two'));
    assert.equal(host.hal.kicks, [4, 4]);
    assert.equal(host.texts(), ['one', 'two']);
  }),
);

test(
  'NO_INTERRUPT is honoured on each ring alone, read anew each time',
  deadline(LIMIT, () => {
    const { host, endpoint } = echo();
    host.output.disableCb();
    host.send(2000, 1024, 'x');
    assert.equal(host.hal.kicks, [4]);
    host.output.enableCb();
    host.input.disableCb();
    host.send(2000, 1024, 'y');
    assert.equal(host.hal.kicks, [4, 5]);
    endpoint.trySendTo(2000, 'z');
    assert.equal(host.hal.kicks, [4, 5]);
    assert.equal(host.texts(), ['x', 'y', 'z']);
    host.input.enableCb();
    endpoint.trySendTo(2000, 'z');
    assert.equal(host.hal.kicks, [4, 5, 4]);
  }),
);

for (const num of [1, 2, 256]) {
  test(
    `rings of ${num}: both indices run past 65535 without a message lost`,
    deadline(LIMIT, () => {
      const { host } = echo({ num, align: num === 256 ? 4096 : 16 });
      const total = 66_000;
      const payload = new Uint8Array(4);
      const word = new Uint32Array(payload.buffer);
      let next = 0;
      for (let sent = 0; sent < total; ) {
        const batch = Math.min(num, 7, total - sent);
        for (let i = 0; i < batch; i++) {
          word[0] = sent + i;
          host.put(2000, 1024, payload);
        }
        sent += batch;
        host.hal.interrupt();
        for (const { data } of host.received()) {
          if (new DataView(data.buffer, data.byteOffset).getUint32(0, true) !== next)
            assert.is(next, 'in order');
          next++;
        }
      }
      assert.is(next, total);
      assert.is(host.rpmsg.counters.received, total);
      assert.is(host.rpmsg.counters.sent, total);
      assert.is(host.input.broken || host.output.broken, false);
    }),
  );
}

test(
  'past 65535 as well, a full ring is full: what the host has not posted is not taken; indices stay 16 bits',
  deadline(LIMIT, () => {
    const stored: number[] = [];
    const host = new SimHost({
      num: 2,
      prepare(hal) {
        hal.store16 = (at, value) => {
          if (value > 0xffff) stored.push(value);
          hal.write16(at, value);
        };
      },
    });
    const endpoint = host.rpmsg.createEndpoint({ src: 1024, dst: 2000 }, () => {});
    host.up();
    let wrong = 0;
    for (let i = 0; i < 33_000; i++) {
      if (!endpoint.trySend('a') || !endpoint.trySend('b') || endpoint.trySend('c')) wrong++;
      if (host.received().length !== 2) wrong++;
      host.send(2000, 1024, '');
      host.send(2000, 1024, '');
    }
    assert.is(wrong, 0);
    assert.equal(stored, []);
    assert.equal([host.rpmsg.counters.sent, host.rpmsg.counters.received], [66_000, 66_000]);
  }),
);

test(
  'align 3 and rings at unaligned addresses: the used ring is where Linux looks for it',
  deadline(LIMIT, () => {
    const { host } = echo({ align: 3, num: 4 });
    host.send(2000, 1024, 'odd');
    assert.equal(host.texts(), ['odd']);
    const shifted = new SimHost({ align: 4096, num: 16 });
    const seen: string[] = [];
    shifted.rpmsg.createEndpoint({ src: 1024 }, (data) => seen.push(Buffer.from(data).toString()));
    shifted.up({ shift: 0x10 });
    shifted.send(2000, 1024, 'shifted');
    assert.equal(seen, ['shifted']);
  }),
);

test(
  'payloads of 0, 1, 495 and 496 bytes; sizes change from message to message in the same buffers',
  deadline(LIMIT, () => {
    const { host } = echo({ num: 2 });
    for (const size of [496, 0, 1, 495, 496, 3, 496]) {
      const data = Uint8Array.from({ length: size }, (_, i) => i * 7 + size);
      host.send(2000, 1024, data);
      const [message] = host.received();
      assert.is(message.data.length, size);
      assert.equal([...message.data], [...data]);
    }
  }),
);

test(
  'the header: reserved and flags are 0 even where the buffer held something else',
  deadline(LIMIT, () => {
    const { host, endpoint } = echo();
    host.hal.bytes.fill(0xff, 0x10000, 0x18000);
    endpoint.trySendTo(0x80000001, 'ab');
    const index = host.input.getBuf();
    assert.is(host.input.usedLen, 18);
    const at = host.addressOf(index) - 0x30000000;
    const expected = [0, 4, 0, 0, 1, 0, 0, 0x80, 0, 0, 0, 0, 2, 0, 0, 0, 97, 98];
    assert.equal([...host.hal.bytes.subarray(at, at + 18)], expected);
  }),
);

test(
  'nobody at the address: counted, the buffer goes back, nothing else happens',
  deadline(LIMIT, () => {
    const { host } = echo({ num: 2 });
    for (const dst of [0, 54, 1023, 1025, 0x7fffffff, 0x80000000, 0xffffffff]) host.send(2000, dst, 'x');
    assert.is(host.rpmsg.counters.deadLetters, 7);
    assert.equal(host.received(), []);
    host.send(2000, 1024, 'alive');
    assert.equal(host.texts(), ['alive']);
  }),
);

test(
  'a header that claims more than the buffer holds: counted as malformed, not delivered, not read',
  deadline(LIMIT, () => {
    const { host } = echo();
    host.put(2000, 1024, 'abc', 4);
    host.put(2000, 1024, 'abc', 0xffff);
    host.put(2000, 1024, 'abc', 3);
    host.hal.interrupt();
    assert.equal(host.texts(), ['abc']);
    assert.is(host.rpmsg.counters.malformed, 2);
  }),
);

test(
  'an endpoint that is destroyed in its handler gets no more of the batch',
  deadline(LIMIT, () => {
    const host = new SimHost();
    const got: string[] = [];
    host.rpmsg.createEndpoint({ src: 1024 }, (data, _src, self) => {
      got.push(Buffer.from(data).toString());
      self.destroy();
    });
    host.up();
    for (const text of ['a', 'b']) host.put(1, 1024, text);
    host.hal.interrupt();
    assert.equal(got, ['a']);
    assert.is(host.rpmsg.counters.deadLetters, 1);
  }),
);

/** A hal with a weakly ordered memory: writes down the order of barriers, index stores and flag reads. */
function ordered(): { host: SimHost; log: string[]; endpoint: Endpoint } {
  const log: string[] = [];
  const host = new SimHost({
    prepare(hal) {
      hal.barrier = () => log.push(`barrier, idx ${usedIdx(0)} ${usedIdx(1)}`);
      hal.store16 = (at, value) => {
        log.push(`store ${value}`);
        hal.view.setUint16(at - 0x10000000, value, true);
        // The host suppresses interrupts in the moment between the store and the second barrier.
        if (suppress) host.input.disableCb();
      };
      const kick = hal.kick;
      hal.kick = (id) => {
        log.push(`kick ${id}`);
        kick(id);
      };
    },
  });
  let suppress = false;
  const usedIdx = (i: number): number => {
    if (!host.remote.vdevs[0].live) return 0;
    return host.hal.view.getUint16(host.ringAt(i) + 162, true);
  };
  const endpoint = host.rpmsg.createEndpoint({ src: 1024, dst: 2000 }, (data, src, self) => {
    log.push('handler');
    if (data.length > 0) self.trySendTo(src, data);
  });
  host.up();
  log.length = 0;
  return {
    host,
    log,
    endpoint,
    set suppress(on: boolean) {
      suppress = on;
    },
  } as never;
}

test(
  'with store16 and barrier: an ordered store, barrier, then the flags',
  deadline(LIMIT, () => {
    const parts = ordered();
    const { log, endpoint, host } = parts;
    endpoint.trySendTo(2000, 'x');
    assert.equal(log.slice(-3), ['store 1', 'barrier, idx 1 0', 'kick 4']);
    (parts as unknown as { suppress: boolean }).suppress = true;
    log.length = 0;
    endpoint.trySendTo(2000, 'y');
    // The flag that was set after the store counts.
    assert.equal(log.slice(-2), ['store 2', 'barrier, idx 2 0']);
    assert.equal(host.texts(), ['x', 'y']);
  }),
);

test(
  'with a barrier: one lies between reading avail.idx and reading what it tells of',
  deadline(LIMIT, () => {
    const { log, host } = ordered();
    host.put(2000, 1024, '');
    host.hal.interrupt();
    assert.equal(log, [
      'barrier, idx 0 0',
      'handler',
      // Behind the wish for kicks, in front of the second look; the store is ordered by itself.
      'barrier, idx 0 0',
      'store 1',
      'barrier, idx 0 1',
      'kick 5',
    ]);
  }),
);

test.run();

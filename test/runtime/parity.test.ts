/** What OpenAMP and RPMsg-Lite offer a remote beyond plain sending: names, events, bring-up, cancelling. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Canceller } from '../../runtime/rpmsg/canceller.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { BASE, SimHost } from '../support/sim-hal.js';

const LIMIT = 1000;

/** A name service message as bytes, written from linux-rpmsg section 2 and the PRU library's struct. */
function announcement(name: string, addr: number, flags: number, described = false): Uint8Array {
  const bytes = Buffer.alloc(described ? 72 : 40);
  bytes.write(name, 0);
  if (described) bytes.write('a description', 32);
  bytes.writeUInt32LE(addr, bytes.length - 8);
  bytes.writeUInt32LE(flags, bytes.length - 4);
  return bytes;
}

test(
  'the host announces and withdraws: messages of 40 and of 72 bytes, and no others',
  deadline(LIMIT, () => {
    const host = new SimHost({ num: 4 });
    const log: string[] = [];
    const endpoint = host.rpmsg.createEndpoint({ name: 'svc' }, () => {});
    endpoint.onUnbound = () => log.push('unbound');
    host.up();
    for (const described of [false, true]) {
      host.send(53, 53, announcement('svc', 77, 0, described));
      assert.is(endpoint.dst, 77, `${described}`);
      host.send(53, 53, announcement('svc', 77, 1, described));
      assert.is(endpoint.dst, -1);
    }
    assert.equal(log, ['unbound', 'unbound']);
    for (const size of [0, 39, 41, 71, 73, 100]) host.send(53, 53, new Uint8Array(size).fill(0x73));
    host.send(53, 53, announcement('svc', 77, 0).slice(0, 39));
    assert.is(endpoint.dst, -1);
  }),
);

test(
  'a service that nobody waits for is told to onUnknownService',
  deadline(LIMIT, () => {
    const host = new SimHost({ num: 4 });
    const seen: [string, number][] = [];
    host.rpmsg.onUnknownService = (name, addr) => seen.push([name, addr]);
    const known = host.rpmsg.createEndpoint({ name: 'known' }, () => {});
    host.up();
    host.send(53, 53, announcement('known', 1030, 0));
    host.send(53, 53, announcement('other', 0xfffffffe, 0));
    host.send(53, 53, announcement('other', 1031, 1));
    host.send(53, 53, announcement('known', 1032, 0));
    assert.is(known.dst, 1030);
    assert.equal(seen, [
      ['other', 0xfffffffe],
      ['known', 1032],
    ]);
  }),
);

test(
  'sendOffChannel speaks for another address',
  deadline(LIMIT, async () => {
    const host = new SimHost({ num: 4 });
    const endpoint = host.rpmsg.createEndpoint({ src: 30 }, () => {});
    host.up();
    await endpoint.sendOffChannel(99, 0xfffffff0, 'a');
    assert.is(endpoint.trySendOffChannel(98, 7, 'b'), true);
    assert.equal(
      host.received().map(({ src, dst, data }) => [src, dst, Buffer.from(data).toString()]),
      [
        [99, 0xfffffff0, 'a'],
        [98, 7, 'b'],
      ],
    );
    assert.throws(() => endpoint.trySendOffChannel(1, 0xffffffff, 'x'), RangeError);
    let refused: unknown;
    await endpoint.sendOffChannel(0xffffffff, 1, 'x').catch((error) => {
      refused = error;
    });
    assert.instance(refused, RangeError);
  }),
);

async function outcome(sent: Promise<void>): Promise<unknown> {
  try {
    await sent;
    return 'sent';
  } catch (error) {
    return error;
  }
}

test(
  'a send that waits can be cancelled; the next one takes its turn, the timer is gone',
  deadline(LIMIT, async () => {
    const host = new SimHost({ num: 2 });
    host.repost = false;
    const endpoint = host.rpmsg.createEndpoint({ dst: 5 }, () => {});
    host.up();
    endpoint.trySend('1');
    endpoint.trySend('2');
    const canceller = new Canceller();
    const waits = outcome(endpoint.send('3', canceller.signal));
    const behind = outcome(endpoint.send('4'));
    assert.is(canceller.signal.aborted, false);
    canceller.cancel();
    canceller.cancel('again');
    assert.is(canceller.signal.aborted, true);
    assert.match(((await waits) as Error).message, /the send was cancelled/);
    host.received();
    host.give();
    assert.is(await behind, 'sent');
    assert.equal(host.texts(), ['4']);
    host.hal.advance(20000);
    const late = outcome(endpoint.send('5', canceller.signal));
    assert.is(await late, 'sent', 'nothing to wait for');
    const reason = new Error('mine');
    const other = new Canceller();
    other.cancel(reason);
    assert.is(
      await outcome(endpoint.sendTo(9, '6', other.signal)),
      reason,
      'cancelled before it began to wait',
    );
  }),
);

test(
  'a standard AbortSignal does as well',
  deadline(LIMIT, async () => {
    const host = new SimHost({ num: 2 });
    const endpoint = host.rpmsg.createEndpoint({}, () => {});
    host.up();
    const controller = new AbortController();
    const waits = outcome(endpoint.send('x', controller.signal));
    controller.abort();
    assert.is(((await waits) as Error).name, 'AbortError');
  }),
);

test(
  'ready: fulfilled at DRIVER_OK, else rejected with what the status byte says and where it is',
  deadline(LIMIT, async () => {
    const host = new SimHost({ num: 2 });
    // Trace entry: 16 + 8 + 48; vdev entry: type word 4; status at 20.
    const at = `0x${(BASE + 72 + 4 + 20).toString(16)}`;
    for (const [status, text] of [
      [0, /has not registered the device, or works on another copy/],
      [1, /no driver for its id is loaded/],
      [3, /a driver is being bound/],
      [0x83, /gave up/],
    ] as const) {
      host.vdev.status = status;
      const waits = outcome(host.rpmsg.ready(500));
      host.hal.advance(500);
      const { message } = (await waits) as Error;
      assert.match(message, text);
      assert.match(message, `its status byte at ${at} is 0x${status.toString(16)}`);
      assert.match(message, /^vdev 0 \(virtio id 7\) is not up after 0\.5 s/);
    }
    const good = outcome(host.rpmsg.ready());
    host.up();
    assert.is(await good, 'sent');
    assert.is(await outcome(host.rpmsg.ready()), 'sent');
  }),
);

test(
  'a host that does not come is reported in the trace once, after 15 s',
  deadline(LIMIT, () => {
    const host = new SimHost({ num: 2 });
    host.hal.advance(14000);
    assert.is(host.hal.logged.length, 0);
    host.hal.advance(100000);
    assert.is(host.hal.logged.length, 1);
    assert.match(host.hal.logged[0], /vdev 0 \(virtio id 7\) is not up after 15 s/);
    host.up();
    host.down();
    host.hal.interrupt();
    host.hal.advance(40000);
    assert.is(host.hal.logged.length, 2, 'and again when it went away');
  }),
);

test(
  'counters as one line',
  deadline(LIMIT, () => {
    const host = new SimHost({ num: 4 });
    const endpoint = host.rpmsg.createEndpoint({ dst: 5 }, () => {});
    host.up();
    endpoint.trySend('x');
    endpoint.claim();
    host.send(1, 4000, 'nobody');
    assert.is(
      host.rpmsg.report(),
      'vdev 0: 1 received, 1 sent, 2 kicks, 1 dead letters, 0 malformed, 0 held, 1 claimed',
    );
  }),
);

test.run();

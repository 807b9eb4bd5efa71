/** Endpoints: addresses, names, binding; and the name service in both directions. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RpmsgNsMsg } from '../../runtime/abi/rpmsg.js';
import type { EndpointOptions } from '../../runtime/rpmsg/endpoint.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { jobs, SimHost } from '../support/sim-hal.js';
import { nsPayload } from '../support/sim-remote.js';

const LIMIT = 5000;

function up(): SimHost {
  const host = new SimHost({ num: 16 });
  host.up();
  return host;
}

/** Name-service messages from the remote since the last call. */
function told(host: SimHost): [string, number, number][] {
  return host.received().map(({ dst, data }) => {
    assert.is(dst, 53);
    assert.is(data.length, 40);
    const { name, addr, flags } = RpmsgNsMsg.unpack(data);
    return [name, addr, flags];
  });
}

test(
  'dynamic addresses: in turn from 1024; a destroyed one is given again when its turn comes',
  deadline(LIMIT, () => {
    const { rpmsg } = up();
    const make = (options: EndpointOptions = {}) => rpmsg.createEndpoint(options, () => {});
    const [a, b, c] = [make(), make(), make()];
    assert.equal([a.src, b.src, c.src], [1024, 1025, 1026]);
    b.destroy();
    assert.is(make({ src: 1027 }).src, 1027);
    assert.is(make().src, 1028);
    a.destroy();
    a.destroy();
    for (let src = 1029; src < 1024 + 128; src++) assert.is(make().src, src);
    const again = make();
    assert.is(again.src, 1024);
    // Destroying an old endpoint twice does not take the address from its successor.
    a.destroy();
    assert.is(make().src, 1025);
    // More than can be given in turn: the lowest free one behind them.
    assert.is(make().src, 1024 + 128);
    again.destroy();
    assert.is(make().src, 1024);
  }),
);

for (const src of [0, 1, 52, 54, 1023, 1024, 1500, 0x7fffffff, 0x80000000, 0xfffffffe]) {
  test(
    `a fixed address is taken exactly and receives: 0x${src.toString(16)}`,
    deadline(LIMIT, () => {
      const host = up();
      const got: [string, number, number][] = [];
      const endpoint = host.rpmsg.createEndpoint({ src }, (data, from, self) => {
        got.push([Buffer.from(data).toString(), from, self.src]);
        self.trySend('back');
      });
      assert.is(endpoint.src, src);
      host.send(0x90000000, src, 'hi');
      assert.equal(got, [['hi', 0x90000000, src]]);
      assert.equal(
        host.received().map((message) => [message.src, message.dst]),
        [[src, 0x90000000]],
      );
      assert.throws(() => host.rpmsg.createEndpoint({ src }, () => {}), /in use/);
      endpoint.destroy();
      host.send(1, src, 'late');
      assert.is(got.length, 1);
      assert.is(host.rpmsg.counters.deadLetters, 1);
      assert.is(host.rpmsg.createEndpoint({ src }, () => {}).src, src);
    }),
  );
}

const wrongAddresses: [number, RegExp][] = [
  [53, /0x35 is in use/],
  [-1, /is not a 32-bit address/],
  [1.5, /is not a 32-bit address/],
  [Number.NaN, /is not a 32-bit address/],
  [0x100000000, /is not a 32-bit address/],
];
for (const [src, message] of wrongAddresses) {
  test(
    `refused address: ${src}`,
    deadline(LIMIT, () => {
      const { rpmsg } = up();
      const before = rpmsg.endpoints().length;
      assert.throws(() => rpmsg.createEndpoint({ src }, () => {}), message);
      assert.is(rpmsg.endpoints().length, before);
    }),
  );
}

test(
  'names: 31 bytes fit, 32 do not; bytes count, not characters',
  deadline(LIMIT, () => {
    const host = up();
    const name31 = 'abcdefghijklmnopqrstuvwxyz01234';
    host.rpmsg.createEndpoint({ name: name31 }, () => {});
    assert.equal(told(host), [[name31, 1024, 0]]);
    for (const name of [`${name31}5`, 'ü'.repeat(16)]) {
      assert.throws(
        () => host.rpmsg.createEndpoint({ name }, () => {}),
        (error: Error) => error instanceof RangeError && /has 32 bytes/.test(error.message),
      );
    }
    host.rpmsg.createEndpoint({ name: `${'ü'.repeat(15)}!` }, () => {});
    assert.equal(told(host), [[`${'ü'.repeat(15)}!`, 1025, 0]]);
  }),
);

test(
  'announced: named ones, when made and when destroyed; not: nameless ones and announce false',
  deadline(LIMIT, () => {
    const host = up();
    const make = (options: EndpointOptions) => host.rpmsg.createEndpoint(options, () => {});
    const all = [
      make({}),
      make({ name: 'quiet', announce: false }),
      make({ name: 'loud' }),
      make({ src: 5, name: 'low' }),
    ];
    assert.equal(told(host), [
      ['loud', 1026, 0],
      ['low', 5, 0],
    ]);
    for (const endpoint of all) endpoint.destroy();
    assert.equal(told(host), [
      ['loud', 1026, 1],
      ['low', 5, 1],
    ]);
  }),
);

test(
  'endpoints made before DRIVER_OK are announced then, in the order of their addresses',
  deadline(LIMIT, () => {
    const host = new SimHost();
    for (const options of [{ name: 'b' }, { name: 'a', src: 9 }, { name: 'c' }]) {
      host.rpmsg.createEndpoint(options, () => {});
    }
    host.up();
    assert.equal(told(host), [
      ['a', 9, 0],
      ['b', 1024, 0],
      ['c', 1025, 0],
    ]);
  }),
);

test(
  "bound: by the first message; the peer stays the peer; each message's src is told; one address, many sources",
  deadline(LIMIT, async () => {
    const host = up();
    const from: number[] = [];
    const endpoint = host.rpmsg.createEndpoint({ name: 'x' }, (_data, src) => from.push(src));
    let bound = false;
    endpoint.bound.then(() => {
      bound = true;
    });
    await jobs();
    assert.is(bound, false);
    host.send(2000, 1024, '');
    host.send(2001, 1024, '');
    await jobs();
    assert.is(bound, true);
    assert.is(endpoint.dst, 2000);
    assert.equal(from, [2000, 2001]);
    told(host);
    endpoint.trySend('to the first');
    assert.is(host.received()[0].dst, 2000);
  }),
);

test(
  'bound: at once where dst is declared and the host is up',
  deadline(LIMIT, async () => {
    const host = up();
    await host.rpmsg.createEndpoint({ dst: 7 }, () => {}).bound;
    const early = new SimHost();
    const endpoint = early.rpmsg.createEndpoint({ dst: 7 }, () => {});
    let bound = false;
    endpoint.bound.then(() => {
      bound = true;
    });
    await jobs();
    assert.is(bound, false);
    early.up();
    await jobs();
    assert.is(bound, true);
  }),
);

test(
  "the host's name service: create binds the endpoint of that name, destroy unbinds it, onUnbound is told",
  deadline(LIMIT, async () => {
    const host = up();
    const events: string[] = [];
    const endpoint = host.rpmsg.createEndpoint({ name: 'svc', announce: false }, () => {});
    endpoint.onUnbound = () => events.push(`unbound, dst ${endpoint.dst}`);
    host.send(1, 53, nsPayload('other', 3000));
    assert.is(endpoint.dst, -1);
    host.send(1, 53, nsPayload('svc', 0x80000005));
    assert.is(endpoint.dst >>> 0, 0x80000005);
    await endpoint.bound;
    const waiting = endpoint.trySend('x');
    assert.is(waiting, true);
    assert.is(host.received()[0].dst, 0x80000005);
    host.send(1, 53, nsPayload('svc', 99, 1));
    assert.equal(events, []);
    host.send(1, 53, nsPayload('svc', 0x80000005, 1));
    assert.equal(events, ['unbound, dst -1']);
    assert.is(endpoint.trySend('x'), false);
    const later = endpoint.send('later');
    host.send(1, 53, nsPayload('svc', 3001));
    await later;
    assert.is(host.received()[0].dst, 3001);
  }),
);

test(
  "the host's name service: one announcement binds one endpoint; short messages are ignored",
  deadline(LIMIT, () => {
    const host = up();
    const make = () => host.rpmsg.createEndpoint({ name: 'svc', announce: false }, () => {});
    const [a, b] = [make(), make()];
    host.send(1, 53, nsPayload('svc', 3000).subarray(0, 39));
    assert.equal([a.dst, b.dst], [-1, -1]);
    host.send(1, 53, nsPayload('svc', 3000));
    host.send(1, 53, nsPayload('svc', 3001));
    assert.equal([a.dst, b.dst], [3000, 3001]);
    host.send(1, 53, new Uint8Array(0));
    host.send(1, 53, nsPayload('', 5));
  }),
);

test(
  'onMessage may be replaced; data is a view of the buffer, valid until the callback returns',
  deadline(LIMIT, () => {
    const host = up();
    const got: string[] = [];
    const endpoint = host.rpmsg.createEndpoint({}, () => got.push('first'));
    host.send(1, 1024, 'x');
    endpoint.onMessage = (data) => {
      assert.is(data.buffer, host.hal.buffer);
      got.push(`second ${Buffer.from(data)}`);
    };
    host.send(1, 1024, 'y');
    assert.equal(got, ['first', 'second y']);
  }),
);

test(
  'text is sent as UTF-8',
  deadline(LIMIT, () => {
    const host = up();
    const endpoint = host.rpmsg.createEndpoint({ dst: 5 }, () => {});
    endpoint.trySend('grüße 🙂');
    endpoint.send('ü');
    assert.equal(host.texts(), ['grüße 🙂', 'ü']);
  }),
);

for (const dst of [1024, 1025]) {
  test(
    `a message from 0xffffffff to ${dst} is malformed: dropped, counted, its buffer goes back; the rest of the batch is answered`,
    deadline(LIMIT, () => {
      const host = new SimHost();
      const echo = host.rpmsg.createEndpoint({}, (data, src, self) => self.trySendTo(src, data));
      const bound = host.rpmsg.createEndpoint({ dst: 9 }, (data, src, self) => self.trySendTo(src, data));
      host.up();
      for (let i = 0; i < 20; i++) host.send(0xffffffff, dst, 'x');
      assert.equal([echo.dst, bound.dst], [-1, 9]);
      host.put(0xffffffff, dst, 'x');
      host.put(5, dst, 'y');
      host.hal.interrupt();
      assert.equal(host.texts(), ['y']);
      const { received, malformed, deadLetters } = host.rpmsg.counters;
      assert.equal([received, malformed, deadLetters], [22, 21, 0]);
      assert.is(host.hal.crashed, undefined);
    }),
  );
}

test(
  'a destroyed endpoint sends nothing: sends reject, the try forms are false, no buffer is claimed',
  deadline(LIMIT, async () => {
    const host = new SimHost();
    const endpoint = host.rpmsg.createEndpoint({ dst: 9 }, () => {});
    const other = host.rpmsg.createEndpoint({ dst: 9 }, () => {});
    host.up();
    endpoint.destroy();
    endpoint.destroy();
    assert.equal(
      [
        endpoint.trySend('x'),
        endpoint.trySendTo(9, 'x'),
        endpoint.trySendOffChannel(8, 9, 'x'),
        endpoint.compose(() => 1),
      ],
      [false, false, false, false],
    );
    assert.is(endpoint.claim(), undefined);
    assert.is(endpoint.mtu, 496);
    for (const send of [endpoint.send('x'), endpoint.sendTo(9, 'x'), endpoint.sendOffChannel(8, 9, 'x')]) {
      assert.is(await send.catch((error: Error) => error.message), 'endpoint "" was destroyed');
    }
    assert.throws(() => endpoint.trySendTo(0xffffffff, 'x'), RangeError);
    assert.throws(() => endpoint.hold(), /only a message that is being delivered/);
    assert.equal(host.texts(), []);
    assert.ok(other.trySend('y'));
    assert.equal(host.texts(), ['y']);
  }),
);

test(
  'an endpoint that is destroyed in its own callback may still hold the message',
  deadline(LIMIT, () => {
    const host = new SimHost();
    host.rpmsg.createEndpoint({ src: 1024 }, (_data, _src, self) => {
      self.destroy();
      self.hold();
    });
    host.up();
    host.send(1, 1024, 'x');
    assert.is(host.rpmsg.counters.held, 1);
  }),
);

test(
  'an endpoint name with a NUL is refused: Linux would see another name',
  deadline(LIMIT, () => {
    const host = new SimHost();
    assert.throws(
      () => host.rpmsg.createEndpoint({ name: 'a\0b' }, () => {}),
      /^endpoint name "a\\u0000b" has 3 bytes; a service name holds 31 and no NUL$/,
    );
  }),
);

test.run();

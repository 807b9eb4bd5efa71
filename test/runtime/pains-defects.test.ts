/**
 * Defects that were seen in OpenAMP and RPMsg-Lite, D1 to D8 and D10: what this remote does in the same place. D9 is
 * about the host side's library and D11, D12 about another engine and about build time.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../sdk/testing/deadline.js';
import { type HostOptions, jobs, PA_BASE, SimHost } from '../support/sim-hal.js';

const LIMIT = 5000;
const covered: string[] = [];

function covers(id: string, name: string, body: () => unknown): void {
  covered.push(id);
  test(`${id}: ${name}`, deadline(LIMIT, body));
}

function up(options: HostOptions & { readonly features?: number } = {}): SimHost {
  const host = new SimHost(options);
  host.up({ features: options.features ?? 1 });
  return host;
}

const text = (data: Uint8Array): string => Buffer.from(data).toString();

covers('D1', 'two hundred endpoints have two hundred addresses, and each gets its own messages', () => {
  const host = up({ num: 1 });
  const got: number[] = [];
  const made = Array.from({ length: 200 }, () =>
    host.rpmsg.createEndpoint({}, (_data, _src, self) => got.push(self.src)),
  );
  const addresses = made.map(({ src }) => src);
  assert.is(new Set(addresses).size, 200);
  assert.ok(addresses.every((address) => address >= 1024));
  for (const address of addresses) host.send(2000, address, 'x');
  assert.equal(got, addresses);
  made[7].destroy();
  assert.not.ok(addresses.filter((_, i) => i !== 7).includes(host.rpmsg.createEndpoint({}, () => {}).src));
});

covers('D2', 'a header of 60000 bytes in a buffer of 512 is not delivered but counted', () => {
  const host = up();
  const sizes: number[] = [];
  host.rpmsg.createEndpoint({ src: 1024 }, (data) => sizes.push(data.length));
  for (const len of [60000, 497, 8]) host.put(2000, 1024, new Uint8Array(8), len);
  host.hal.interrupt();
  assert.equal([sizes, host.rpmsg.counters.malformed], [[8], 2]);
});

covers('D3', '600 bytes are refused in whole, on every way out; nothing is sent', async () => {
  const host = up();
  const endpoint = host.rpmsg.createEndpoint({ dst: 5 }, () => {});
  const data = new Uint8Array(600);
  const refused = (error: Error): boolean =>
    error instanceof RangeError && /600 bytes; the host takes at most 496/.test(error.message);
  assert.throws(() => endpoint.trySend(data), refused);
  assert.throws(() => endpoint.trySendTo(5, data), refused);
  assert.throws(() => endpoint.trySendOffChannel(9, 5, data), refused);
  assert.throws(() => endpoint.compose(() => 600), refused);
  let reason: Error | undefined;
  try {
    await endpoint.send(data);
  } catch (error) {
    reason = error as Error;
  }
  assert.ok(reason && refused(reason));
  assert.equal(host.received(), []);
  assert.is(endpoint.trySend('still'), true);
});

covers('D4', 'a name of 32 bytes is refused, never cut; endpoints of one name have a peer each', () => {
  const host = up();
  assert.throws(() => host.rpmsg.createEndpoint({ name: 'x'.repeat(32) }, () => {}), /has 32 bytes/);
  assert.equal(host.received(), []);
  const twins = [0, 1].map(() => host.rpmsg.createEndpoint({ name: 'twin' }, () => {}));
  const told = host.received().map(({ src, data }) => [src, text(data.subarray(0, 4))]);
  assert.equal(
    told,
    twins.map(({ src }) => [src, 'twin']),
  );
  host.send(53, 53, announcement('twin', 3000));
  host.send(53, 53, announcement('twin', 3001));
  assert.equal(
    twins.map(({ dst }) => dst),
    [3000, 3001],
  );
});

/** 40 bytes: name[32], addr, flags. */
function announcement(name: string, addr: number, flags = 0): Uint8Array {
  const bytes = new Uint8Array(40);
  bytes.set(Buffer.from(name));
  new DataView(bytes.buffer).setUint32(32, addr, true);
  new DataView(bytes.buffer).setUint32(36, flags, true);
  return bytes;
}

covers(
  'D5',
  'an announcement carries name, zeros, address, flags: nothing of what the buffer held before',
  () => {
    const host = up();
    host.hal.bytes.fill(0xee, host.addressOf(0) - PA_BASE, host.addressOf(host.num) - PA_BASE);
    const endpoint = host.rpmsg.createEndpoint({ name: 'svc' }, () => {});
    endpoint.destroy();
    const told = host.received().map(({ data }) => data);
    assert.equal(told, [announcement('svc', 1024), announcement('svc', 1024, 1)]);
  },
);

covers('D6', 'EVENT_IDX: the core moves avail_event, so that a conforming host never stops kicking', () => {
  const features = 1 | (1 << 29);
  const host = up({ num: 4, dfeatures: features, features });
  let got = 0;
  host.rpmsg.createEndpoint({ src: 1024 }, () => got++);
  // n 4, A 16: used ring at 80, avail_event behind its four entries.
  const event = (): number => host.hal.view.getUint16(host.ringAt(1) + 80 + 4 + 8 * 4, true);
  for (let i = 0; i < 20; i++) {
    assert.is(event(), i);
    host.put(2000, 1024, 'x');
    assert.is(host.output.kickPrepare(), true, `kick ${i}`);
    host.hal.interrupt();
    assert.is(got, i + 1);
  }
});

covers('D6', 'EVENT_IDX that was offered and not accepted is not used: flags decide', () => {
  const host = up({ num: 4, dfeatures: 1 | (1 << 29), features: 1 });
  const endpoint = host.rpmsg.createEndpoint({ src: 1024, dst: 2000 }, () => {});
  host.hal.kicks.length = 0;
  host.input.disableCb();
  endpoint.trySend('x');
  assert.equal(host.hal.kicks, []);
  host.input.enableCb();
  endpoint.trySend('x');
  assert.equal(host.hal.kicks, [4]);
});

covers('D7', 'a message to nobody is counted as a dead letter, and its buffer goes back', () => {
  const host = up({ num: 1 });
  for (let i = 0; i < 5; i++) host.send(2000, 4000 + i, 'x');
  assert.equal([host.rpmsg.counters.deadLetters, host.rpmsg.counters.received], [5, 5]);
});

covers(
  'D8',
  'a host that resets is gone, not full: told, unbound, and sends wait for the next one',
  async () => {
    const host = up();
    const log: string[] = [];
    const endpoint = host.rpmsg.createEndpoint({ name: 'svc' }, () => {});
    host.send(2000, endpoint.src, 'hello');
    endpoint.onUnbound = () => log.push('unbound');
    const claimed = endpoint.claim();
    host.received();
    host.down();
    host.hal.interrupt();
    assert.equal([log, endpoint.mtu, endpoint.dst], [['unbound'], 0, -1]);
    assert.equal([endpoint.trySend('x'), endpoint.claim(), claimed?.commit(1)], [false, undefined, false]);
    endpoint.send('later').then(() => log.push('sent'));
    let ready = false;
    host.rpmsg.ready().then(() => {
      ready = true;
    });
    await jobs();
    assert.equal([log, ready], [['unbound'], false]);
    host.up();
    host.send(2001, endpoint.src, 'hello again');
    await jobs();
    assert.equal([log, ready], [['unbound', 'sent'], true]);
    assert.equal(
      host.received().map(({ dst }) => dst),
      [53, 2001],
    );
  },
);

covers('D10', 'NO_INTERRUPT is honoured on both rings', () => {
  const host = up();
  const endpoint = host.rpmsg.createEndpoint({ src: 1024, dst: 2000 }, () => {});
  host.input.disableCb();
  host.output.disableCb();
  host.hal.kicks.length = 0;
  for (let i = 0; i < 5; i++) {
    host.send(2000, 1024, 'x');
    endpoint.trySend('y');
  }
  assert.equal(host.hal.kicks, []);
  assert.is(host.texts().length, 5);
});

covers('D10', 'the link goes down when the host does, and comes up with it', () => {
  const host = up();
  const [vdev] = host.remote.vdevs;
  for (let life = 0; life < 3; life++) {
    assert.is(vdev.live, true);
    host.down(0);
    host.hal.advance(100);
    assert.is(vdev.live, false);
    host.up();
  }
});

covers('D10', 'dynamic addresses begin at 1024; below are the predefined ones, and 53 is never given', () => {
  const host = up();
  assert.is(host.rpmsg.createEndpoint({}, () => {}).src, 1024);
  assert.throws(() => host.rpmsg.createEndpoint({ src: 53 }, () => {}), /in use/);
});

covers(
  'D10',
  'a name that fills its field has its NUL; one of the host’s without NUL is read to its end',
  () => {
    const host = up();
    host.rpmsg.createEndpoint({ name: 'n'.repeat(31) }, () => {});
    const [{ data }] = host.received();
    assert.is(data[31], 0);
    const heard: string[] = [];
    host.rpmsg.onUnknownService = (name) => heard.push(name);
    host.send(53, 53, announcement('m'.repeat(32), 0x61616161));
    assert.is(heard.length, 1);
    assert.ok(/^m{31,32}$/.test(heard[0]), heard[0]);
  },
);

test('every defect that concerns the remote is accounted for', () => {
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 10];
  const missing = numbers.map((number) => `D${number}`).filter((id) => !covered.includes(id));
  assert.equal(missing, []);
});

test.run();

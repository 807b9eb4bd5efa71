/** A host that breaks the rules: the core crashes with a reason, and never reads or writes outside of its memory. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { da } from '../../runtime/abi/address.js';
import { Virtqueue } from '../../runtime/virtio/virtqueue.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { BASE, boardInfo, PA_BASE, SimHal, SimHost, TRACE_AT, TRACE_LEN } from '../support/sim-hal.js';

const LIMIT = 5000;
const NUM = 8;

/** A host that is up; buffers were never mapped yet. */
function up(): SimHost {
  const host = new SimHost({ num: NUM });
  host.rpmsg.createEndpoint({ src: 1024, dst: 2000 }, () => {});
  host.up();
  return host;
}

/** Changes descriptor `id` of ring `i`. */
function desc(host: SimHost, i: number, id: number) {
  const at = host.ringAt(i) + 16 * id;
  const { view } = host.hal;
  return {
    lo: (value: number) => view.setUint32(at, value, true),
    hi: (value: number) => view.setUint32(at + 4, value, true),
    len: (value: number) => view.setUint32(at + 8, value, true),
    flags: (value: number) => view.setUint16(at + 12, value, true),
  };
}

function avail(host: SimHost, i: number) {
  const at = host.ringAt(i) + 16 * NUM;
  const { view } = host.hal;
  return {
    idx: (value: number) => view.setUint16(at + 2, value, true),
    slot: (slot: number, id: number) => view.setUint16(at + 4 + 2 * slot, id, true),
  };
}

const trySend = (host: SimHost) => host.rpmsg.endpoints()[0].trySend('x');
const deliver = (host: SimHost) => host.hal.interrupt();

interface Attack {
  readonly name: string;
  readonly ring: 0 | 1;
  readonly damage: (host: SimHost) => void;
  readonly message: RegExp;
}

const both = (name: string, damage: (host: SimHost, ring: 0 | 1) => void, message: RegExp): Attack[] =>
  ([0, 1] as const).map((ring) => ({ name, ring, damage: (host) => damage(host, ring), message }));

const attacks: Attack[] = [
  ...both(
    'descriptor id equal to the ring size',
    (h, r) => avail(h, r).slot(0, NUM),
    /descriptor 8 in a ring of 8$/,
  ),
  ...both('descriptor id 65535', (h, r) => avail(h, r).slot(0, 65535), /descriptor 65535 in a ring of 8$/),
  ...both(
    'address below the memory',
    (h, r) => desc(h, r, 0).lo(PA_BASE - 4),
    /outside of the memory that test-board shares/,
  ),
  ...both(
    'address behind the memory',
    (h, r) => desc(h, r, 0).lo(PA_BASE + 0x100000),
    /outside of the memory/,
  ),
  ...both(
    'last byte behind the memory',
    (h, r) => desc(h, r, 0).lo(PA_BASE + 0x100000 - 16),
    /outside of the memory/,
  ),
  ...both('address above 4 GiB', (h, r) => desc(h, r, 0).hi(1), /addr 0x1_30.*outside of the memory/),
  ...both('length of 4 GiB', (h, r) => desc(h, r, 0).len(0xffffffff), /len 4294967295\) lies outside/),
  ...both('unaligned address', (h, r) => desc(h, r, 0).lo(PA_BASE + 0x10001), /is not 4-byte aligned/),
  ...both(
    'a device address instead of a physical one',
    (h, r) => desc(h, r, 0).lo(BASE + 0x10000),
    /outside of the memory/,
  ),
  { name: 'NEXT', ring: 0, damage: (h) => desc(h, 0, 0).flags(3), message: /has flags 3: one plain buffer/ },
  { name: 'INDIRECT', ring: 0, damage: (h) => desc(h, 0, 0).flags(6), message: /has flags 6/ },
  { name: 'NEXT', ring: 1, damage: (h) => desc(h, 1, 0).flags(1), message: /has flags 1/ },
  { name: 'INDIRECT', ring: 1, damage: (h) => desc(h, 1, 0).flags(4), message: /has flags 4/ },
  {
    name: 'read-only buffer',
    ring: 0,
    damage: (h) => desc(h, 0, 0).flags(0),
    message: /is not writable for the device/,
  },
  {
    name: 'writable buffer',
    ring: 1,
    damage: (h) => desc(h, 1, 0).flags(2),
    message: /is writable for the device/,
  },
  {
    name: 'avail.idx jumps by more than the ring',
    ring: 1,
    damage: (h) => avail(h, 1).idx(NUM + 1),
    message: /avail.idx 9 is 9 ahead in a ring of 8$/,
  },
  {
    name: 'avail.idx goes back',
    ring: 1,
    damage: (h) => avail(h, 1).idx(0xffff),
    message: /avail.idx 65535 is 65535 ahead in a ring of 8$/,
  },
  {
    name: 'avail.idx jumps by more than the ring',
    ring: 0,
    damage: (h) => avail(h, 0).idx(NUM + 1),
    message: /avail.idx 9 is 9 ahead in a ring of 8$/,
  },
];

/** Memory without what a crash may change: the trace, and used.flags of vring 1, which is ours. */
function withoutTraceAndFlags(host: SimHost, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.fill(0, TRACE_AT, TRACE_AT + TRACE_LEN);
  // The used ring of a ring of 8 aligned to 16: 16 * 8 + 6 + 2 * 8, rounded up.
  copy.fill(0, host.ringAt(1) + 160, host.ringAt(1) + 162);
  return copy;
}

for (const { name, ring, damage, message } of attacks) {
  test(
    `vring ${ring}, ${name}: throws, nothing but the rings was touched`,
    deadline(LIMIT, () => {
      const host = up();
      if (ring === 1) host.put(2000, 1024, 'x');
      damage(host);
      const before = host.hal.bytes.slice();
      host.hal.windows.length = 0;
      assert.throws(() => (ring === 0 ? trySend(host) : deliver(host)), message);
      // The trace gets the reason and nothing else is looked at.
      assert.equal(host.hal.windows, []);
      if (ring === 1) assert.match(host.hal.crashed!.reason, message);
      assert.equal(withoutTraceAndFlags(host, host.hal.bytes), withoutTraceAndFlags(host, before));
      assert.equal(host.hal.kicks, []);
    }),
  );
}

test(
  'a buffer that moves is mapped anew',
  deadline(LIMIT, () => {
    const host = new SimHost({ num: 1 });
    const endpoint = host.rpmsg.createEndpoint({ dst: 5 }, () => {});
    host.up();
    endpoint.trySend('a');
    host.input.getBuf();
    host.input.addInbuf(PA_BASE + 0x20000, 512, 0);
    endpoint.trySend('b');
    assert.is(host.hal.bytes[0x20000 + 16], 'b'.charCodeAt(0));
    assert.is(host.hal.bytes[0x10000 + 16], 'a'.charCodeAt(0));
    host.input.getBuf();
    host.input.addInbuf(PA_BASE + 0x20000, 20, 0);
    assert.throws(() => endpoint.trySend('12345'), /at most 4/);
    assert.is(endpoint.trySend('1234'), true);
  }),
);

test(
  'buffers that are too small for a header: nothing is sent or delivered, nothing behind them is touched',
  deadline(LIMIT, () => {
    for (const len of [0, 4, 12, 15]) {
      const host = up();
      desc(host, 0, 0).len(len);
      const before = host.hal.bytes.slice(0x10000);
      assert.throws(() => trySend(host), /the host takes at most -\d+$/);
      assert.equal(host.hal.bytes.slice(0x10000), before);
      host.put(2000, 1024, 'x');
      desc(host, 1, 0).len(len);
      deliver(host);
      assert.is(host.rpmsg.counters.malformed, 1);
    }
  }),
);

const config = { da: da(BASE + 0x1000), num: 8, align: 16, notifyid: 0 };
const refusals: [string, object, RegExp][] = [
  ['no entries', { num: 0 }, /vring of 0 entries/],
  ['3 entries', { num: 3 }, /vring of 3 entries: virtio needs a power of two/],
  ['65536 entries', { num: 65536 }, /vring of 65536 entries/],
  ['NaN entries', { num: Number.NaN }, /vring of NaN entries/],
  ['ring at an odd address', { da: da(BASE + 0x1002) }, /its parts must be 4-byte aligned/],
  ['used ring at 2 mod 4', { num: 2, align: 2 }, /its parts must be 4-byte aligned/],
  ['address any', { da: da(0xffffffff) }, /aligned|no memory/],
  [
    'outside of the memory',
    { da: da(BASE + 0x100000 - 64) },
    /does not lie in the memory that test-board shares/,
  ],
  ['below the memory', { da: da(0) }, /does not lie in the memory that test-board shares/],
];
for (const [name, wrong, message] of refusals) {
  test(
    `a ring that cannot be: ${name}`,
    deadline(LIMIT, () => {
      assert.throws(() => new Virtqueue(new SimHal(), boardInfo, { ...config, ...wrong }, true), message);
    }),
  );
}

test.run();

/** In which order rings and buffers are cleaned and invalidated: that of the barriers (virtio-ring.md section 3). */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HostCache } from '../../../host-sim/soc/host-cache.js';
import { Virtqueue } from '../../../host-sim/virtio/virtqueue.js';
import { pa } from '../../../runtime/abi/address.js';
import { VIRTIO_RING_F_EVENT_IDX } from '../../../runtime/abi/virtio.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { rpmsgBench } from '../../support/sim-rpmsg.js';

const LIMIT = 5000;
const BASE = 0x30060000;
/** Offsets of a ring of 4 entries aligned to 16 bytes, from the table in virtio-ring.md section 1. */
const [AVAIL, USED] = [64, 80];

function setup(features = 0) {
  const log: string[] = [];
  const note =
    (what: string): HostCache['clean'] =>
    (at, len) =>
      log.push(`${what} ${at - BASE}+${len}`);
  const cache: HostCache = { invalidate: note('invalidate'), clean: note('clean'), read() {} };
  const memory = new Uint8Array(4096);
  const ring = { num: 4, align: 16 };
  const queue = new Virtqueue(
    'output',
    ring,
    pa(BASE),
    memory,
    features,
    () => {},
    () => log.push('kick'),
    cache,
  );
  const used = new DataView(memory.buffer, USED);
  return { queue, log, used, calls: () => log.splice(0) };
}

test(
  'a buffer is posted: descriptor, entry, index; then the flags are read, then the kick',
  deadline(LIMIT, () => {
    const { queue, calls } = setup();
    queue.addOutbuf(0x1000, 16, 0);
    queue.addOutbuf(0x2000, 16, 1);
    queue.kick();
    assert.equal(calls(), [
      ...['clean 0+16', `clean ${AVAIL + 4}+2`, `clean ${AVAIL + 2}+2`],
      ...['clean 16+16', `clean ${AVAIL + 6}+2`, `clean ${AVAIL + 2}+2`],
      ...[`invalidate ${USED}+2`, 'kick'],
    ]);
  }),
);

test(
  'a buffer is taken back: index, then its entry; nothing more where there is none',
  deadline(LIMIT, () => {
    const { queue, used, calls } = setup();
    queue.addOutbuf(0x1000, 16, 7);
    used.setUint16(2, 1, true);
    calls();
    assert.is(queue.getBuf(), 7);
    assert.is(queue.getBuf(), -1);
    assert.equal(calls(), [
      ...[`invalidate ${USED + 2}+2`, `invalidate ${USED + 4}+8`],
      `invalidate ${USED + 2}+2`,
    ]);
  }),
);

test(
  'interrupts are allowed first, and then the index is read once more',
  deadline(LIMIT, () => {
    const { queue, used, calls } = setup();
    queue.disableCb();
    used.setUint16(2, 0, true);
    assert.is(queue.enableCb(), true);
    assert.equal(calls(), [`clean ${AVAIL}+2`, `clean ${AVAIL}+2`, `invalidate ${USED + 2}+2`]);
  }),
);

test(
  'event indices lie behind the rings',
  deadline(LIMIT, () => {
    const { queue, used, calls } = setup(1 << VIRTIO_RING_F_EVENT_IDX);
    queue.addOutbuf(0x1000, 16, 7);
    calls();
    queue.kick();
    used.setUint16(2, 1, true);
    queue.getBuf();
    assert.equal(calls(), [
      ...[`invalidate ${USED + 4 + 8 * 4}+2`, 'kick'],
      ...[`invalidate ${USED + 2}+2`, `invalidate ${USED + 4}+8`, `clean ${AVAIL + 4 + 2 * 4}+2`],
    ]);
  }),
);

test(
  'rpmsg: the message before its descriptor; the used entry before the message',
  deadline(LIMIT, async () => {
    const { bench, remote } = await rpmsgBench({ cacheLine: 1 });
    remote.announce('one', 0x400);
    const { memory, rproc, channels } = bench.sim;
    const rings = ['vdev0vring0', 'vdev0vring1'].map((name) => rproc.findCarveoutByName(name)!.pa!);
    const order: string[] = [];
    const cache = memory.cache!;
    const watched =
      (what: 'clean' | 'invalidate', call: HostCache['clean']): HostCache['clean'] =>
      (at, len) => {
        const ring = rings.findIndex((start) => at >= start && at < start + 4096);
        order.push(`${what} ${ring < 0 ? `buffer ${len}` : `ring${ring} ${at - rings[ring]}`}`);
        call.call(cache, at, len);
      };
    cache.clean = watched('clean', cache.clean);
    cache.invalidate = watched('invalidate', cache.invalidate);
    const heard: string[] = [];
    const endpoint = channels[0].createEpt((data) => {
      heard.push(Buffer.from(data).toString());
    })!;
    endpoint.sendto(Buffer.from('abc'), 0x400);
    assert.equal(order.splice(0), [
      ...['clean buffer 19', 'clean ring1 0', `clean ring1 ${AVAIL + 4}`, `clean ring1 ${AVAIL + 2}`],
      `invalidate ring1 ${USED}`,
    ]);
    remote.send(0x400, endpoint.addr, 'def');
    assert.equal(heard, ['def']);
    // Is there something; is there still, in getBuf(); then what it is.
    const look = `invalidate ring0 ${USED + 2}`;
    assert.equal(order.slice(0, 4), [
      look,
      look,
      `invalidate ring0 ${USED + 4 + 8}`,
      'invalidate buffer 512',
    ]);
  }),
);

test.run();

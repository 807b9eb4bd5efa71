/** Sections 7 and 8: allocation, vdevs and their rings. */
import * as assert from 'uvu/assert';
import { VIRTIO_CONFIG_S_FAILED } from '../../../runtime/abi/virtio.js';
import { vdevState } from '../../support/sim-boot.js';
import { ANY, carveout, table, vdev } from '../../support/sim-images.js';
import {
  ASSIGNED,
  BOUND,
  boots,
  deadDriver,
  fails,
  lostVdev,
  type MalformedCase,
  ONLINE,
  OOPS,
  plainBoard,
  r,
  refused,
  registered,
  withIommu,
  withTable,
} from './case.js';

const parent = (text: string) => `virt-rproc 30000000.m4: ${text}`;
const DA_WARNING = parent("Allocated carveout doesn't fit device address request");
const LEN = "Registered carveout doesn't fit len request";
const DA = "Registered carveout doesn't fit da request";
const WARN_SIZES = 'WARNING: at drivers/rpmsg/virtio_rpmsg_bus.c rpmsg_probe';
/** A vdev whose rings are allocated: no reserved regions. */
const PLAIN_BOUND = [ONLINE, registered()];

function allocationFails(name: string, len: number) {
  return fails(-12, [
    parent(`failed to allocate dma memory: len 0x${len.toString(16)}`),
    r(`Unable to allocate carveout ${name}: -12`),
    r('Failed to allocate associated carveouts: -12'),
  ]);
}

const das = (bytes: Uint8Array) => vdevState(bytes).vrings.map(({ da }) => da);
const ids = (bytes: Uint8Array, i: number) => vdevState(bytes, i).vrings.map(({ notifyid }) => notifyid);

export const vdevCases: readonly MalformedCase[] = [
  {
    rows: ['7.error', '7.nomem'],
    name: 'carveout: more than the pool has',
    board: plainBoard,
    image: withTable([carveout('huge', { len: 0x80001 })]),
    expect: allocationFails('huge', 0x80001),
  },
  {
    rows: ['7.error', '7.nomem'],
    name: 'rings: more than the pool has',
    board: plainBoard,
    image: withTable([vdev([{ num: 32768, align: 4096 }, {}])]),
    expect: allocationFails('vdev0vring0', 0xd2000),
  },
  {
    rows: ['7.fixed'],
    name: 'carveout: a fixed address that the allocator does not give; the boot goes on, da is kept',
    image: withTable([carveout('a', { da: 0x70000000 })]),
    expect: boots([DA_WARNING]),
    seen: (_bench, loaded) =>
      assert.is(new DataView(loaded(76).slice().buffer).getUint32(24, true), 0x70000000),
  },
  {
    rows: ['7.iommu'],
    name: 'carveout: a fixed address with an IOMMU is mapped',
    board: withIommu,
    image: withTable([carveout('a', { da: 0x70000000 })]),
    expect: boots(),
  },
  {
    rows: ['7.any', '7.writeback'],
    name: 'carveout: any address; da, pa and len are written back',
    image: withTable([carveout('a', { len: 0x1800 })]),
    expect: boots(),
    seen: (_bench, loaded) =>
      assert.equal([...new Uint32Array(loaded(76).slice().buffer, 24, 3)], [0x30100000, 0x30100000, 0x1800]),
  },
  {
    rows: ['7.writeback'],
    name: 'carveout: a matched entry gets the length of the whole region',
    image: withTable([carveout('sram', { da: 0x10002000, len: 16 })]),
    expect: boots(),
    seen: (_bench, loaded) =>
      assert.equal([...new Uint32Array(loaded(76).slice().buffer, 24, 3)], [0x10000000, 0x30000000, 0x60000]),
  },
  {
    rows: ['8.1.1'],
    name: 'vdev: a config space of nearly 4 GiB',
    image: withTable([vdev([{}, {}], { config_len: 0xffffffff })]),
    expect: refused(-22, 'vdev rsc is truncated'),
  },
  {
    rows: ['8.1.1'],
    name: 'vdev: 255 rings in a table that has two',
    image: withTable([vdev([{}, {}], { num_of_vrings: 255 })]),
    expect: refused(-22, 'vdev rsc is truncated'),
  },
  {
    rows: ['8.1.2'],
    name: 'vdev: reserved bytes, before the number of rings',
    image: withTable([vdev([{}, {}, {}], { reserved: new Uint8Array([0, 1]) })]),
    expect: refused(-22, 'vdev rsc has non zero reserved bytes'),
  },
  {
    rows: ['8.1.3'],
    name: 'vdev: three rings',
    image: withTable([vdev([{}, {}, {}])]),
    expect: refused(-22, 'too many vrings: 3'),
  },
  {
    rows: ['8.1.few'],
    name: 'vdev: no rings; the driver finds none',
    image: withTable([vdev([])]),
    ...deadDriver(-12, [ASSIGNED, OOPS]),
  },
  {
    rows: ['8.1.few'],
    name: 'vdev: one ring, and no region for a second one',
    board: plainBoard,
    image: withTable([vdev([{ num: 16 }])]),
    ...deadDriver(-12),
  },
  {
    rows: ['8.1.few'],
    name: 'vdev: one ring; the driver finds no second one',
    image: withTable([vdev([{}])]),
    ...deadDriver(-12, [ASSIGNED, OOPS]),
    seen: (_bench, loaded) =>
      assert.ok(vdevState(loaded(68)).status & VIRTIO_CONFIG_S_FAILED, 'status has bit 0x80'),
  },
  {
    rows: ['8.1.qsz', '8.1.probe'],
    name: 'vdev: num 0',
    image: withTable([vdev([{ num: 0 }, {}])]),
    ...lostVdev(-22, ['invalid qsz (0) or alignment (16)']),
  },
  {
    rows: ['8.1.qsz', '8.1.probe'],
    name: 'vdev: align 0 in the second ring',
    image: withTable([vdev([{}, { align: 0 }])]),
    ...lostVdev(-22, ['invalid qsz (4) or alignment (0)']),
  },
  {
    rows: ['8.1.qsz'],
    name: 'vdev: both wrong, printed as signed numbers',
    image: withTable([vdev([{ num: 0xffffffff, align: 0 }, {}])]),
    ...lostVdev(-22, ['invalid qsz (-1) or alignment (0)']),
  },
  {
    rows: ['8.1.4', '8.1.ids'],
    name: 'vdev: the lost one keeps its index, not its notifyids; the next one still binds',
    board: plainBoard,
    image: withTable([vdev([{ num: 0 }, {}]), vdev()]),
    ...lostVdev(-22, ['invalid qsz (0) or alignment (16)'], [ONLINE, registered(1, 7, 0)]),
    seen: (_bench, loaded) => assert.equal(ids(loaded(160), 1), [0, 1]),
  },
  {
    rows: ['8.1.ids'],
    name: "vdev: the image's notifyids are replaced by the lowest free ones",
    board: plainBoard,
    image: withTable([vdev([{ notifyid: 9 }, { notifyid: 9 }]), vdev([{ notifyid: 0 }, { notifyid: 0 }])]),
    expect: boots([...PLAIN_BOUND, 'virtio_rpmsg_bus virtio1: rpmsg host is online', registered(1, 7, 1)]),
    seen: (_bench, loaded) => assert.equal([...ids(loaded(160), 0), ...ids(loaded(160), 1)], [0, 1, 2, 3]),
  },
  {
    rows: ['8.1.found', '6.6.1'],
    name: 'vdev: a ring larger than the region of its name',
    image: withTable([vdev([{ num: 1024 }, {}])]),
    ...lostVdev(-12, [LEN]),
  },
  {
    rows: ['8.1.new'],
    name: 'vdev: no region of that name',
    board: plainBoard,
    image: withTable([vdev()]),
    expect: boots(PLAIN_BOUND),
  },
  {
    rows: ['8.2.any-none'],
    name: 'ring at any address, no region: the pool, and the address is told',
    board: plainBoard,
    image: withTable([vdev()]),
    expect: boots(PLAIN_BOUND),
    seen: (_bench, loaded) => assert.equal(das(loaded(88)), [0x30100000, 0x30101000]),
  },
  {
    rows: ['8.2.any-region'],
    name: "ring at any address, a region: the region's address",
    image: withTable([vdev()]),
    expect: boots(BOUND),
    seen: (_bench, loaded) => assert.equal(das(loaded(88)), [0x10060000, 0x10064000]),
  },
  {
    rows: ['8.2.fixed-region'],
    name: 'ring inside its region: it lies at the start of the region',
    image: withTable([vdev([{ da: 0x10061000 }, { da: 0x10067000 }])]),
    expect: boots(BOUND),
    seen: (_bench, loaded) => assert.equal(das(loaded(88)), [0x10060000, 0x10064000]),
  },
  {
    rows: ['8.2.fixed-region', '6.6.3'],
    name: 'ring inside its region, but not with the rest of its page',
    image: withTable([vdev([{ da: 0x10063800 }, {}])]),
    ...lostVdev(-12, [LEN]),
  },
  {
    rows: ['8.2.fixed-region', '6.6.3'],
    name: 'ring behind its region',
    image: withTable([vdev([{}, { da: 0x10068000 }])]),
    ...lostVdev(-12, [LEN]),
  },
  {
    rows: ['8.2.fixed-region', '6.6.3'],
    name: 'ring in front of its region',
    image: withTable([vdev([{ da: 0x1005f000 }, {}])]),
    ...lostVdev(-12, [DA]),
  },
  {
    rows: ['8.2.fixed-none'],
    name: 'ring at a fixed address, no region: elsewhere, and the requested address is told',
    board: plainBoard,
    image: withTable([vdev([{ da: 0x10050000 }, { da: ANY }])]),
    expect: boots([DA_WARNING, ...PLAIN_BOUND]),
    seen: (_bench, loaded) => assert.equal(das(loaded(88)), [0x10050000, 0x30101000]),
  },
  {
    rows: ['8.2.zero'],
    name: 'ring at 0, a region: 0 is an address like any other',
    image: withTable([vdev([{ da: 0 }, { da: 0 }])]),
    ...lostVdev(-12, [DA]),
  },
  {
    rows: ['8.2.zero'],
    name: 'ring at 0, no region: stays 0',
    board: plainBoard,
    image: withTable([vdev([{ da: 0 }, { da: 0 }])]),
    expect: boots([DA_WARNING, DA_WARNING, ...PLAIN_BOUND]),
    seen: (_bench, loaded) => assert.equal(das(loaded(88)), [0, 0]),
  },
  {
    rows: ['8.3'],
    name: 'status, gfeatures and ring addresses of the image are replaced when the driver binds',
    image: withTable([vdev([{}, {}], { status: 0xff, gfeatures: 0xffffffff, dfeatures: 0xffffffff })]),
    expect: boots(BOUND),
    seen: (_bench, loaded) => {
      const { status, gfeatures } = vdevState(loaded(88));
      assert.is(status, 7);
      assert.is(gfeatures, 0x30000001);
    },
  },
  {
    rows: ['8.4.region'],
    name: 'rings of different sizes: the driver warns, counts by vring 0, and the region has the room',
    image: withTable([vdev([{ num: 8 }, { num: 4 }])]),
    expect: boots([ASSIGNED, WARN_SIZES, ONLINE, registered()]),
  },
  {
    rows: ['8.4.driver'],
    name: 'a buffer region that is too small: the rpmsg driver fails, the vdev is registered all the same',
    board: plainBoard,
    image: withTable([carveout('vdev0buffer', { len: 0x1000 }), vdev([{ num: 16 }, { num: 16 }])]),
    ...deadDriver(-12, ['rproc-virtio rproc-virtio.0.auto: vdev 0 buffer already mapped']),
  },
  {
    rows: ['8.4.registered'],
    name: 'a buffer carveout of the image is mapped already',
    board: plainBoard,
    image: withTable([carveout('vdev0buffer', { len: 0x1000 }), vdev()]),
    expect: boots(['rproc-virtio rproc-virtio.0.auto: vdev 0 buffer already mapped', ...PLAIN_BOUND]),
  },
  {
    rows: ['8.4.none'],
    name: 'no buffer region: the pool of the parent',
    board: plainBoard,
    image: withTable([vdev()]),
    expect: boots(PLAIN_BOUND),
  },
  {
    rows: ['8.4.driver'],
    name: 'a virtio id that no driver knows: registered, nothing binds',
    board: plainBoard,
    image: withTable([vdev([{}, {}], { id: 24 })]),
    expect: boots([registered(0, 24)]),
  },
  {
    rows: ['8.1.1'],
    name: 'a table with nothing but a whole vdev: the shortest that binds',
    image: () => withTable([vdev()], { tableAt: 0x10000010 })(),
    expect: boots(BOUND),
    seen: () => assert.is(table([vdev()]).length, 88),
  },
];

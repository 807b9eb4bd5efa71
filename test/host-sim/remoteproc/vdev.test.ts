/** linux-remoteproc.md sections 8.1 to 8.3: vdev entries, the da rules of vrings, notifyids, what is written when. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { virtIvshmem } from '../../../boards/virt-ivshmem.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { virtRv32 } from '../../../boards/virt-rv32.js';
import { type KernelVersion, kernelVersions } from '../../../host-sim/kernel.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog, bootTable, vdevState } from '../../support/sim-boot.js';
import { ANY, carveout, image, table, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const UP = 'remote processor m4 is now up';
const DEV = 'rproc-virtio rproc-virtio.0.auto';
const ONLINE = 'virtio_rpmsg_bus virtio0: rpmsg host is online';
const REGISTERED = `${DEV}: registered virtio0 (type 7)`;
const NOT_THERE = "Allocated carveout doesn't fit device address request";

function probeFailed(kernel: KernelVersion, errno: number, n = 0): string {
  return kernel === '6.1'
    ? `rproc-virtio: probe of rproc-virtio.${n}.auto failed with error ${errno}`
    : `rproc-virtio rproc-virtio.${n}.auto: probe with driver rproc-virtio failed with error ${errno}`;
}

const reserved = (a: number, b: number) => vdev([{}, {}], { reserved: Uint8Array.of(a, b) });
const refused: [string, Uint8Array, string][] = [
  ['row 1: the entry ends in its fixed part', table([vdev([]).slice(0, 27)]), 'vdev rsc is truncated'],
  ['row 1: one byte of the last vring is missing', table([vdev().slice(0, 67)]), 'vdev rsc is truncated'],
  ['row 1: config space is missing', table([vdev([{}, {}], { config_len: 1 })]), 'vdev rsc is truncated'],
  [
    'row 1: config_len does not wrap',
    table([vdev([{}, {}], { config_len: 0xffffffff })]),
    'vdev rsc is truncated',
  ],
  [
    'row 1 before row 3: 255 vrings that are not there',
    table([vdev([{}, {}], { num_of_vrings: 255 })]),
    'vdev rsc is truncated',
  ],
  ['row 2: reserved[0]', table([reserved(1, 0)]), 'vdev rsc has non zero reserved bytes'],
  ['row 2: reserved[1]', table([reserved(0, 128)]), 'vdev rsc has non zero reserved bytes'],
  [
    'row 2 before row 3',
    table([vdev([{}, {}, {}], { reserved: Uint8Array.of(1, 0) })]),
    'vdev rsc has non zero reserved bytes',
  ],
  ['row 3: three vrings', table([vdev([{}, {}, {}])]), 'too many vrings: 3'],
];
for (const [name, bytes, message] of refused) {
  test(
    `8.1 ${name}`,
    deadline(LIMIT, async () => {
      const { errno, log, file } = await bootTable([], { table: bytes });
      assert.is(errno, -22);
      const end = ['Failed to process resources: -22', 'Boot failed: -22'];
      assert.equal(log, bootLog(file, message, ...end));
    }),
  );
}

const lost: [string, Uint8Array, string[], number][] = [
  ['vring 0 without entries', vdev([{ num: 0 }, {}]), ['invalid qsz (0) or alignment (16)'], -22],
  ['vring 1 without entries', vdev([{}, { num: 0 }]), ['invalid qsz (0) or alignment (16)'], -22],
  ['align 0', vdev([{}, { align: 0 }]), ['invalid qsz (4) or alignment (0)'], -22],
  ['printed as int', vdev([{ num: 0xffffffff, align: 0 }, {}]), ['invalid qsz (-1) or alignment (0)'], -22],
  ['the first bad one is told', vdev([{ num: 0 }, { align: 0 }]), ['invalid qsz (0) or alignment (16)'], -22],
  [
    'a region that the ring does not fit',
    vdev([{ num: 1024 }, {}]),
    ["Registered carveout doesn't fit len request"],
    -12,
  ],
  [
    'page rounding counts: 118 bytes would fit behind this address, a page does not',
    vdev([{ da: 0x10063800 }, {}]),
    ["Registered carveout doesn't fit len request"],
    -12,
  ],
  [
    '8.2 da 0 is a fixed address below the region',
    vdev([{ da: 0 }, { da: 0 }]),
    ["Registered carveout doesn't fit da request"],
    -12,
  ],
];
for (const [name, entry, lines, errno] of lost) {
  for (const kernel of kernelVersions) {
    test(
      `8.1 probe fails, the core boots without the vdev: ${name} (${kernel})`,
      deadline(LIMIT, async () => {
        const result = await bootTable([entry], { kernel });
        assert.is(result.errno, 0);
        assert.equal(result.log, bootLog(result.file, ...lines, probeFailed(kernel, errno), UP));
        assert.is(vdevState(result.bench.at(0x10000000, result.table.length)).status, 0);
        assert.equal(result.bench.core.calls, ['start']);
      }),
    );
  }
}

test(
  '8.1 probe fails at vring 1: the ids of vring 0 are free again and its entry is reset (rproc_free_vring)',
  deadline(LIMIT, async () => {
    const { bench, table: bytes } = await bootTable([vdev([{}, { num: 1024 }]), vdev()]);
    const loaded = bench.at(0x10000000, bytes.length);
    assert.equal(vdevState(loaded, 0).vrings, [
      { da: 0, notifyid: 0xffffffff, pa: 0 },
      { da: ANY, notifyid: 7, pa: 0 },
    ]);
    assert.equal(
      vdevState(loaded, 1).vrings.map(({ notifyid }) => notifyid),
      [0, 1],
    );
    await bench.sim.stop();
    await bench.start();
    assert.equal(
      vdevState(bench.at(0x10000000, bytes.length), 1).vrings.map(({ notifyid }) => notifyid),
      [0, 1],
    );
  }),
);

test(
  '8.1 row 4: a vdev that failed keeps its index, not its notifyids; device ids are free after the stop',
  deadline(LIMIT, async () => {
    const bench = new Bench({ board: virtIvshmem });
    const bytes = table([vdev([{ num: 0 }, {}]), vdev()]);
    const { errno, log } = await bench.start(image({ table: bytes, tableAt: 0x10000000 }));
    assert.is(errno, 0);
    assert.equal(log.slice(2), [
      'invalid qsz (0) or alignment (16)',
      probeFailed('6.12', -22),
      ONLINE,
      'rproc-virtio rproc-virtio.1.auto: registered virtio0 (type 7)',
      'remote processor ivshmem is now up',
    ]);
    // vdev1's own regions, ids 0 and 1.
    assert.equal(vdevState(bench.at(0x10000000, bytes.length), 1).vrings, [
      { da: 0x10f00000, notifyid: 0, pa: 0 },
      { da: 0x10f08000, notifyid: 1, pa: 0 },
    ]);
    await bench.sim.stop();
    bench.lines();
    assert.equal((await bench.start()).log, log);
  }),
);

interface DaRow {
  readonly name: string;
  readonly board: Board;
  readonly das: readonly [number, number];
  readonly expected: readonly [number, number];
  /** Physical addresses of the rings. */
  readonly at: readonly [number, number];
  readonly warnings?: number;
}
const daRows: DaRow[] = [
  {
    name: 'any, no region: allocated in the pool, da reported',
    board: virtRv32,
    das: [ANY, ANY],
    expected: [0x80100000, 0x80102000],
    at: [0x80100000, 0x80102000],
  },
  {
    name: "any, region: the region's da",
    board: virtM4,
    das: [ANY, ANY],
    expected: [0x10060000, 0x10064000],
    at: [0x30060000, 0x30064000],
  },
  {
    name: "fixed, region: the ring lies at the region's start and that is reported",
    board: virtM4,
    das: [0x10061000, 0x10066000],
    expected: [0x10060000, 0x10064000],
    at: [0x30060000, 0x30064000],
  },
  {
    name: 'fixed, no region: allocated anywhere, da unchanged, with a warning',
    board: virtRv32,
    das: [0x80040000, 0x80050000],
    expected: [0x80040000, 0x80050000],
    at: [0x80100000, 0x80102000],
    warnings: 2,
  },
  {
    name: 'fixed, no region, but the pool happens to be there',
    board: virtRv32,
    das: [0x80100000, ANY],
    expected: [0x80100000, 0x80102000],
    at: [0x80100000, 0x80102000],
  },
  {
    name: '0, no region: stays 0',
    board: virtRv32,
    das: [0, 0],
    expected: [0, 0],
    at: [0x80100000, 0x80102000],
    warnings: 2,
  },
  {
    name: 'ivshmem, any: the named regions',
    board: virtIvshmem,
    das: [ANY, ANY],
    expected: [0x10ef0000, 0x10ef8000],
    at: [0x10ef0000, 0x10ef8000],
  },
  {
    name: 'ivshmem, fixed in the window: where the image says, unaligned too',
    board: virtIvshmem,
    das: [0x10010010, 0x10020000],
    expected: [0x10010010, 0x10020000],
    at: [0x10010010, 0x10020000],
  },
];
for (const { name, board, das, expected, at, warnings = 0 } of daRows) {
  test(
    `8.2 ${name}`,
    deadline(LIMIT, async () => {
      const tableAt = board.memory.find(({ use }) => use === 'image')!.da;
      const bytes = table([vdev(das.map((da) => ({ da, align: 4096 })))]);
      const bench = new Bench({ board });
      const { errno, log } = await bench.start(image({ table: bytes, tableAt }));
      assert.is(errno, 0);
      const { processor, device } = board.linux;
      assert.equal(
        log.slice(2).filter((line) => !line.includes('assigned reserved')),
        [
          ...new Array(warnings).fill(`${device}: ${NOT_THERE}`),
          ONLINE,
          REGISTERED,
          `remote processor ${processor} is now up`,
        ],
      );
      const { status, vrings } = vdevState(bench.at(tableAt, bytes.length));
      assert.is(status, 7);
      assert.equal(
        vrings.map(({ da }) => da),
        [...expected],
      );
      // 4 receive buffers in vring 0: avail.idx follows the descriptors.
      const avail = new Uint16Array(bench.atPa(at[0] + 64, 4).slice().buffer);
      assert.is(avail[1], 4);
      assert.is(bench.atPa(at[1] + 64, 4)[0], 1);
    }),
  );
}

test(
  '6.2 and 8.2 an entry named as a ring and in front of its vdev is the memory of that ring',
  deadline(LIMIT, async () => {
    const bytes = table([carveout('vdev0vring0', { len: 0x4000 }), vdev()]);
    const bench = new Bench({ board: virtRv32 });
    assert.is((await bench.start(image({ table: bytes, tableAt: 0x80000000 }))).errno, 0);
    assert.equal(bench.sim.rproc.carveouts.map(({ name, len }) => [name, len]).slice(1), [
      ['vdev0vring0', 0x4000],
      ['vdev0vring1', 0x1000],
    ]);
    assert.is(vdevState(bench.at(0x80000000, bytes.length), 1).vrings[0].da, 0x80100000);
  }),
);

test(
  '8.3 notifyids: lowest free ones in table order, whatever the image says; pa is not written',
  deadline(LIMIT, async () => {
    const rings = [{ notifyid: 50, pa: 99 }, { notifyid: 50 }];
    const { bench, table: bytes } = await bootTable([vdev(rings), vdev(rings)]);
    const loaded = bench.at(0x10000000, bytes.length);
    const ids = [0, 1].flatMap((i) => vdevState(loaded, i).vrings.map(({ notifyid }) => notifyid));
    assert.equal(ids, [0, 1, 2, 3]);
    assert.is(vdevState(loaded, 0).vrings[0].pa, 99);
  }),
);

test(
  '8.3 gfeatures: device bits that rpmsg knows and bits 28 and 29; status is reset first',
  deadline(LIMIT, async () => {
    const { bench, table: bytes } = await bootTable([
      vdev([{}, {}], { dfeatures: 0xffffffff, status: 0x8f }),
    ]);
    const state = vdevState(bench.at(0x10000000, bytes.length));
    assert.is(state.gfeatures, 0x30000001);
    assert.is(state.status, 7);
  }),
);

test(
  '8.3 the status goes 0, 1, 3, 7 at a start, and 0, 1 at a stop',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const written: number[] = [];
    const { bus } = bench.sim.rproc.platform;
    const { register } = bus;
    bus.register = (id, parent, transport) => {
      const proto = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(transport), 'status')!;
      Object.defineProperty(transport, 'status', {
        get: () => proto.get!.call(transport),
        set: (value: number) => {
          written.push(value);
          proto.set!.call(transport, value);
        },
      });
      return register.call(bus, id, parent, transport);
    };
    await bench.start(image({ table: table([vdev([{}, {}], { status: 0x55 })]) }));
    assert.equal(written, [0, 1, 3, 7]);
    await bench.sim.stop();
    assert.equal(written.slice(4), [0, 1]);
  }),
);

test(
  '8.1 the size of a ring is vring_size() with the alignment of its entry, in whole pages',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([vdev([{ num: 16, align: 4096 }, { num: 4 }])], { board: virtRv32 });
    const rings = bench.sim.rproc.carveouts.filter(({ name }) => name.startsWith('vdev'));
    assert.equal(
      rings.map(({ len }) => len),
      [8192, 4096],
    );
  }),
);

test(
  '8.1 fewer than two rings can be set up; what the driver makes of them is another matter',
  deadline(LIMIT, async () => {
    for (const count of [0, 1]) {
      const { bench, errno } = await bootTable([vdev(new Array(count).fill({}))], { board: virtRv32 });
      assert.is(errno, 0);
      assert.is(bench.sim.virtio.devices.length, 1);
    }
  }),
);

for (const count of [0, 1]) {
  test(
    `8.1 fewer rings than the driver takes: ${count}`,
    deadline(LIMIT, async () => {
      for (const [board, oopses] of [
        [virtM4, 1],
        [virtRv32, 0],
      ] as const) {
        const { bench } = await bootTable([vdev(new Array(count).fill({}))], { board });
        const lines = bench.sim.kernel.log.lines.map(({ text }) => text);
        const oops = 'BUG: kernel NULL pointer dereference, address: 000000000000001e';
        assert.is(lines.filter((line) => line === oops).length, oopses, board.name);
      }
    }),
  );
}

test(
  '8.3 ring memory is zeroed, vring_size bytes of it, each time the driver takes the queues',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const bytes = table([vdev()]);
    // n 4, align 16: 118 bytes.
    bench.core.onStart = () => {
      bench.at(0x10064000, 4096).fill(0xaa);
    };
    for (let boot = 0; boot < 2; boot++) {
      await bench.start(image({ table: bytes }));
      const ring = bench.at(0x10064000, 120);
      // avail.flags of vring 1 is set by rpmsg on this kernel.
      assert.equal(
        [...ring.subarray(0, 118)].filter((byte) => byte !== 0),
        [1],
      );
      assert.equal([...ring.subarray(118)], [0xaa, 0xaa]);
      await bench.sim.stop();
    }
  }),
);

const odd: [string, Board, Uint8Array][] = [
  ['align 2^32 - 1', virtM4, vdev([{ align: 0xffffffff }, {}])],
  ['one vring', virtM4, vdev([{}])],
  ['no vring', virtM4, vdev([])],
  ['odd ring address', virtIvshmem, vdev([{ da: 0x10010011 }, {}])],
];
for (const [name, board, entry] of odd) {
  test(
    `8 no image makes the simulator throw: ${name}`,
    deadline(LIMIT, async () => {
      const { errno, bench, table: bytes } = await bootTable([entry], { board });
      assert.is(errno, 0);
      assert.is(vdevState(bench.at(0x10000000, bytes.length)).status, 0x83);
      assert.is(await bench.sim.stop(), 0);
    }),
  );
}

test.run();

/** linux-remoteproc.md sections 4.3, 10 and 17: taking over a core that a boot loader started, and leaving it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stm32mp157DkM4 } from '../../../boards/st/stm32mp157-dk-m4.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import type { Mapping } from '../../../host-sim/remoteproc/elf-loader.js';
import type { Rproc } from '../../../host-sim/remoteproc/rproc.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, type BenchOptions, vdevState } from '../../support/sim-boot.js';
import { carveout, image, table, trace, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const AT = 0x10000000;
const bytes = table([carveout('a'), trace(0x10001000, 64), vdev()]);
const file = image({ table: bytes, segments: [{ at: 0x10001000, data: Uint8Array.from([72, 105, 0]) }] });

async function loaded(options: BenchOptions = {}): Promise<Bench> {
  const bench = new Bench({ ...options, detached: true });
  await bench.loaderStarts(file);
  bench.lines();
  return bench;
}

test(
  'linux-remoteproc 4.3 and 10: detached becomes attached by a boot; the log, and what the remote sees',
  deadline(LIMIT, async () => {
    const bench = await loaded();
    assert.is(bench.sim.rproc.state, 'detached');
    assert.equal(bench.core.calls, ['start']);
    const { errno, log } = await bench.start();
    assert.is(errno, 0);
    assert.equal(log, [
      'attaching to m4',
      'rproc-virtio rproc-virtio.0.auto: assigned reserved memory node vdev0buffer@30068000',
      'virtio_rpmsg_bus virtio0: rpmsg host is online',
      'rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)',
      'remote processor m4 is now attached',
    ]);
    assert.is(bench.sim.rproc.state, 'attached');
    assert.equal(bench.core.calls, ['start', 'kick 0'], 'the core was not started again');
    const { status, vrings } = vdevState(bench.at(AT, bytes.length), 2);
    assert.is(status, 7);
    assert.equal(
      vrings.map(({ da, notifyid }) => [da, notifyid]),
      [
        [0x10060000, 0],
        [0x10064000, 1],
      ],
    );
    assert.is(bench.sim.trace(), 'Hi');
    assert.is(bench.sim.rproc.cachedTable, undefined, 'no copy: table_ptr leads to remote memory');
  }),
);

test(
  'linux-remoteproc 10: no image is read: neither the file nor its name matter',
  deadline(LIMIT, async () => {
    const bench = await loaded();
    bench.sim.firmware.fault = () => -5;
    bench.sim.rproc.firmware = '../nowhere';
    assert.is((await bench.start()).errno, 0);
    assert.is(bench.sim.rproc.bootaddr, 0n);
  }),
);

test(
  'linux-remoteproc 10: the attach order and its step by step; detach undoes in the documented order',
  deadline(LIMIT, async () => {
    const bench = await loaded();
    const { ops } = bench.sim.rproc;
    const calls: string[] = [];
    const { prepare, getLoadedRscTable } = ops;
    const status = () => vdevState(bench.at(AT, bytes.length), 2).status;
    ops.prepare = (rproc) => calls.push('prepare') * 0 + prepare!(rproc);
    ops.unprepare = () => {
      calls.push('unprepare');
    };
    ops.getLoadedRscTable = (rproc) => {
      calls.push(`table, ${rproc.carveouts.length > 0} carveouts`);
      return getLoadedRscTable!(rproc);
    };
    ops.attach = async (rproc) =>
      calls.push(`attach, ${rproc.findCarveoutByName('a')?.pa !== undefined}`) * 0;
    ops.detach = async (rproc) => calls.push(`detach, status ${status()}, ${rproc.state}`) * 0;
    bench.sim.rproc.subdevs = [
      {
        prepare: () => calls.push('subdev prepare') * 0,
        start: () => calls.push(`subdev start ${bench.sim.rproc.state}`) * 0,
        stop: (crashed) => {
          calls.push(`subdev stop ${crashed}, status ${status()}`);
        },
        unprepare: () => {
          calls.push(`subdev unprepare ${bench.sim.rproc.state}`);
        },
      },
    ];
    assert.is((await bench.start()).errno, 0);
    assert.equal(calls.splice(0), [
      'prepare',
      'table, true carveouts',
      'subdev prepare',
      'attach, true',
      'subdev start detached',
    ]);
    assert.is(await bench.sim.detach(), 0);
    assert.equal(calls, [
      'subdev stop false, status 1',
      'detach, status 0, attached',
      'subdev unprepare attached',
      'unprepare',
    ]);
  }),
);

test(
  'linux-remoteproc 4.3 and 10: detach restores the table byte for byte, then forgets all; the core runs on; attach again works',
  deadline(LIMIT, async () => {
    const bench = await loaded();
    for (let round = 1; round <= 3; round++) {
      // The remote has changed its own table since the loader put it there: that is what comes back.
      bench.at(AT, bytes.length)[36] = round;
      const found = bench.at(AT, bytes.length).slice();
      assert.is((await bench.start()).errno, 0);
      assert.not.equal(bench.at(AT, bytes.length).slice(), found);
      assert.is(await bench.sim.detach(), 0);
      assert.equal(bench.at(AT, bytes.length).slice(), found);
      assert.equal(bench.lines(), ['detached remote processor m4']);
      const { rproc, channels, virtio } = bench.sim;
      assert.equal([rproc.state, rproc.power, rproc.vrings.size], ['detached', 0, 0]);
      assert.equal([rproc.table, rproc.cachedTable, rproc.cleanTable], [undefined, undefined, undefined]);
      assert.equal([rproc.carveouts, rproc.subdevs, channels, virtio.devices], [[], [], [], []]);
      assert.not.ok(bench.core.calls.includes('stop'));
    }
  }),
);

for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 10: an attached core that is stopped is offline; start boots the image then (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = await loaded({ kernel });
      await bench.start();
      const { rproc } = bench.sim;
      let atStop: Uint8Array | undefined;
      bench.core.onStop = () => {
        atStop = rproc.table?.bytes();
        assert.is(atStop, rproc.cachedTable, 'a copy of the remote table serves for the rest');
        assert.is(rproc.cleanTable, undefined);
      };
      assert.is(await bench.sim.stop(), 0);
      assert.is(atStop?.length, bytes.length);
      assert.equal(bench.lines(), ['stopped remote processor m4']);
      assert.is(rproc.state, 'offline');
      bench.core.calls.length = 0;
      const { errno, log } = await bench.start(file);
      assert.is(errno, 0);
      assert.equal(log.slice(0, 2), ['powering up m4', `Booting fw image fw.elf, size ${file.length}`]);
      assert.is(log.at(-1), 'remote processor m4 is now up');
      assert.equal(bench.core.calls, ['start', 'kick 0']);
    }),
  );
}

/** After an attach that failed everything but `table_ptr` is as before. */
function assertUnwound({ sim }: Bench, carveouts: number): void {
  const { rproc } = sim;
  assert.equal([rproc.state, rproc.power], ['detached', 0]);
  assert.equal([rproc.carveouts.length, rproc.traces, rproc.vdevCleanups], [carveouts, [], []]);
  assert.is(rproc.vrings.size, 0);
  assert.is(rproc.cleanTable, undefined);
  assert.equal(sim.virtio.devices, []);
}

type Break = (rproc: Rproc, bench: Bench) => void;
const own = (rproc: Rproc) => rproc.subdevs.push.bind(rproc.subdevs);
/** What is broken: how, errno, the lines after "attaching to", whether unprepare and the core's stop are called. */
const failures: [string, Break, number, string[], boolean, boolean][] = [
  ['prepare', ({ ops }) => (ops.prepare = () => -16), -16, ["can't prepare rproc m4: -16"], false, false],
  [
    'the table',
    ({ ops }) => (ops.getLoadedRscTable = () => -22),
    -22,
    ["can't load resource table: -22", "can't load resource table: -22"],
    true,
    false,
  ],
  [
    'an entry',
    (_rproc, bench) => bench.at(AT, bytes.length).fill(0xff, 16, 20),
    -22,
    ['rsc table is truncated', 'Failed to process resources: -22'],
    true,
    false,
  ],
  [
    'a carveout',
    ({ dma }) => (dma.alloc = () => undefined),
    -12,
    [
      'virt-rproc 30000000.m4: failed to allocate dma memory: len 0x1000',
      'Unable to allocate carveout a: -12',
      'Failed to allocate associated carveouts: -12',
    ],
    true,
    false,
  ],
  [
    'subdevices to prepare',
    (rproc) => own(rproc)({ prepare: () => -6 }),
    -6,
    ['failed to prepare subdevices for m4: -6'],
    true,
    false,
  ],
  [
    'attach',
    ({ ops }) => (ops.attach = async () => -110),
    -110,
    ["can't attach to rproc m4: -110"],
    true,
    false,
  ],
  [
    'subdevices to start',
    (rproc) => own(rproc)({ start: () => -19 }),
    -19,
    ['failed to probe subdevices for m4: -19'],
    true,
    true,
  ],
];
for (const [what, breakIt, errno, lines, unprepared, stopped] of failures) {
  test(
    `linux-remoteproc 4.3 and 10: attach fails at ${what}: ${errno}, unwound, works afterwards`,
    deadline(LIMIT, async () => {
      const bench = await loaded();
      const { rproc } = bench.sim;
      const { ops } = rproc;
      const saved = { ...ops };
      const alloc = rproc.dma.alloc;
      let unprepares = 0;
      ops.unprepare = () => {
        unprepares++;
      };
      breakIt(rproc, bench);
      bench.core.calls.length = 0;
      assert.equal(await bench.start(), {
        errno,
        log: ['attaching to m4', ...lines, `Boot failed: ${errno}`],
      });
      assert.is(unprepares, unprepared ? 1 : 0);
      assert.equal(bench.core.calls, stopped ? ['stop'] : []);
      // Without a table the cleanup is skipped: what the driver registered stays, and comes once more the next time.
      assertUnwound(bench, what === 'the table' ? 4 : 0);
      Object.assign(ops, saved);
      rproc.dma.alloc = alloc;
      rproc.subdevs = [];
      bench.at(AT, bytes.length).set(bytes);
      assert.is(await bench.sim.start(), 0);
    }),
  );
}

test(
  'linux-remoteproc 4.3 and 15: no table is fine; then nothing is restored and nothing is there',
  deadline(LIMIT, async () => {
    const bench = await loaded();
    bench.sim.rproc.ops.getLoadedRscTable = undefined;
    assert.equal((await bench.start()).log, ['attaching to m4', 'remote processor m4 is now attached']);
    assert.is(
      bench.read('/sys/kernel/debug/remoteproc/remoteproc0/resource_table'),
      'No resource table found\n',
    );
    assert.is(await bench.sim.detach(), 0);
    assert.equal(bench.at(AT, bytes.length).slice(), bytes);
  }),
);

test(
  'linux-remoteproc 4.3: version, reserved words and number of entries are not looked at; each entry is',
  deadline(LIMIT, async () => {
    const bench = await loaded();
    const live = bench.at(AT, bytes.length);
    live.set([9, 0, 0, 0], 0);
    live.set([1, 2, 3, 4], 8);
    assert.is((await bench.start()).errno, 0);
    assert.is(await bench.sim.detach(), 0);
    bench.lines();
    live.set([255, 255, 0, 0], 4);
    const { errno, log } = await bench.start();
    assert.is(errno, -22);
    // What follows the offsets is taken for one: the type of the first entry, 0.
    assert.equal(log.slice(-3, -1), ['rsc table is truncated', 'Failed to process resources: -22']);
  }),
);

test(
  'linux-remoteproc 4.3 and 10: no detach method: -EINVAL, attached still; no copy of the table was made',
  deadline(LIMIT, async () => {
    const bench = await loaded();
    bench.sim.rproc.ops.detach = undefined;
    await bench.start();
    assert.is(bench.sim.rproc.cleanTable, undefined);
    assert.is(await bench.write('state', 'detach'), -22);
    assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['attached', 1]);
    assert.is(bench.sim.virtio.devices.length, 1, 'nothing was torn down');
  }),
);

test(
  'linux-remoteproc 10: a detach that fails: its errno and line, the reference stays',
  deadline(LIMIT, async () => {
    const bench = await loaded();
    await bench.start();
    bench.sim.rproc.ops.detach = async () => -16;
    assert.is(await bench.sim.detach(), -16);
    assert.equal(bench.lines(), ["can't detach from rproc: -16"]);
    assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['attached', 1]);
    assert.equal(bench.at(AT, bytes.length).slice(), bytes, 'the table was given back before');
  }),
);

test(
  'linux-remoteproc 13: the firmware of an attached core is unknown, whatever the name',
  deadline(LIMIT, async () => {
    const bench = await loaded();
    assert.is(bench.read('firmware'), 'rproc-m4-fw\n');
    await bench.start();
    assert.is(bench.read('firmware'), 'unknown\n');
    assert.is(await bench.write('firmware', 'other'), -16);
  }),
);

test(
  'linux-remoteproc 10 and 15: no attach method: the registration is refused',
  deadline(LIMIT, async () => {
    const { sim } = new Bench({ board: stm32mp157DkM4 });
    const { registry, rproc } = sim;
    assert.is(await registry.del(rproc), 0);
    rproc.state = 'detached';
    delete rproc.ops.attach;
    assert.is(registry.add(rproc), -22);
    assert.equal(registry.all, []);
    assert.equal(sim.dev.list(), []);
  }),
);

test(
  'the boot loader refuses what does not fit, and a core that it does not look after',
  deadline(LIMIT, async () => {
    const wrong = new Bench({ detached: true });
    const far = image({ segments: [{ at: 4, memsz: 4 }] });
    assert.is(await wrong.sim.processors[0].bootByLoader(far), -22);
    assert.equal(wrong.lines(), ['boot loader: bad phdr da 0x4 mem 0x4']);
    const offline = new Bench();
    assert.is(await offline.sim.processors[0].bootByLoader(file), -22);
    assert.equal([...wrong.core.calls, ...offline.core.calls], []);
    const { rproc } = wrong.sim;
    const none: Mapping | number | undefined = rproc.ops.getLoadedRscTable!(rproc);
    assert.is(none, undefined);
  }),
);

test.run();

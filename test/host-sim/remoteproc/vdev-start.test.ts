/** linux-remoteproc.md section 8.4: a vdev starts: its buffers, its driver, what happens when one is missing. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtRv32 } from '../../../boards/virt-rv32.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog, bootTable, payloadOf, vdevState } from '../../support/sim-boot.js';
import { carveout, concat, image, table, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const UP = 'remote processor m4 is now up';
const DEV = 'rproc-virtio rproc-virtio.0.auto';
const ASSIGNED = `${DEV}: assigned reserved memory node vdev0buffer@30068000`;
const ONLINE = 'virtio_rpmsg_bus virtio0: rpmsg host is online';
const REGISTERED = `${DEV}: registered virtio0 (type 7)`;
const LIVE = [ASSIGNED, ONLINE, REGISTERED];

test(
  '8.4 and 15 no kick method: the boot fails, the core is stopped again',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    bench.sim.rproc.ops.kick = undefined;
    const file = image({ table: table([vdev()]) });
    const { errno, log } = await bench.start(file);
    assert.is(errno, -22);
    assert.equal(
      log,
      bootLog(
        file,
        `${DEV}: .kick method not defined for m4`,
        'failed to probe subdevices for m4: -22',
        'Boot failed: -22',
      ),
    );
    assert.equal(bench.core.calls, ['start', 'stop']);
    assert.is(bench.sim.rproc.power, 0);
  }),
);

test(
  "8.4 and rpmsg 3 buffers come from vdev0buffer: reserved region, the image's own carveout (already mapped), or the pool",
  deadline(LIMIT, async () => {
    const firstBuffer = (bench: Bench, ringDa: number): number =>
      new DataView(bench.at(ringDa, 8).slice().buffer).getUint32(0, true);
    const m4 = await bootTable([vdev()]);
    assert.equal(m4.log, bootLog(m4.file, ...LIVE, UP));
    assert.is(firstBuffer(m4.bench, 0x10060000), 0x30068000);

    const own = await bootTable([carveout('vdev0buffer', { len: 0x2000 }), vdev()], { board: virtRv32 });
    assert.equal(own.log.slice(2), [
      `${DEV}: vdev 0 buffer already mapped`,
      ONLINE,
      REGISTERED,
      'remote processor rv32 is now up',
    ]);
    assert.is(firstBuffer(own.bench, 0x80102000), 0x80100000);

    const pool = await bootTable([vdev()], { board: virtRv32 });
    assert.equal(pool.log.slice(2), [ONLINE, REGISTERED, 'remote processor rv32 is now up']);
    assert.is(firstBuffer(pool.bench, 0x80100000), 0x80102000);
  }),
);

for (const kernel of kernelVersions) {
  test(
    `8.4 and rpmsg 4 the virtio driver's probe fails: the boot goes on, status has 0x80 (${kernel})`,
    deadline(LIMIT, async () => {
      const tiny = carveout('vdev0buffer', { len: 0x1000 });
      const result = await bootTable([tiny, vdev([{ num: 64 }, { num: 64 }])], { board: virtRv32, kernel });
      assert.is(result.errno, 0);
      const failed =
        kernel === '6.1'
          ? 'virtio_rpmsg_bus: probe of virtio0 failed with error -12'
          : 'virtio_rpmsg_bus virtio0: probe with driver virtio_rpmsg_bus failed with error -12';
      const mapped = `${DEV}: vdev 0 buffer already mapped`;
      assert.equal(result.log.slice(2), [mapped, failed, REGISTERED, 'remote processor rv32 is now up']);
      assert.is(vdevState(result.bench.at(0x80000000, result.table.length), 1).status, 0x83);
    }),
  );
}

test(
  '8.4 no driver for the device id: status stays 1, after the stop too',
  deadline(LIMIT, async () => {
    const { bench, table: bytes, log, file } = await bootTable([vdev([{}, {}], { id: 24 })]);
    assert.equal(log, bootLog(file, ASSIGNED, `${DEV}: registered virtio0 (type 24)`, UP));
    const loaded = bench.at(0x10000000, bytes.length);
    assert.is(vdevState(loaded).status, 1);
    await bench.sim.stop();
    assert.is(vdevState(loaded).status, 1);
  }),
);

test(
  '8.4 config space: behind the rings, config_len bytes of it; outside there is a line and nothing happens',
  deadline(LIMIT, async () => {
    const config = Uint8Array.from([1, 2, 3, 4, 5, 6]);
    const entry = concat(vdev([{}, {}], { config_len: config.length }), config, new Uint8Array(20));
    const { bench, table: bytes } = await bootTable([], { table: table([entry]) });
    bench.lines();
    const { transport } = bench.sim.virtio.devices[0];
    const get = (offset: number, len: number): number[] => {
      const buf = new Uint8Array(len).fill(0xee);
      transport.get(offset, buf);
      return [...buf];
    };
    const live = bench.at(0x10000000, bytes.length);
    const space = payloadOf(bytes, 0) + 24 + 2 * 20;
    const inLog = (what: string) => [`virtio_rpmsg_bus virtio0: rproc_virtio_${what}: access out of bounds`];

    assert.equal([get(0, 6), get(2, 2), get(6, 0)], [[...config], [3, 4], []]);
    live[space + 5] = 66;
    assert.equal(get(4, 2), [5, 66], 'the table that the remote sees');
    transport.set(1, Uint8Array.of(7, 8));
    assert.equal([...live.subarray(space, space + 8)], [1, 7, 8, 4, 5, 66, 0, 0]);
    assert.equal(bench.lines(), []);

    for (const [offset, len] of [
      [0, 7],
      [5, 2],
      [6, 1],
      [7, 0],
      [0xffffffff, 2],
    ]) {
      assert.equal(get(offset, len), new Array(len).fill(0xee));
      assert.equal(bench.lines(), inLog('get'));
      transport.set(offset, new Uint8Array(len).fill(9));
      assert.equal(bench.lines(), inLog('set'));
    }
    assert.equal([...live.subarray(space, space + 8)], [1, 7, 8, 4, 5, 66, 0, 0]);

    // The remote claims more than its table has: what is behind it is nobody's config space.
    live.set([255, 0, 0, 0], payloadOf(bytes, 0) + 16);
    assert.equal(get(0, 26), [1, 7, 8, 4, 5, 66, ...new Array(20).fill(0)]);
    assert.equal(bench.lines(), []);
    assert.equal(get(1, 26), new Array(26).fill(0xee));
    assert.equal(bench.lines(), inLog('get'));
  }),
);

test.run();

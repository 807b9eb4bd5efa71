/** linux-remoteproc.md section 15: what a platform driver's operations are asked, and what comes of one that is missing. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Mapping } from '../../../host-sim/remoteproc/elf-loader.js';
import { pa } from '../../../runtime/abi/address.js';
import { vringLayout } from '../../../runtime/abi/vring.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog, bootTable, vdevState } from '../../support/sim-boot.js';
import { carveout, entry, image, table, trace, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const AT = 0x10000000;
const UP = 'remote processor m4 is now up';

test(
  'linux-remoteproc 15: prepare comes before the load, unprepare after the cleanup; both may be missing',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { rproc } = bench.sim;
    const { ops } = rproc;
    const seen: unknown[] = [];
    const { prepare } = ops;
    ops.prepare = (one) => {
      seen.push('prepare', one.carveouts.length, bench.at(0x10002000, 1)[0]);
      return prepare!(one);
    };
    ops.unprepare = (one) => {
      seen.push('unprepare', one.carveouts.length, one.state, one.table !== undefined);
    };
    const file = image({
      table: table([carveout('a')]),
      segments: [{ at: 0x10002000, data: Uint8Array.of(7) }],
    });
    assert.is((await bench.start(file)).errno, 0);
    assert.is(await bench.sim.stop(), 0);
    assert.equal(seen, ['prepare', 0, 0, 'unprepare', 0, 'offline', true]);

    bench.lines();
    ops.prepare = undefined;
    ops.unprepare = undefined;
    ops.daToVa = (_rproc, da, len) => ({ bytes: () => bench.at(Number(da), len) });
    assert.equal((await bench.start()).log, bootLog(file, UP));
    assert.is(await bench.sim.stop(), 0);
  }),
);

test(
  'linux-remoteproc 15: kick gets the notifyid of the ring that Linux notifies',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const kicked: number[] = [];
    bench.sim.rproc.ops.kick = (_rproc, notifyid) => {
      kicked.push(notifyid);
    };
    const { errno } = await bench.start(image({ table: table([vdev(), vdev()]) }));
    assert.is(errno, 0);
    assert.equal(kicked, [0, 2], 'the ring for messages from the remote, of each vdev');
    assert.equal(bench.core.calls, ['start']);
  }),
);

test(
  'linux-remoteproc 15: da_to_va is asked for traces too; where it is missing the carveouts count',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([trace(0x10001000, 4), trace(0x70000000, 4)]);
    bench.at(0x10001000, 4).set(Buffer.from('here'));
    assert.equal([bench.sim.trace(0), bench.sim.trace(1)], ['here', 'Trace  not available\n']);
    bench.sim.rproc.ops.daToVa = (_rproc, da) =>
      da === 0x70000000n ? { bytes: () => Buffer.from('else') } : undefined;
    assert.equal([bench.sim.trace(0), bench.sim.trace(1)], ['here', 'else']);
  }),
);

test(
  'linux-remoteproc 15: parse_fw makes the cached table, after prepare and before the entries',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { rproc } = bench.sim;
    const own = table([carveout('of the driver')]);
    const seen: unknown[] = [];
    rproc.ops.parseFw = (one, { name, data }) => {
      seen.push(name, data.length, one.carveouts.length > 0, one.bootaddr);
      one.cachedTable = own;
      one.table = { bytes: () => own };
      return 0;
    };
    const file = image({ table: table([carveout('of the image')]), entry: 0x10000041 });
    assert.is((await bench.start(file)).errno, 0);
    assert.equal(seen, ['fw.elf', file.length, true, 0x10000041n]);
    assert.ok(rproc.findCarveoutByName('of the driver'));
    assert.is(rproc.findCarveoutByName('of the image'), undefined);
  }),
);

test(
  'linux-remoteproc 15: handle_rsc gets vendor entries only; without it there is a warning',
  deadline(LIMIT, async () => {
    const entries = [entry(128, new Uint8Array(4)), trace(0x10001000, 4), entry(512, new Uint8Array(4))];
    const file = image({ table: table(entries) });
    const bench = new Bench();
    const warnings = ['unsupported vendor resource 128', 'unsupported vendor resource 512'];
    assert.equal((await bench.start(file)).log, bootLog(file, ...warnings, UP));
    await bench.sim.stop();
    const asked: number[] = [];
    bench.sim.rproc.ops.handleRsc = (_rproc, type) => asked.push(type) * 0;
    bench.lines();
    assert.equal((await bench.start()).log, bootLog(file, UP));
    assert.equal(asked, [128, 512]);
  }),
);

test(
  'linux-remoteproc 15: find_loaded_rsc_table says where the table goes; nothing found, and the cached one stays',
  deadline(LIMIT, async () => {
    const bytes = table([vdev()]);
    const file = image({ table: bytes });
    const bench = new Bench();
    const { rproc } = bench.sim;
    const elsewhere: Mapping = { bytes: () => bench.at(0x10004000, bytes.length) };
    rproc.ops.findLoadedTable = (one, { name }) => {
      assert.equal([name, one.state, one.carveouts.length > 0], ['fw.elf', 'offline', true]);
      return elsewhere;
    };
    assert.is((await bench.start(file)).errno, 0);
    assert.is(rproc.table, elsewhere);
    assert.is(vdevState(bench.at(0x10004000, bytes.length)).status, 7);
    assert.is(
      vdevState(bench.at(AT, bytes.length)).status,
      0,
      'the table in the image is no longer looked at',
    );
    await bench.sim.stop();

    rproc.ops.findLoadedTable = () => undefined;
    assert.is((await bench.start()).errno, 0);
    assert.is(rproc.table?.bytes(), rproc.cachedTable);
    assert.is(vdevState(rproc.cachedTable!).status, 7);
    assert.is(vdevState(bench.at(AT, bytes.length)).status, 0);
  }),
);

test(
  'linux-remoteproc 15: rproc_vq_interrupt: unknown ids are not ours; a callback runs when the used index moved',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { rproc, virtio } = bench.sim;
    const called: string[] = [];
    virtio.registerDriver({
      name: 'own',
      id: 24,
      features: [],
      probe: ({ transport }) => {
        const found = transport.findVqs(['a', 'b'], [() => called.push('a'), () => called.push('b')]);
        return typeof found === 'number' ? found : 0;
      },
      remove: ({ transport }) => transport.delVqs(),
    });
    const { errno } = await bench.start(image({ table: table([vdev([{}, {}], { id: 24 })]) }));
    assert.is(errno, 0);
    assert.equal([rproc.vqInterrupt(2), rproc.vqInterrupt(-1)], [false, false]);
    assert.equal([rproc.vqInterrupt(0), rproc.vqInterrupt(1)], [true, true]);
    assert.equal(called, [], 'nothing came back');
    const ring = pa(rproc.findCarveoutByName('vdev0vring1')!.pa!);
    const { used } = vringLayout(4, 16, ring);
    bench.atPa(ring + used + 2, 2)[0] = 1;
    assert.equal([rproc.vqInterrupt(0), rproc.vqInterrupt(1)], [true, true]);
    assert.equal(called, ['b']);
    await bench.sim.stop();
    assert.is(rproc.vqInterrupt(1), false);
    assert.equal(called, ['b']);
  }),
);

test.run();

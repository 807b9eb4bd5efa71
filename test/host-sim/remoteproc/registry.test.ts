/** linux-remoteproc.md sections 9.1, 10, 15 and 17: processors that are registered, found, given back and deleted. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../../boards/virt-m4.js';
import { type KernelVersion, kernelVersions } from '../../../host-sim/kernel.js';
import {
  rprocBoot,
  rprocDetach,
  rprocSetFirmware,
  rprocShutdown,
} from '../../../host-sim/remoteproc/core.js';
import { rprocPanic } from '../../../host-sim/remoteproc/crash.js';
import type { Rproc, RprocState } from '../../../host-sim/remoteproc/rproc.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, type BenchOptions, bootTable, StubCore } from '../../support/sim-boot.js';
import { image, table, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const file = image({ table: table([vdev()]) });
const autoBoard = { ...virtM4, linux: { ...virtM4.linux, autoBoot: true } };

/** Paths of the processor's files and node. */
function faces({ sim }: Bench): string[] {
  const dirs = ['/sys/class/remoteproc/remoteproc0', '/sys/kernel/debug/remoteproc/remoteproc0'];
  return [
    ...dirs.filter((dir) => sim.sysfs.has(dir)),
    ...sim.dev.list().filter((path) => /remoteproc/.test(path)),
  ];
}

test(
  'linux-remoteproc 9.1: at registration the processor is available, with its files, node and default state',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    assert.equal(
      bench.sim.kernel.log.lines.map(({ text, level }) => [text, level]),
      [['remoteproc remoteproc0: m4 is available', 'info']],
    );
    assert.is(faces(bench).length, 3);
    assert.is(bench.read('state'), 'offline\n');
    assert.is(new Bench({ detached: true }).read('state'), 'detached\n');
    assert.equal(bench.sim.registry.all, [bench.sim.rproc]);
  }),
);

test(
  'linux-remoteproc 10 and 15: registration of anything but offline with start or detached with attach is -EINVAL',
  deadline(LIMIT, async () => {
    const states: RprocState[] = ['suspended', 'running', 'crashed', 'deleted', 'attached', 'invalid'];
    const attempts: ((rproc: Rproc) => void)[] = [
      ...states.map((state) => (rproc: Rproc) => {
        rproc.state = state;
      }),
      ({ ops }) => {
        (ops as Partial<typeof ops>).start = undefined;
      },
      (rproc) => {
        rproc.state = 'detached';
        rproc.ops.attach = undefined;
      },
      (rproc) => {
        rproc.state = 'detached';
        rproc.cachedTable = new Uint8Array(16);
      },
    ];
    for (const [i, change] of attempts.entries()) {
      const bench = new Bench();
      const { rproc, registry } = bench.sim;
      await bench.sim.processors[0].remove();
      rproc.state = 'offline';
      change(rproc);
      bench.lines();
      assert.is(registry.add(rproc), -22, `${i}`);
      assert.equal([registry.all, bench.lines(), faces(bench)], [[], [], []]);
    }
  }),
);

for (const kernel of kernelVersions) {
  const old = kernel === '6.1';
  const removals: [string, (bench: Bench) => Promise<unknown>, RprocState, number, string[]][] = [
    ['offline', async () => {}, 'offline', 0, []],
    ['running', (bench) => bench.start(file), 'offline', 0, ['stop']],
    [
      'crashed',
      async (bench) => {
        await bench.start(file);
        await bench.crash();
      },
      old ? 'crashed' : 'offline',
      old ? 1 : 0,
      old ? [] : ['stop'],
    ],
    [
      'running, two users',
      async (bench) => {
        await bench.start(file);
        await bench.start();
      },
      'running',
      1,
      [],
    ],
  ];
  for (const [what, prepare, state, power, calls] of removals) {
    test(
      `linux-remoteproc 10: rproc_del of a core that is ${what} (${kernel})`,
      deadline(LIMIT, async () => {
        const bench = new Bench({ kernel });
        await prepare(bench);
        bench.lines();
        bench.core.calls.length = 0;
        const { rproc, registry } = bench.sim;
        assert.is(await bench.sim.processors[0].remove(), 0);
        assert.is(rproc.state, old ? 'deleted' : state);
        assert.equal([rproc.power, rproc.deleting], [power, !old]);
        assert.equal(bench.core.calls, calls);
        assert.equal([registry.all, faces(bench)], [[], []]);
        assert.is(await bench.sim.processors[0].remove(), -22, 'once only');
      }),
    );
  }

  test(
    `linux-remoteproc 10: rproc_del of an attached and of a detached core (${kernel})`,
    deadline(LIMIT, async () => {
      for (const attached of [true, false]) {
        const bench = new Bench({ kernel, detached: true });
        await bench.loaderStarts(file);
        if (attached) await bench.start();
        bench.core.calls.length = 0;
        assert.is(await bench.sim.processors[0].remove(), 0);
        assert.is(bench.sim.rproc.state, old ? 'deleted' : attached ? 'offline' : 'detached');
        assert.equal(bench.core.calls, attached ? ['stop'] : []);
      }
    }),
  );

  test(
    `linux-remoteproc 9.1: a deleted processor cannot be booted: -ENODEV, before its power count (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench } = await bootTable([], { kernel });
      const { rproc, scheduler } = bench.sim;
      await rprocBoot(rproc);
      await bench.sim.processors[0].remove();
      bench.lines();
      assert.is(await scheduler.finish(rprocBoot(rproc)), -19);
      assert.equal(bench.lines(), [`can't boot ${old ? 'deleted' : 'deleting'} rproc m4`]);
      assert.is(rproc.power, 1);
      if (old) {
        assert.is(await scheduler.finish(rprocShutdown(rproc)), -22);
        assert.is(await scheduler.finish(rprocDetach(rproc)), -22);
        assert.is(await scheduler.finish(rprocSetFirmware(rproc, 'x')), -16);
      }
    }),
  );

  test(
    `linux-remoteproc 10 and 17: auto-attach: the driver says so, the loader was there first (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = autoAttaching({ kernel });
      await bench.loaderStarts(file);
      assert.is(bench.sim.rproc.state, 'detached', 'not before its time');
      await bench.sim.run(() => false, 0);
      assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['attached', 1]);
      assert.is(bench.sim.virtio.devices.length, 1);
    }),
  );

  test(
    `linux-remoteproc 10 and 17: an auto-attach that fails ${old ? 'takes the registration with it' : 'is only logged'} (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = autoAttaching({ kernel });
      bench.sim.rproc.ops.attach = async () => -110;
      await bench.sim.run(() => false, 0);
      assert.is(bench.lines().at(-1), "can't attach to rproc m4: -110");
      assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['detached', 0]);
      assert.is(faces(bench).length, old ? 0 : 3);
      assert.is(bench.sim.registry.all.length, old ? 0 : 1);
    }),
  );
}

function autoAttaching(options: { kernel: KernelVersion }): Bench {
  const all: BenchOptions = { ...options, board: autoBoard, detached: true, autoBoot: true };
  return new Bench(all);
}

test(
  'rproc_del waits for a recovery that waits for a reader; nothing else boots meanwhile',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([], { recovery: true });
    const { rproc, devcoredump, scheduler } = bench.sim;
    rproc.dumpConf = 'inline';
    await bench.crash();
    let done = false;
    const removing = bench.sim.processors[0].remove().then(() => {
      done = true;
    });
    await bench.sim.run(() => false, 1000);
    assert.is(done, false);
    const booting = rprocBoot(rproc);
    devcoredump.devices[0].remove();
    await removing;
    assert.is(await scheduler.finish(booting), -19);
    assert.equal([rproc.state, rproc.power], ['offline', 0]);
  }),
);

test(
  'linux-remoteproc 15: by phandle and by name: a reference on the device and on its module each; put gives them back',
  deadline(LIMIT, async () => {
    const { sim } = new Bench();
    const other = sim.addProcessor({ board: virtM4, core: (parts) => new StubCore(parts) }).rproc;
    const { registry, rproc } = sim;
    assert.equal(rproc.references, { device: 1, module: 0 });
    assert.is(registry.getByPhandle(rproc.phandle), rproc);
    assert.is(registry.getByPhandle(other.phandle), other);
    assert.is(registry.getByPhandle(other.phandle), other);
    assert.is.not(rproc.phandle, other.phandle);
    assert.equal(rproc.references, { device: 2, module: 1 });
    assert.equal(other.references, { device: 3, module: 2 });
    assert.is(registry.getByName('m4'), rproc, 'the first of that name');
    registry.put(rproc);
    registry.put(rproc);
    assert.equal(rproc.references, { device: 1, module: 0 });
    assert.is(registry.getByPhandle(99), undefined);
    assert.is(registry.getByName('m7'), undefined);
    await sim.processors[0].remove();
    assert.is(registry.getByPhandle(rproc.phandle), undefined);
    assert.is(registry.getByName('m4'), other);
  }),
);

test(
  'linux-remoteproc 15: by child: the processor above a device, no reference; a processor is not its own child',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([vdev()]);
    const { registry, rproc, virtio } = bench.sim;
    const [device] = virtio.devices;
    assert.is(registry.getByChild(device), rproc);
    assert.is(registry.getByChild(device.parent), rproc);
    assert.is(registry.getByChild(rproc), undefined);
    assert.is(registry.getByChild({ prefix: 'somebody else' }), undefined);
    assert.equal(rproc.references, { device: 1, module: 0 });
  }),
);

test(
  'linux-remoteproc 15: panic: running and attached cores are asked, the longest wait counts',
  deadline(LIMIT, async () => {
    const { sim } = new Bench();
    const states: RprocState[] = ['running', 'attached', 'offline', 'crashed', 'detached', 'running'];
    const asked: number[] = [];
    for (const [i, state] of states.entries()) {
      const { rproc } =
        i === 0
          ? sim.processors[0]
          : sim.addProcessor({ board: virtM4, core: (parts) => new StubCore(parts) });
      rproc.state = state;
      if (i === 5) continue;
      rproc.ops.panic = ({ index }) => {
        asked.push(index);
        return [30, 200, 5000, 5000, 5000][i];
      };
    }
    assert.is(rprocPanic(sim.registry.all), 200);
    assert.equal(asked, [0, 1]);
    assert.is(rprocPanic([]), 0);
  }),
);

test.run();

/** linux-remoteproc.md sections 11.4 and 12: when there is a coredump, what it reads, and how its modes behave. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stm32mp157DkM4 } from '../../../boards/st/stm32mp157-dk-m4.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import {
  coredumpAddCustomSegment,
  coredumpAddSegment,
  coredumpCleanup,
  coredumpSetElfInfo,
  rprocCoredump,
  rprocCoredumpUsingSections,
} from '../../../host-sim/remoteproc/coredump.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { AT, bytesOf, dumpBench, dumpOf, numberAt, settled } from '../../support/coredump-bench.js';
import { runApp, SCRATCH_DA } from '../../support/sim-app.js';
import { Bench } from '../../support/sim-boot.js';

const LIMIT = 5000;

test(
  'linux-remoteproc 12: the default mode is disabled, and then nothing happens',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    assert.is(bench.sim.rproc.dumpConf, 'disabled');
    const ready = await dumpBench();
    ready.sim.rproc.dumpConf = 'disabled';
    ready.sim.rproc.elfClass = 0;
    for (const dump of [rprocCoredump, rprocCoredumpUsingSections]) await dump(ready.sim.rproc);
    assert.equal(ready.sim.devcoredump.devices, []);
    assert.equal(ready.lines(), []);
  }),
);

test(
  'linux-remoteproc 12: nothing happens without segments, whatever the class',
  deadline(LIMIT, async () => {
    for (const elfClass of [0, 1] as const) {
      const bench = await dumpBench();
      bench.sim.rproc.elfClass = elfClass;
      coredumpCleanup(bench.sim.rproc);
      for (const dump of [rprocCoredump, rprocCoredumpUsingSections]) await dump(bench.sim.rproc);
      assert.equal(bench.sim.devcoredump.devices, []);
      assert.equal(bench.lines(), []);
    }
  }),
);

for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 12: without a class there is a line and no dump (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = await dumpBench({ kernel });
      const { rproc } = bench.sim;
      rproc.elfClass = 0;
      await rprocCoredump(rproc);
      assert.equal(bench.lines(), [`${kernel === '6.1' ? 'Elf' : 'ELF'} class is not set`]);
      assert.is(bench.sim.kernel.log.lines.at(-1)?.level, 'err');
      assert.equal(bench.sim.devcoredump.devices, []);
      assert.is(coredumpSetElfInfo(rproc, 3, 40), -22);
      assert.is(rproc.elfClass, 0);
      assert.is(coredumpSetElfInfo(rproc, 2, 183), 0);
      await rprocCoredump(rproc);
      assert.is(dumpOf(bench)[4], 2);
    }),
  );
}

test(
  'linux-remoteproc 12: what does not translate is filled with 0xff and told, with all digits of an address',
  deadline(LIMIT, async () => {
    for (const [board, digits] of [
      [virtM4, '0000000060000000'],
      [stm32mp157DkM4, '60000000'],
    ] as const) {
      const bench = await dumpBench({ board });
      const { rproc } = bench.sim;
      coredumpCleanup(rproc);
      coredumpAddSegment(rproc, 0x60000000, 5);
      coredumpAddSegment(rproc, AT, 2);
      await rprocCoredump(rproc);
      assert.equal([...dumpOf(bench).subarray(52 + 64)], [255, 255, 255, 255, 255, 1, 0]);
      assert.equal(bench.lines(), [`invalid copy request for segment 0x${digits} with offset 0 and size 5)`]);
      assert.is(bench.sim.kernel.log.lines.at(-1)?.level, 'err');
    }
  }),
);

test(
  'linux-remoteproc 12: a segment that leaves its carveout is lost whole when copied, by the page when read inline',
  deadline(LIMIT, async () => {
    // Two pages before the end of the named ring, two behind it: no carveout holds all four.
    const at = 0x10064000 - 0x2000;
    const copied = await dumpBench();
    coredumpCleanup(copied.sim.rproc);
    coredumpAddSegment(copied.sim.rproc, at, 0x4000);
    await rprocCoredump(copied.sim.rproc);
    assert.ok(
      dumpOf(copied)
        .subarray(84)
        .every((byte) => byte === 255),
    );

    const inline = await dumpBench();
    coredumpCleanup(inline.sim.rproc);
    inline.sim.rproc.dumpConf = 'inline';
    // Reads are of 4096 bytes: with 172 before it, the second one crosses the end of the ring.
    coredumpAddSegment(inline.sim.rproc, at + 0xf54, 0x3000);
    void rprocCoredump(inline.sim.rproc);
    inline.at(at, 0x2000).fill(0x11);
    inline.at(at + 0x2000, 0x2000).fill(0x22);
    const data = dumpOf(inline).subarray(84);
    assert.equal(
      [data[0], data[0xfff], data[0x1000], data[0x1fff], data[0x2000]],
      [0x11, 0x11, 255, 255, 0x22],
    );
    assert.equal(inline.lines(), [
      'invalid copy request for segment 0x0000000010062f54 with offset 4096 and size 4096)',
      'Ramdump done, 12372 bytes read',
    ]);
  }),
);

test(
  'linux-remoteproc 12: a custom segment is read by its own function, with its private data',
  deadline(LIMIT, async () => {
    const bench = await dumpBench();
    const { rproc } = bench.sim;
    coredumpCleanup(rproc);
    const reads: string[] = [];
    coredumpAddCustomSegment(
      rproc,
      0x60000000,
      6000,
      (_rproc, { da, priv }, dest, offset) => {
        reads.push(`${priv} ${da.toString(16)} ${offset} ${dest.length}`);
        dest.fill(7);
      },
      'mine',
    );
    await rprocCoredump(rproc);
    assert.ok(
      dumpOf(bench)
        .subarray(84)
        .every((byte) => byte === 7),
    );
    assert.equal(reads.splice(0), ['mine 60000000 0 6000']);
    bench.sim.devcoredump.devices[0].remove();
    rproc.dumpConf = 'inline';
    void rprocCoredump(rproc);
    assert.is(dumpOf(bench).length, 6084);
    assert.equal(reads, ['mine 60000000 0 4096', 'mine 60000000 4096 1904']);
    assert.equal(bench.lines(), ['Ramdump done, 6084 bytes read', 'Ramdump done, 6084 bytes read']);
  }),
);

test(
  'linux-remoteproc 12: sections need names; the kernel would take the length of NULL',
  deadline(LIMIT, async () => {
    const bench = await dumpBench();
    let code: unknown;
    await rprocCoredumpUsingSections(bench.sim.rproc).catch((error) => {
      code = error.problems[0].code;
    });
    assert.is(code, 'RP5010');
    assert.equal(bench.sim.devcoredump.devices, []);
  }),
);

test(
  'linux-remoteproc 12: enabled copies at once and recovery continues',
  deadline(LIMIT, async () => {
    const bench = await dumpBench();
    const { rproc, devcoredump } = bench.sim;
    bench.at(AT + 0x2000, 1)[0] = 0x11;
    assert.ok(await settled(rprocCoredump(rproc)), 'nobody has read it yet');
    bench.at(AT + 0x2000, 1)[0] = 0x22;
    assert.is(dumpOf(bench)[84 + 0x2000], 0x11);
    assert.is(devcoredump.devices[0].failingDevice, rproc);
    assert.equal(bench.lines(), [], 'no Ramdump line');
    // A second crash before anybody freed the first dump.
    bench.at(AT + 0x2000, 1)[0] = 0x33;
    await rprocCoredump(rproc);
    assert.is(devcoredump.devices.length, 1);
    assert.is(dumpOf(bench)[84 + 0x2000], 0x11, 'the first one stays');
  }),
);

test(
  'linux-remoteproc 12: inline reads device memory as user space reads and blocks until a write frees the dump',
  deadline(LIMIT, async () => {
    const bench = await dumpBench();
    const { rproc, devcoredump, scheduler } = bench.sim;
    rproc.dumpConf = 'inline';
    const dumping = rprocCoredump(rproc);
    const [device] = devcoredump.devices;
    assert.is(bytesOf(device.read(0, 100000)).length, 84, 'the first read ends with the headers');
    bench.at(AT + 0x2000, 1)[0] = 0x11;
    assert.is(bytesOf(device.read(84 + 0x2000, 1))[0], 0x11);
    bench.at(AT + 0x2000, 1)[0] = 0x22;
    assert.is(bytesOf(device.read(84 + 0x2000, 1))[0], 0x22);
    assert.is(bytesOf(device.read(84, 100000)).length, 4096, 'a page at most');
    assert.equal(bench.lines(), []);
    // 96 pages: the end shows in a read of its own.
    const size = dumpOf(bench).length;
    assert.is(size, 84 + 0x60000);
    assert.equal(bench.lines(), [`Ramdump done, ${size} bytes read`]);
    assert.is(bench.sim.kernel.log.lines.at(-1)?.level, 'info');
    assert.not(await settled(dumping), 'reading does not free it');
    assert.is(device.write(new Uint8Array(2)), 2);
    assert.not(await settled(dumping));
    const before = scheduler.now;
    bench.sim.settle();
    assert.ok(await settled(dumping));
    assert.is(scheduler.now, before, 'no time has passed');
    assert.is(device.read(0, 1), -19);
  }),
);

test(
  'linux-remoteproc 12: inline goes on after five minutes, or at once where nobody keeps the dump',
  deadline(LIMIT, async () => {
    const bench = await dumpBench();
    const { rproc, devcoredump, scheduler } = bench.sim;
    rproc.dumpConf = 'inline';
    const dumping = rprocCoredump(rproc);
    assert.ok(await settled(rprocCoredump(rproc)), 'a second one is dropped');
    scheduler.runUntil(() => false, 299_999);
    assert.not(await settled(dumping));
    scheduler.runUntil(() => false, 1);
    assert.ok(await settled(dumping));
    assert.equal(devcoredump.devices, []);
    assert.is(devcoredump.writeDisabled('1'), 1);
    assert.ok(await settled(rprocCoredump(rproc)), 'the class is disabled');

    const without = await dumpBench();
    const { platform } = without.sim.rproc;
    Object.assign(platform, { devcoredump: undefined });
    for (const mode of ['enabled', 'inline'] as const) {
      without.sim.rproc.dumpConf = mode;
      assert.ok(await settled(rprocCoredump(without.sim.rproc)), 'CONFIG_DEV_COREDUMP is off');
    }
    assert.equal(without.sim.devcoredump.devices, []);
  }),
);

test(
  'a dump larger than vmalloc() gives is not made, but can be read inline',
  deadline(LIMIT, async () => {
    for (const board of [virtM4, stm32mp157DkM4]) {
      const bench = await dumpBench({ board });
      const { rproc } = bench.sim;
      coredumpAddSegment(rproc, 0x60000000, 0xffffffff);
      await rprocCoredump(rproc);
      assert.equal(bench.sim.devcoredump.devices, []);
      rproc.dumpConf = 'inline';
      void rprocCoredump(rproc);
      assert.is(bench.sim.devcoredump.devices.length, 1);
    }
  }),
);

test(
  'a dump backs no memory: what nobody reserved is zero, and the core starts again as before',
  deadline(LIMIT, async () => {
    const bench = await dumpBench();
    const { memory, rproc } = bench.sim;
    const extents = () => memory.backed().map(({ pa, bytes }) => `${pa.toString(16)}+${bytes.length}`);
    const before = extents();
    await rprocCoredump(rproc);
    const dump = dumpOf(bench);
    assert.equal(extents(), before);
    assert.ok(!memory.backed().some(({ pa }) => pa >= 0x30050000 && pa < 0x30060000), 'the hole is one');
    assert.ok(dump.subarray(84 + 0x50000).every((byte) => byte === 0));
    assert.is(dump[84], 1, 'the table');
    await bench.sim.stop();
    assert.is((await bench.start()).errno, 0);
  }),
);

for (const mode of ['enabled', 'inline'] as const) {
  test(
    `linux-remoteproc 11.4 and 12: a crashed program's memory is in the dump, and the core starts again (${mode})`,
    deadline(30_000, async () => {
      const program = `hal.write32(${SCRATCH_DA}, 0x4b4f); say('up'); throw new Error('down');`;
      const { sim, said } = await runApp(program);
      const { rproc } = sim;
      assert.is(rproc.state, 'crashed');
      rproc.dumpConf = mode;
      // The order of a recovery: stop, dump, start.
      await rproc.ops.stop!(rproc);
      const dumping = rprocCoredump(rproc);
      const [device] = sim.devcoredump.devices;
      const dump = bytesOf(device.readAll());
      device.write(new Uint8Array(1));
      sim.settle();
      await dumping;
      assert.is(dump.length, 84 + 0x60000);
      assert.is(numberAt(dump, 84 + SCRATCH_DA - AT, 4), 0x4b4f);
      assert.ok(Buffer.from(dump).includes(program), 'its source as well');
      rproc.state = 'running';
      await rproc.ops.start(rproc, { bootAddr: rproc.bootaddr, image: new Uint8Array(0) });
      sim.settle();
      assert.equal(said, ['up', 'up']);
      assert.is(rproc.crashCount, 2);
    }),
  );
}

test.run();

/** stm32_rproc: carveouts only, one vdev, a table is optional (linux-remoteproc.md 4.1, 8.1; soc-memory-maps.md 2.1). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Board, regionsFor } from '../../../boards/board.js';
import { stm32mp157DkM4 as board } from '../../../boards/st/stm32mp157-dk-m4.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { vdevState } from '../../support/sim-boot.js';
import { image, table, vdev } from '../../support/sim-images.js';
import {
  type Booted,
  bootFile,
  bootSegment,
  bootsWithVdev,
  carveoutsOf,
  sdkImage,
  segmentRefused,
  tableIsOptional,
} from './soc-bench.js';

const test = suite('stm32_rproc');
const NO_TABLE = 'no resource table found for this firmware';
const UP = 'remote processor m4 is now up';

test(
  'an SDK image boots, rings and buffers in their regions',
  deadline(20000, async () => {
    const bench = await bootsWithVdev(board, 'm4', 'vdev0buffer@10042000');
    assert.equal(carveoutsOf(bench), [
      'mcuram2 10000000 10000000 40000',
      'vdev0vring0 10040000 10040000 1000',
      'vdev0vring1 10041000 10041000 1000',
      'vdev0buffer 10042000 10042000 4000',
      'mcuram 30000000 30000000 40000',
      'retram 0 38000000 10000',
    ]);
    const { vrings, status } = vdevState(bench.at(0x10000000, 200), 1);
    assert.equal(
      vrings.map(({ da }) => da),
      [0x10040000, 0x10041000],
    );
    assert.is(status & 4, 4);
  }),
);

test(
  'a ring with align 4096 needs 8 KiB: the core boots without its vdev',
  deadline(20000, async () => {
    for (const kernel of ['6.12', '6.1'] as const) {
      const booted = await bootFile(board, await sdkImage(board, { num: 16, align: 4096 }), kernel);
      assert.is(booted.errno, 0);
      const lost =
        kernel === '6.12'
          ? 'rproc-virtio rproc-virtio.0.auto: probe with driver rproc-virtio failed with error -12'
          : 'rproc-virtio: probe of rproc-virtio.0.auto failed with error -12';
      assert.equal(booted.log.slice(2), ["Registered carveout doesn't fit len request", lost, UP]);
      assert.is(booted.bench.sim.rproc.subdevs.length, 0);
    }
    const fits = await bootFile(board, await sdkImage(board, { num: 16, align: 2048 }));
    assert.is(fits.bench.sim.rproc.subdevs.length, 1);
  }),
);

test(
  'a segment must lie in one carveout; its end may be the end of it',
  deadline(5000, async () => {
    for (const [at, len] of [
      [0x1003f000, 0x1000],
      [0x10000000, 0x40000],
      [0x3003fffc, 4],
      [0x0000fff0, 0x10],
      [0x10040000, 0x1000],
    ]) {
      const booted = await bootSegment(board, at, len);
      assert.equal(booted.log.slice(2), [NO_TABLE, UP], at.toString(16));
    }
    const wrong: [number, number][] = [
      [0x1003f000, 0x1001],
      [0x10040000, 0x2000],
      [0xc0000000, 0x10],
      [0x38000000, 0x10],
      [0x00010000, 0x10],
      // A vdev's pool has no kernel address.
      [0x10042000, 0x10],
    ];
    for (const [at, len] of wrong) {
      const { errno, log } = await bootSegment(board, at, len);
      assert.is(errno, -22);
      assert.equal(log.slice(2), segmentRefused(at, len, NO_TABLE));
    }
  }),
);

test(
  'RETRAM is at da 0 and at pa 0x38000000',
  deadline(5000, async () => {
    const { bench } = await bootSegment(board, 0x100, 8);
    assert.equal([...bench.atPa(0x38000100, 8)], new Array(8).fill(0x5a));
  }),
);

test(
  'memory that no dma-range has stops the preparation',
  deadline(5000, async () => {
    const ddr = { name: 'ddr', da: 0xc0000000, len: 0x1000, use: 'image', origin: 'test' } as const;
    const bad: Board = { ...board, memory: [...board.memory, ddr] };
    const { errno, log } = await bootSegment(bad, 0, 8);
    assert.is(errno, -22);
    assert.equal(log.slice(2), [
      'stm32-rproc 10000000.m4: memory region not valid 0xc0000000',
      "can't prepare rproc m4: -22",
      'Boot failed: -22',
    ]);
  }),
);

test(
  '4.1 and 4.2 no table is a warning, a wrong one too; what is wrong is told at parsing and at starting',
  deadline(5000, async () => {
    await tableIsOptional(board, 0, NO_TABLE, 'warn');
    const bad = table([]);
    bad[0] = 2;
    const wrong = await bootFile(board, image({ table: bad, tableAt: 0x10000000 }));
    assert.equal(wrong.log.slice(2), ['unsupported fw ver: 2', NO_TABLE, 'unsupported fw ver: 2', UP]);
  }),
);

test(
  'notifyid 2 and up have no mailbox channel: a warning and no kick',
  deadline(5000, async () => {
    const kick = ({ bench }: Booted, id: number) => {
      bench.core.calls.length = 0;
      bench.sim.kicks.toRemote = 0;
      bench.sim.rproc.ops.kick!(bench.sim.rproc, id);
      return [...bench.core.calls, `${bench.sim.kicks.toRemote} counted`, ...bench.lines()];
    };
    const one = await bootFile(board, image({ table: table([vdev()]), tableAt: 0x10000000 }));
    one.bench.lines();
    assert.equal(kick(one, 0), ['kick 0', '1 counted']);
    assert.equal(kick(one, 1), ['kick 1', '1 counted']);
    const warning = 'WARNING: at drivers/remoteproc/stm32_rproc.c stm32_rproc_kick';
    assert.equal(kick(one, 2), ['0 counted', warning]);
    assert.equal(kick(one, 3), ['0 counted', warning]);
    const more = { ...board, linux: { ...board.linux, maxVdevs: 2 } };
    const two = await bootFile(more, image({ table: table([vdev()]), tableAt: 0x10000000 }));
    assert.equal(kick(two, 2), ['kick 2', '1 counted']);
  }),
);

test(
  'a second vdev finds no memory: the boot fails',
  deadline(5000, async () => {
    const file = image({ table: table([vdev(), vdev()]), tableAt: 0x10000000 });
    const { errno, log } = await bootFile(board, file);
    assert.is(regionsFor(board, 'pool').length, 0);
    assert.is(errno, -12);
    assert.ok(
      log.includes('stm32-rproc 10000000.m4: failed to allocate dma memory: len 0x1000'),
      log.join('\n'),
    );
  }),
);

test.run();

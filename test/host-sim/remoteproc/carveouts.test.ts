/** linux-remoteproc.md section 7: allocation of carveouts and what is written back to the table. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { virtIvshmem } from '../../../boards/virt-ivshmem.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { virtRv32 } from '../../../boards/virt-rv32.js';
import { memEntry } from '../../../host-sim/remoteproc/mem-entry.js';
import { FwRscCarveout } from '../../../runtime/abi/resource-table.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog, bootTable, payloadOf } from '../../support/sim-boot.js';
import { carveout, image, table, trace, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const UP = 'remote processor m4 is now up';
const NOT_THERE = "Allocated carveout doesn't fit device address request";
const withIommu: Board = { ...virtM4, linux: { ...virtM4.linux, hasIommu: true } };

/** da, pa and len of entry `i` as the remote finds them. */
function written(bytes: Uint8Array, i: number): [number, number, number] {
  const { da, pa, len } = FwRscCarveout.unpack(bytes, payloadOf(bytes, i));
  return [da, pa, len];
}

interface Row {
  readonly name: string;
  readonly board?: Board;
  readonly entries: readonly Uint8Array[];
  /** [da, pa, len] of each carveout entry. */
  readonly written: readonly [number, number, number][];
  /** Lines before "is now up". */
  readonly lines?: readonly string[];
}

const rows: Row[] = [
  {
    name: 'da any: the physical address becomes the device address (no translation table in remoteproc)',
    entries: [carveout('a', { len: 0x1800 })],
    written: [[0x30100000, 0x30100000, 0x1800]],
  },
  {
    name: 'the second allocation begins at a multiple of its own rounded size',
    entries: [carveout('a', { len: 0x1000 }), carveout('b', { len: 0x3000 }), carveout('c', { len: 1 })],
    written: [
      [0x30100000, 0x30100000, 0x1000],
      [0x30104000, 0x30104000, 0x3000],
      [0x30101000, 0x30101000, 1],
    ],
  },
  {
    name: 'da fixed elsewhere: a warning, da stays as requested, pa is where the memory is',
    entries: [carveout('a', { da: 0x70000000, len: 0x1000 })],
    written: [[0x70000000, 0x30100000, 0x1000]],
    lines: [`virt-rproc 30000000.m4: ${NOT_THERE}`],
  },
  {
    name: 'da fixed where the pool happens to be: no warning',
    board: virtRv32,
    entries: [carveout('a', { da: 0x80100000, len: 0x1000 })],
    written: [[0x80100000, 0x80100000, 0x1000]],
  },
  {
    name: 'da fixed with an IOMMU: mapped, no warning',
    board: withIommu,
    entries: [carveout('a', { da: 0x70000000, len: 0x1000 })],
    written: [[0x70000000, 0x30100000, 0x1000]],
  },
  {
    name: 'a matched entry gets the whole region: da, pa and len',
    entries: [carveout('sram', { da: 0x10002000, len: 0x100, flags: 9 })],
    written: [[0x10000000, 0x30000000, 0x60000]],
  },
  {
    name: 'da any matches a region by name as well',
    entries: [carveout('vdev0buffer', { len: 0x100 })],
    written: [[0x10068000, 0x30068000, 0x40000]],
  },
  {
    name: 'ivshmem: da any comes from the pool',
    board: virtIvshmem,
    entries: [carveout('a', { len: 0x1000 })],
    written: [[0x10df0000, 0x10df0000, 0x1000]],
  },
  {
    name: 'ivshmem: da fixed in the window is registered in place',
    board: virtIvshmem,
    entries: [carveout('a', { da: 0x10008000, len: 0x1000 })],
    written: [[0x10008000, 0x10008000, 0x1000]],
  },
  {
    name: 'ivshmem: da fixed outside of the window is allocated elsewhere with a warning, da unchanged',
    board: virtIvshmem,
    entries: [carveout('a', { da: 0x70000000, len: 0x1000 })],
    written: [[0x70000000, 0x10df0000, 0x1000]],
    lines: [`rproc-ivshmem 0000:00:04.0: ${NOT_THERE}`],
  },
  {
    name: 'ivshmem: da fixed that leaves the window with its last byte is not in it',
    board: virtIvshmem,
    entries: [carveout('a', { da: 0x10fff000, len: 0x1001 })],
    written: [[0x10fff000, 0x10df0000, 0x1001]],
    lines: [`rproc-ivshmem 0000:00:04.0: ${NOT_THERE}`],
  },
];

for (const row of rows) {
  test(
    `7 ${row.name}`,
    deadline(LIMIT, async () => {
      const { board = virtM4, entries, lines = [] } = row;
      const bench = new Bench({ board });
      const bytes = table(entries);
      const tableAt = board.memory.find(({ use }) => use === 'image')!.da;
      const file = image({ table: bytes, tableAt });
      let atStart: Uint8Array | undefined;
      bench.core.onStart = () => {
        atStart = bench.at(tableAt, bytes.length).slice();
      };
      const { errno, log } = await bench.start(file);
      assert.is(errno, 0);
      const { processor } = board.linux;
      assert.equal(log, [
        `powering up ${processor}`,
        `Booting fw image fw.elf, size ${file.length}`,
        ...lines,
        `remote processor ${processor} is now up`,
      ]);
      // Written before the core starts, in both copies.
      const copies = [atStart!, bench.sim.rproc.cachedTable!, bench.at(tableAt, bytes.length)];
      for (const copy of copies) {
        assert.equal(
          entries.map((_, i) => written(copy, i)),
          row.written,
        );
      }
    }),
  );
}

test(
  '7 flags of a matched entry are taken over',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([carveout('sram', { len: 1, flags: 0x17 })]);
    assert.is(bench.sim.rproc.findCarveoutByName('sram')?.flags, 0x17);
  }),
);

test(
  '7 vring carveouts are tied to no entry: the vdev entry gets no address before the driver binds',
  deadline(LIMIT, async () => {
    const source = table([vdev()]);
    const bench = new Bench({ board: virtRv32 });
    let atStart: Uint8Array | undefined;
    bench.core.onStart = () => {
      atStart = bench.at(0x80000000, source.length).slice();
    };
    await bench.start(image({ table: source, tableAt: 0x80000000 }));
    const same = source.slice();
    // notifyids 0 and 1 replace the image's 7 and 7, nothing else changes.
    const firstRing = payloadOf(source, 0) + 24;
    same[firstRing + 12] = 0;
    same[firstRing + 32] = 1;
    assert.equal([...atStart!], [...same]);
  }),
);

test(
  '9.1 and 7 too large: the allocator, then the phase, then the boot fail with -12, and all is given back',
  deadline(LIMIT, async () => {
    const { bench, file, errno, log } = await bootTable([
      carveout('small', { len: 0x1000 }),
      carveout('huge', { len: 0x80001 }),
      carveout('never', { len: 0x1000 }),
    ]);
    assert.is(errno, -12);
    assert.equal(
      log,
      bootLog(
        file,
        'virt-rproc 30000000.m4: failed to allocate dma memory: len 0x80001',
        'Unable to allocate carveout huge: -12',
        'Failed to allocate associated carveouts: -12',
        'Boot failed: -12',
      ),
    );
    assert.equal(bench.core.calls, []);
    const next = image({ table: table([carveout('a', { len: 0x80000 })]), tableAt: 0x10000000 });
    assert.is((await bench.start(next)).errno, 0);
  }),
);

test(
  '7 nothing is allocated before all entries were handled',
  deadline(LIMIT, async () => {
    const { file, errno, log } = await bootTable([carveout('huge', { len: 0x80001 }), trace(0, 0, 1)]);
    assert.is(errno, -22);
    const end = ['Failed to process resources: -22', 'Boot failed: -22'];
    assert.equal(log, bootLog(file, 'trace rsc has non zero reserved bytes', ...end));
  }),
);

test(
  '7 memory above 4 GiB: da any becomes the low half of the address, with a warning',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { rproc } = bench.sim;
    const { alloc } = rproc.dma;
    Object.assign(rproc.dma, { alloc: (size: number) => (alloc(size) as number) + 2 ** 32 });
    const bytes = table([carveout('a')]);
    const { errno, log } = await bench.start(image({ table: bytes }));
    assert.is(errno, 0);
    assert.is(log[2], 'virt-rproc 30000000.m4: DMA address cast in 32bit to fit resource table format');
    assert.equal(written(bench.at(0x10000000, bytes.length), 0), [0x30100000, 0x30100000, 0x1000]);
  }),
);

test(
  "7 a driver's own allocator: its errno is printed, the phase gives -12",
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { ops } = bench.sim.rproc;
    const { prepare } = ops;
    ops.prepare = (rproc) => {
      rproc.carveouts.push(memEntry({ name: 'tcm', da: 0, len: 64, alloc: () => -5 }));
      return prepare!(rproc);
    };
    const file = image({ table: table([]) });
    const { errno, log } = await bench.start(file);
    assert.is(errno, -12);
    assert.equal(
      log,
      bootLog(
        file,
        'Unable to allocate carveout tcm: -5',
        'Failed to allocate associated carveouts: -12',
        'Boot failed: -12',
      ),
    );
  }),
);

test(
  '7 list order: regions of the driver first, then the entries, vrings where their vdev stands',
  deadline(LIMIT, async () => {
    const { bench, log } = await bootTable(
      [carveout('a'), vdev([{}, {}]), carveout('vdev1vring0', { len: 0x1000 }), vdev([{}, {}])],
      {},
    );
    assert.equal(
      bench.sim.rproc.carveouts.map(({ name }) => name),
      ['sram', 'vdev0vring0', 'vdev0vring1', 'vdev0buffer', 'a', 'vdev1vring0', 'vdev1vring1'],
    );
    assert.is(log[log.length - 1], UP);
    await bench.sim.stop();
    assert.equal(bench.sim.rproc.carveouts, []);
  }),
);

test(
  '7 cleanup: what was allocated is free for the next boot, which gets the same addresses',
  deadline(LIMIT, async () => {
    const { bench, table: bytes } = await bootTable([carveout('a', { len: 0x40000 })]);
    for (let boot = 0; boot < 3; boot++) {
      assert.equal(written(bench.at(0x10000000, bytes.length), 0), [0x30100000, 0x30100000, 0x40000]);
      assert.is(await bench.sim.stop(), 0);
      assert.is((await bench.start()).errno, 0);
    }
  }),
);

test.run();

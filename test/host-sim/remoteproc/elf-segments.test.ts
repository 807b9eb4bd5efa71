/** linux-remoteproc.md section 3: loading segments, and rproc_da_to_va(). */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtIvshmem } from '../../../boards/virt-ivshmem.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { findCarveout, memEntry } from '../../../host-sim/remoteproc/mem-entry.js';
import { pa } from '../../../runtime/abi/address.js';
import { PT_NOTE } from '../../../runtime/abi/elf.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog } from '../../support/sim-boot.js';
import { image, type Segment, table } from '../../support/sim-images.js';

const LIMIT = 5000;
const DATA = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const AT = 0x10001000;
const SRAM_END = 0x10060000;
const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

function load(segments: readonly Segment[], bits: 32 | 64 = 32, bench = new Bench()) {
  const file = image({ bits, segments, table: table([]) });
  return bench.start(file).then((result) => ({ bench, file, ...result }));
}

interface Refusal {
  readonly name: string;
  readonly segment: Segment;
  readonly bits?: 32 | 64;
  readonly message: (file: Uint8Array) => string;
}

const refusals: Refusal[] = [
  {
    name: 'row 3: filesz beyond memsz',
    segment: { at: AT, data: DATA, memsz: 7 },
    message: () => 'bad phdr filesz 0x8 memsz 0x7',
  },
  {
    name: 'row 3 before row 4 and row 6',
    segment: { at: 0x20000000, data: DATA, memsz: 7, offset: 0xffff0000 },
    message: () => 'bad phdr filesz 0x8 memsz 0x7',
  },
  {
    name: 'row 4: far behind the end of the file',
    segment: { at: AT, filesz: 0x800, memsz: 0x800, offset: 0x1000 },
    message: (file) => `truncated fw: need 0x1800 avail ${hex(file.length)}`,
  },
  {
    name: 'row 4: the sum is 64 bits wide',
    segment: { at: AT, filesz: 0x20, memsz: 0x20, offset: 0xfffffff0 },
    message: (file) => `truncated fw: need 0x100000010 avail ${hex(file.length)}`,
  },
  {
    name: 'row 6: below every carveout',
    segment: { at: 0x0fffffff, data: DATA },
    message: () => 'bad phdr da 0xfffffff mem 0x8',
  },
  {
    name: 'row 6: last byte behind the region',
    segment: { at: SRAM_END - 7, data: DATA, memsz: 8 },
    message: () => 'bad phdr da 0x1005fff9 mem 0x8',
  },
  {
    name: 'row 6: memsz counts, not filesz',
    segment: { at: SRAM_END - 8, data: DATA, memsz: 9 },
    message: () => 'bad phdr da 0x1005fff8 mem 0x9',
  },
  {
    name: 'row 6: two adjacent regions are not one',
    segment: { at: SRAM_END - 4, data: DATA },
    message: () => 'bad phdr da 0x1005fffc mem 0x8',
  },
  {
    name: 'row 6: a physical address is no device address',
    segment: { at: 0x30000000, data: DATA },
    message: () => 'bad phdr da 0x30000000 mem 0x8',
  },
  {
    name: 'row 6: 2 GiB above the region is negative',
    bits: 64,
    segment: { at: 0x90000000, data: DATA },
    message: () => 'bad phdr da 0x90000000 mem 0x8',
  },
];

for (const { name, segment, bits, message } of refusals) {
  test(
    `3 ${name}`,
    deadline(LIMIT, async () => {
      const { bench, file, errno, log } = await load([segment], bits);
      assert.is(errno, -22);
      const lines = [message(file), 'Failed to load program segments: -22', 'Boot failed: -22'];
      assert.equal(log, bootLog(file, ...lines));
      assert.equal(bench.core.calls, []);
    }),
  );
}

test(
  '3 row 4: the last byte of the file may be the last one of a segment, the next may not',
  deadline(LIMIT, async () => {
    const segment = { at: AT, filesz: 8, memsz: 8 };
    const { length } = image({ segments: [{ ...segment, offset: 0 }], table: table([]) });
    const { errno, file } = await load([{ ...segment, offset: length - 8 }]);
    assert.is(file.length, length);
    assert.is(errno, 0);
    const behind = await load([{ ...segment, offset: length - 7 }]);
    assert.is(behind.errno, -22);
    assert.is(behind.log[2], `truncated fw: need ${hex(length + 1)} avail ${hex(length)}`);
  }),
);

test(
  '3 row 4: the sum wraps, nobody notices',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    // The copy would begin far behind the file: only the decision is looked at.
    bench.sim.rproc.place = () => {};
    const segment = { at: AT, filesz: 0x20, memsz: 0x20, offset: 2n ** 64n - 0x10n };
    assert.is((await load([segment], 64, bench)).errno, 0);
  }),
);

test(
  '3 row 5: memsz of 4 GiB does not fit the size_t of a 32-bit Linux',
  deadline(LIMIT, async () => {
    const segment = { at: AT, memsz: 2n ** 32n };
    for (const [hostBits, errno, message] of [
      [32, -75, 'size (100000000) does not fit in size_t type'],
      [undefined, -22, 'bad phdr da 0x10001000 mem 0x100000000'],
    ] as const) {
      const bench = new Bench({ board: { ...virtM4, linux: { ...virtM4.linux, hostBits } } });
      const result = await load([segment], 64, bench);
      assert.is(result.errno, errno);
      const end = [`Failed to load program segments: ${errno}`, `Boot failed: ${errno}`];
      assert.equal(result.log, bootLog(result.file, message, ...end));
    }
  }),
);

test(
  '3 rows 1 and 2: other types and memsz 0 are skipped, whatever else is wrong with them',
  deadline(LIMIT, async () => {
    const { errno } = await load([
      { at: 0x20000000, data: DATA, type: PT_NOTE },
      { at: 0x20000000, data: DATA, memsz: 0 },
      { at: 0x20000000, filesz: 0xffffff, memsz: 0, offset: 0xffff },
    ]);
    assert.is(errno, 0);
  }),
);

for (const bits of [32, 64] as const) {
  test(
    `3 rows 2, 7 and 8: filesz bytes go to p_paddr, the rest of memsz is zeroed (ELF${bits})`,
    deadline(LIMIT, async () => {
      const bench = new Bench();
      bench.at(AT - 4, 32).fill(0xee);
      const { errno } = await load([{ at: AT, data: DATA, memsz: 12 }], bits, bench);
      assert.is(errno, 0);
      const expected = [0xee, 0xee, 0xee, 0xee, ...DATA, 0, 0, 0, 0, 0xee, 0xee, 0xee, 0xee];
      assert.equal([...bench.at(AT - 4, 20)], expected);
      assert.equal([...bench.atPa(0x30001000, 8)], [...DATA]);
    }),
  );
}

test(
  '3 segments may overlap, later ones win; adjacent to a region end they fit',
  deadline(LIMIT, async () => {
    const { bench, errno } = await load([
      { at: AT, data: DATA },
      { at: AT + 2, data: Uint8Array.of(0x22, 0x33) },
      { at: SRAM_END - 8, data: DATA },
      { at: SRAM_END, data: DATA },
    ]);
    assert.is(errno, 0);
    assert.equal([...bench.at(AT, 8)], [1, 2, 0x22, 0x33, 5, 6, 7, 8]);
  }),
);

test(
  '3 the entry point may be anywhere, also in no segment',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { errno } = await bench.start(image({ entry: 0x66666660, table: table([]) }));
    assert.is(errno, 0);
    assert.is(bench.core.started?.bootAddr, 0x66666660n);
  }),
);

test(
  '3 the first failure stops, what was loaded stays',
  deadline(LIMIT, async () => {
    const { bench, errno } = await load([
      { at: AT, data: DATA },
      { at: 0x20000000, data: DATA },
      { at: AT + 16, data: DATA },
    ]);
    assert.is(errno, -22);
    assert.equal([...bench.at(AT, 8)], [...DATA]);
    assert.equal([...bench.at(AT + 16, 8)], new Array(8).fill(0));
  }),
);

test(
  '3.1 the distance is a signed 32-bit int: higher address bits are lost',
  deadline(LIMIT, async () => {
    const { bench, errno } = await load([{ at: 0x5_1000_1000n, data: DATA }], 64);
    assert.is(errno, 0);
    assert.equal([...bench.at(AT, 8)], [...DATA]);
  }),
);

test(
  '3.1 row 1: a driver with a translation of its own is asked first (ivshmem: one window)',
  deadline(LIMIT, async () => {
    const poolEnd = 0x10ef0000;
    const bench = new Bench({ board: virtIvshmem });
    const { errno } = await load([{ at: poolEnd - 4, data: DATA }], 32, bench);
    assert.is(errno, 0);
    assert.equal([...bench.at(poolEnd - 4, 8)], [...DATA]);
  }),
);

test(
  '3.1 row 1 and 15: what the driver finds wins over a carveout; where it finds nothing the carveouts count',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    bench.sim.rproc.ops.daToVa = (_rproc, da, len) =>
      da === BigInt(AT) ? { bytes: () => bench.at(0x10002000, len) } : undefined;
    const { errno } = await load(
      [
        { at: AT, data: DATA },
        { at: AT + 0x4000, data: DATA },
      ],
      32,
      bench,
    );
    assert.is(errno, 0);
    assert.equal([...bench.at(0x10002000, 8)], [...DATA]);
    assert.equal([...bench.at(AT, 8)], new Array(8).fill(0));
    assert.equal([...bench.at(AT + 0x4000, 8)], [...DATA]);
  }),
);

test(
  '3.1 row 2: first fit in registration order, entries without memory of their own are passed over',
  deadline(LIMIT, () => {
    const list = [
      memEntry({ name: 'none', da: 0x1000, len: 0x1000 }),
      memEntry({ name: 'pool', da: 0x1000, len: 0x1000, pa: pa(0xc000), ofResmIdx: 1 }),
      memEntry({ name: 'a', da: 0x1000, len: 0x100, pa: pa(0xa000) }),
      memEntry({ name: 'b', da: 0x1000, len: 0x1000, pa: pa(0xb000) }),
    ];
    assert.is(findCarveout(list, 0x1010n, 0x10)?.entry.name, 'a');
    assert.is(findCarveout(list, 0x1010n, 0x10)?.offset, 0x10);
    assert.is(findCarveout(list, 0x1010n, 0xf0)?.entry.name, 'a');
    assert.is(findCarveout(list, 0x1010n, 0xf1)?.entry.name, 'b');
    assert.is(findCarveout(list, 0x1000n, 0x1001), undefined);
    assert.is(findCarveout(list, 0x0fffn, 1), undefined);
  }),
);

test(
  '3.1 row 2: 2 GiB above the base is negative, however long the carveout is',
  deadline(LIMIT, () => {
    const list = [memEntry({ name: 'a', da: 0x1000, len: 0xf0000000, pa: pa(0xa000) })];
    assert.is(findCarveout(list, 0x80000fffn, 1)?.offset, 0x7fffffff);
    assert.is(findCarveout(list, 0x80001000n, 1), undefined);
  }),
);

test.run();

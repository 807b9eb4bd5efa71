/** linux-remoteproc.md sections 6.1 to 6.6: walking the table, and what each handler refuses. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { type KernelVersion, kernelVersions } from '../../../host-sim/kernel.js';
import { checkCarveoutDa, memEntry } from '../../../host-sim/remoteproc/mem-entry.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog, bootTable } from '../../support/sim-boot.js';
import { ANY, carveout, concat, devmem, entry, image, table, trace, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const UP = 'remote processor m4 is now up';
const NEW = ['6.12', '7.2'] as const;
const withIommu: Board = { ...virtM4, linux: { ...virtM4.linux, hasIommu: true } };
const cut = (bytes: Uint8Array, by: number): Uint8Array => bytes.slice(0, bytes.length - by);
const named = (name: string, fields = {}) => carveout(name, { len: 0x1000, ...fields });

interface Row {
  readonly name: string;
  readonly table: Uint8Array;
  /** Lines between "Booting" and the end. */
  readonly lines: readonly string[];
  /** 0 when left out. */
  readonly errno?: number;
  readonly kernels?: readonly KernelVersion[];
  readonly board?: Board;
}

const rows: Row[] = [
  {
    name: '6.1 offset 15 is in the header',
    table: table([trace(0, 0)], [15]),
    lines: ['rsc table is truncated'],
    errno: -22,
    kernels: NEW,
  },
  {
    name: '6.1 offset 0 is accepted by 6.1: the version word is read as type devmem, which fails silently',
    table: table([trace(0, 0)], [0]),
    lines: [],
    errno: -22,
    kernels: ['6.1'],
  },
  {
    name: '6.1 offset 8 is accepted by 6.1: reserved[0] is read as type carveout',
    table: concat(table([], [8]), new Uint8Array(44)),
    lines: ["virt-rproc 30000000.m4: Allocated carveout doesn't fit device address request"],
    kernels: ['6.1'],
  },
  {
    name: '6.1 offset at the end of the table',
    table: table([trace(0, 0)], [16 + 4 + 48]),
    lines: ['rsc table is truncated'],
    errno: -22,
  },
  {
    name: '6.1 three bytes are left for the type word',
    table: table([trace(0, 0)], [16 + 4 + 45]),
    lines: ['rsc table is truncated'],
    errno: -22,
  },
  {
    name: '6.1 offset close to 4 GiB',
    table: table([trace(0, 0)], [0xfffffff0]),
    lines: ['rsc table is truncated'],
    errno: -22,
    kernels: NEW,
  },
  {
    name: '6.1 entries may overlap: two offsets, one entry',
    table: table([trace(0x10001000, 16)], [24, 24]),
    lines: [],
  },
  {
    name: '6.1 avail runs to the end of the table, not to the next entry',
    table: table([cut(trace(0, 0), 8), new Uint8Array(8)], [20]),
    lines: [],
  },
  {
    name: '6.1 type 4 is warned about and skipped',
    table: table([entry(4)]),
    lines: ['unsupported resource 4'],
  },
  {
    name: '6.1 types 127 and 513 are no vendor types',
    table: table([entry(127), entry(513), entry(0xffffffff)]),
    lines: ['unsupported resource 127', 'unsupported resource 513', 'unsupported resource -1'],
  },
  {
    name: '6.1 the first failing entry ends it: nothing is said about the second',
    table: table([trace(0, 0, 1), trace(0, 0, 2), entry(4)]),
    lines: ['trace rsc has non zero reserved bytes'],
    errno: -22,
  },
  {
    name: '6.1 the type word may be the last of the table',
    table: table([trace(0, 0), entry(4)]),
    lines: ['unsupported resource 4'],
  },
  {
    name: '6.1 entries in the order of their offsets, wherever they lie',
    table: table([entry(5), entry(6), entry(7)], [16 + 12 + 8, 16 + 12, 16 + 12 + 4]),
    lines: ['unsupported resource 7', 'unsupported resource 5', 'unsupported resource 6'],
  },
  {
    name: '6.2 row 1: truncated by one byte',
    table: cut(table([named('a')]), 1),
    lines: ['carveout rsc is truncated'],
    errno: -22,
  },
  {
    name: '6.2 row 2: reserved',
    table: table([named('a', { reserved: 1 })]),
    lines: ['carveout rsc has non zero reserved bytes'],
    errno: -22,
  },
  {
    name: '6.2 row 3: two entries with one name',
    table: table([named('a'), named('a')]),
    lines: ['Carveout already associated to resource table'],
    errno: -12,
  },
  {
    name: '6.2 row 3: an empty name is a name',
    table: table([named(''), named('')]),
    lines: ['Carveout already associated to resource table'],
    errno: -12,
  },
  {
    name: '6.2 row 3: names are compared up to 31 characters',
    table: (() => {
      const long = 'abcdefghijklmnopqrstuvwxyz01234';
      const bytes = table([named(long), named(long)]);
      // Byte 31 of the names: 'x' and 'y' instead of the NUL.
      bytes[16 + 8 + 56 - 1] = 0x78;
      bytes[16 + 8 + 56 + 56 - 1] = 0x79;
      return bytes;
    })(),
    lines: ['Carveout already associated to resource table'],
    errno: -12,
  },
  {
    name: '6.2 row 3: a region of the driver is tied once',
    table: table([named('sram', { da: 0x10000000 }), named('sram', { da: 0x10001000 })]),
    lines: ['Carveout already associated to resource table'],
    errno: -12,
  },
  {
    name: '6.2 row 4: longer than the registered carveout (6.6 row 1)',
    table: table([named('sram', { len: 0x60001 })]),
    lines: ["Registered carveout doesn't fit len request"],
    errno: -12,
  },
  {
    name: '6.2 row 4: begins before the registered carveout (6.6 row 3)',
    table: table([named('sram', { da: 0x0ffff000 })]),
    lines: ["Registered carveout doesn't fit da request"],
    errno: -12,
  },
  {
    name: '6.2 row 4: ends behind the registered carveout (6.6 row 3)',
    table: table([named('sram', { da: 0x1005f001 })]),
    lines: ["Registered carveout doesn't fit len request"],
    errno: -12,
  },
  {
    name: '6.2 row 5: matched by name, nothing is allocated',
    table: table([named('sram', { da: 0x10001000, flags: 3 })]),
    lines: [],
  },
  { name: '6.2 row 6: other names are allocated', table: table([named('a'), named('b')]), lines: [] },
  { name: '6.3 no IOMMU: fails without a message', table: table([devmem()]), lines: [], errno: -22 },
  {
    name: '6.3 no IOMMU comes before truncated',
    table: cut(table([devmem({ reserved: 1 })]), 1),
    lines: [],
    errno: -22,
  },
  {
    name: '6.3 truncated',
    board: withIommu,
    table: cut(table([devmem()]), 1),
    lines: ['devmem rsc is truncated'],
    errno: -22,
  },
  {
    name: '6.3 reserved',
    board: withIommu,
    table: table([devmem({ reserved: 1 })]),
    lines: ['devmem rsc has non zero reserved bytes'],
    errno: -22,
  },
  { name: '6.3 mapped', board: withIommu, table: table([devmem()]), lines: [] },
  {
    name: '6.4 truncated',
    table: cut(table([trace(0, 0)]), 1),
    lines: ['trace rsc is truncated'],
    errno: -22,
  },
  {
    name: '6.4 reserved',
    table: table([trace(0, 0, 0x80000000)]),
    lines: ['trace rsc has non zero reserved bytes'],
    errno: -22,
  },
  { name: '6.4 da and len are not looked at', table: table([trace(0x20000000, 0xffffffff)]), lines: [] },
  {
    name: '6.5 vendor types without a handler are warned about',
    kernels: ['6.12', '7.2'],
    table: table([entry(128), entry(512)]),
    lines: ['unsupported vendor resource 128', 'unsupported vendor resource 512'],
  },
  {
    name: '6.5 vendor types without a handler at the end: their 1 is the result of the boot',
    kernels: ['6.1'],
    table: table([entry(128), entry(512)]),
    lines: ['unsupported vendor resource 128', 'unsupported vendor resource 512'],
    errno: 1,
  },
  {
    name: '6.5 a vendor type without a handler in front of a type that has one',
    table: table([entry(128), trace(0, 0)]),
    lines: ['unsupported vendor resource 128'],
  },
];

for (const row of rows) {
  for (const kernel of row.kernels ?? kernelVersions) {
    test(
      `${row.name} (${kernel})`,
      deadline(LIMIT, async () => {
        const { board, table: bytes, lines, errno = 0 } = row;
        const result = await bootTable([], { board, kernel, table: bytes });
        assert.is(result.errno, errno);
        const end = errno ? [`Failed to process resources: ${errno}`, `Boot failed: ${errno}`] : [UP];
        assert.equal(result.log, bootLog(result.file, ...lines, ...end));
        assert.is(result.bench.sim.rproc.power, errno ? 0 : 1);
        if (errno) assert.equal(result.bench.sim.rproc.carveouts, []);
      }),
    );
  }
}

const handled: [string, number, number, readonly string[]][] = [
  ['0: handled', 0, 0, []],
  ['1: ignored', 1, 0, ['unsupported vendor resource 200']],
  ['negative: the boot ends', -95, -95, ['Failed to process resources: -95', 'Boot failed: -95']],
];
for (const [name, answer, errno, lines] of handled) {
  test(
    `6.5 the handler answers ${name}`,
    deadline(LIMIT, async () => {
      const bench = new Bench();
      const asked: number[][] = [];
      bench.sim.rproc.ops.handleRsc = (_rproc, type, offset, avail) => {
        asked.push([type, offset, avail]);
        return answer;
      };
      const file = image({ table: table([entry(200, new Uint8Array(12))]) });
      const result = await bench.start(file);
      assert.is(result.errno, errno);
      assert.equal(asked, [[200, 24, 12]]);
      assert.equal(result.log, bootLog(file, ...lines, ...(errno ? [] : [UP])));
    }),
  );
}

test(
  '6.3 the mapping is there from da to pa until the cleanup',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([devmem({ da: 0x40000000, pa: 0x50000000, len: 0x3000 })], {
      board: withIommu,
    });
    const { rproc } = bench.sim;
    assert.equal(rproc.mappings, [{ da: 0x40000000, pa: 0x50000000, len: 0x3000 }]);
    await bench.sim.stop();
    assert.equal(rproc.mappings, []);
  }),
);

test(
  '6.4 trace files are numbered in table order and translated when they are read',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([
      trace(0x10001000, 8),
      vdev(),
      trace(0x20000000, 8),
      trace(0x10002000, 4),
    ]);
    bench.at(0x10001000, 8).set(Buffer.from('one\0two'));
    bench.at(0x10002000, 8).set(Buffer.from('fourfive'));
    assert.is(bench.sim.trace(0), 'one');
    assert.is(bench.sim.trace(1), 'Trace  not available\n');
    assert.is(bench.sim.trace(2), 'four');
    assert.is(bench.sim.trace(3), 'Trace  not available\n');
    assert.equal(
      bench.sim.rproc.traces.map(({ name }) => name),
      ['trace0', 'trace1', 'trace2'],
    );
    await bench.sim.stop();
    assert.equal(bench.sim.rproc.traces, []);
  }),
);

const NO_LEN = "Registered carveout doesn't fit len request";
const NO_DA = "Registered carveout doesn't fit da request";
const checks: [string, number, number, number, number, number, string[]][] = [
  ['row 1: len', 0x1000, 0x100, ANY, 0x101, -22, [NO_LEN]],
  ['row 1 before row 3', 0x1000, 0x100, 0, 0x101, -22, [NO_LEN]],
  ['row 2: fixed against any, silent', ANY, 0x100, 0x1000, 0x100, -22, []],
  ['row 3: before', 0x1000, 0x100, 0xfff, 1, -22, [NO_DA]],
  ['row 3: 2 GiB above is negative', 0x1000, 0x100, 0x80001000, 1, -22, [NO_DA]],
  ['row 3: behind', 0x1000, 0x100, 0x10ff, 2, -22, [NO_LEN]],
  ['row 3: fits exactly', 0x1000, 0x100, 0x10ff, 1, 0, []],
  ['row 4: any against fixed', 0x1000, 0x100, ANY, 0x100, 0, []],
  ['row 4: any against any', ANY, 0x100, ANY, 0x100, 0, []],
];
for (const [name, memDa, memLen, da, len, result, messages] of checks) {
  test(
    `6.6 ${name}`,
    deadline(LIMIT, () => {
      const said: string[] = [];
      const mem = memEntry({ name: 'm', da: memDa, len: memLen });
      assert.is(
        checkCarveoutDa(mem, da, len, (text) => said.push(text)),
        result,
      );
      assert.equal(said, messages);
    }),
  );
}

test.run();

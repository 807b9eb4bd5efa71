/** Section 6: walking the entries, and what each handler refuses. Tables are cut at every structure's end. */
import * as assert from 'uvu/assert';
import { carveout, concat, devmem, entry, image, table, trace, vdev } from '../../support/sim-images.js';
import {
  BOUND,
  boots,
  degraded,
  insane,
  lostVdev,
  type MalformedCase,
  plainBoard,
  r,
  refused,
  withIommu,
  withTable,
} from './case.js';

const TRUNCATED = 'rsc table is truncated';
const tie = 'Carveout already associated to resource table';
/** A table of these bytes: `table()` keeps offsets and entries together. */
const raw = (bytes: Uint8Array) => () => image({ table: bytes });
const cut = (bytes: Uint8Array, by: number) => bytes.slice(0, bytes.length - by);
const at = (offset: number) => raw(table([trace(0x10001000, 16)], [offset]));
const traceInMemory = trace(0x10001000, 16);
const DA_WARNING = "virt-rproc 30000000.m4: Allocated carveout doesn't fit device address request";

/** Where the only entry of a table begins. */
const FIRST = 20;
const vdevWithConfig = concat(vdev([{}, {}], { config_len: 8 }), new Uint8Array(8));

/** Bytes that are left of a table with one entry, cut at the ends of its parts. */
const cuts: readonly [name: string, whole: Uint8Array, left: number, line: string][] = [
  ['nothing behind the offset', traceInMemory, 0, TRUNCATED],
  ['inside the type word', traceInMemory, 3, TRUNCATED],
  ['trace: behind the type', traceInMemory, 4, 'trace rsc is truncated'],
  ['trace: behind da', traceInMemory, 8, 'trace rsc is truncated'],
  ['trace: behind len', traceInMemory, 12, 'trace rsc is truncated'],
  ['trace: behind reserved', traceInMemory, 16, 'trace rsc is truncated'],
  ['trace: one byte of the name short', traceInMemory, 47, 'trace rsc is truncated'],
  ['carveout: behind the type', carveout('a'), 4, 'carveout rsc is truncated'],
  ['carveout: behind reserved', carveout('a'), 24, 'carveout rsc is truncated'],
  ['carveout: one byte of the name short', carveout('a'), 55, 'carveout rsc is truncated'],
  ['vdev: behind the type', vdev(), 4, 'vdev rsc is truncated'],
  ['vdev: one byte of the fixed part short', vdev(), 27, 'vdev rsc is truncated'],
  ['vdev: behind the fixed part', vdev(), 28, 'vdev rsc is truncated'],
  ['vdev: behind the first ring', vdev(), 48, 'vdev rsc is truncated'],
  ['vdev: one byte of the second ring short', vdev(), 67, 'vdev rsc is truncated'],
  ['vdev: behind the rings, before the config space', vdevWithConfig, 68, 'vdev rsc is truncated'],
  ['vdev: one byte of the config space short', vdevWithConfig, 75, 'vdev rsc is truncated'],
];
const rowOfCut = (line: string) =>
  ({ [TRUNCATED]: '6.1.bounds', 'trace rsc is truncated': '6.4.1', 'carveout rsc is truncated': '6.2.1' })[
    line
  ] ?? '8.1.1';

export const entryCases: readonly MalformedCase[] = [
  ...cuts.map(([name, whole, left, line]) => ({
    ...{ rows: [rowOfCut(line)], name: `table cut ${name}` },
    ...{ image: raw(table([whole]).slice(0, FIRST + left)), expect: refused(-22, line) },
  })),
  {
    rows: ['6.1.bounds', '6.1.A'],
    name: 'offset 0: the version word is type 1, which 6.1 takes for a DEVMEM entry',
    image: at(0),
    expect: refused(-22, TRUNCATED),
    under: { '6.1': refused(-22) },
  },
  {
    rows: ['6.1.bounds', '6.1.A'],
    name: 'offset 12: 6.1 reads the second reserved word as type 0, a carveout made of what follows',
    image: () => image({ table: concat(table([], [12]), new Uint8Array(64)) }),
    board: plainBoard,
    expect: refused(-22, TRUNCATED),
    // da 12 is the offset itself, len and the rest are zero.
    under: { '6.1': boots([DA_WARNING]) },
  },
  {
    rows: ['6.1.bounds', '6.1.A'],
    name: 'offset 16: the offset word itself is read as a type, in all kernels',
    image: raw(table([traceInMemory], [16])),
    expect: boots([r('unsupported resource 16')]),
  },
  {
    rows: ['6.1.bounds'],
    name: 'offset at the end of the table',
    image: at(68),
    expect: refused(-22, TRUNCATED),
  },
  {
    rows: ['6.1.bounds'],
    name: 'offset far behind the table',
    image: at(0x7fffffff),
    expect: refused(-22, TRUNCATED),
  },
  {
    rows: ['6.1.avail'],
    name: 'what is left runs to the end of the table: entries may overlap, even be the same',
    image: raw(table([traceInMemory], [24, 24])),
    expect: boots(),
    seen: ({ sim }) =>
      assert.equal(
        sim.rproc.traces.map(({ name }) => name),
        ['trace0', 'trace1'],
      ),
  },
  {
    rows: ['6.1.avail'],
    name: 'a carveout that lies over the vdev behind it',
    image: raw(concat(table([carveout('a')], [24, 24 + 56 - 4]), vdev().slice(4))),
    board: plainBoard,
    // The last word of the name is the vdev's type: 0, so this is a carveout again, cut off by nothing.
    expect: boots([DA_WARNING]),
  },
  {
    rows: ['6.1.unknown'],
    name: 'types above 3 are skipped with a warning, the rest is handled',
    image: withTable([entry(4), entry(127), entry(513), entry(0xffffffff), vdev()]),
    expect: boots([
      r('unsupported resource 4'),
      r('unsupported resource 127'),
      r('unsupported resource 513'),
      r('unsupported resource -1'),
      ...BOUND,
    ]),
  },
  {
    rows: ['6.1.first'],
    name: 'the first refused entry ends the walk',
    image: withTable([trace(0x10001000, 16, 1), carveout('a', { reserved: 1 })]),
    expect: refused(-22, 'trace rsc has non zero reserved bytes'),
  },
  {
    rows: ['6.2.2'],
    name: 'carveout: reserved word',
    image: withTable([carveout('a', { reserved: 1 })]),
    expect: refused(-22, 'carveout rsc has non zero reserved bytes'),
  },
  {
    rows: ['6.2.3'],
    name: 'two carveouts of one name',
    image: withTable([carveout('shared'), carveout('shared')]),
    board: plainBoard,
    expect: refused(-12, tie),
  },
  {
    rows: ['6.2.3'],
    name: 'two carveouts without a name',
    image: withTable([carveout(''), carveout('')]),
    expect: refused(-12, tie),
  },
  {
    rows: ['6.2.3'],
    name: 'one region claimed twice',
    image: withTable([carveout('sram'), carveout('sram')]),
    expect: refused(-12, tie),
  },
  {
    rows: ['6.2.4', '6.6.1'],
    name: 'carveout: longer than the region of its name',
    image: withTable([carveout('vdev0buffer', { len: 0x40001 })]),
    expect: refused(-12, "Registered carveout doesn't fit len request"),
  },
  {
    rows: ['6.2.4', '6.6.3'],
    name: 'carveout: below the region of its name',
    image: withTable([carveout('sram', { da: 0xfffffff, len: 16 })]),
    expect: refused(-12, "Registered carveout doesn't fit da request"),
  },
  {
    rows: ['6.2.4', '6.6.3'],
    name: 'carveout: one byte beyond the region of its name',
    image: withTable([carveout('sram', { da: 0x1005fff1, len: 16 })]),
    expect: refused(-12, "Registered carveout doesn't fit len request"),
  },
  {
    rows: ['6.2.4', '6.6.3'],
    name: 'carveout: 2 GiB above the region, a negative distance',
    image: withTable([carveout('sram', { da: 0x90000000, len: 16 })]),
    expect: refused(-12, "Registered carveout doesn't fit da request"),
  },
  {
    rows: ['6.2.5', '6.6.4'],
    name: 'carveout: the region of its name, any address',
    image: withTable([carveout('sram', { len: 16 })]),
    expect: boots(),
  },
  {
    rows: ['6.2.5', '6.6.3'],
    name: 'carveout: the last bytes of the region of its name',
    image: withTable([carveout('sram', { da: 0x1005fff0, len: 16 })]),
    expect: boots(),
  },
  { rows: ['6.2.6'], name: 'carveout: a new one', image: withTable([carveout('new')]), expect: boots() },
  {
    rows: ['6.2.name'],
    name: 'an empty name is a name; names are cut to 31 bytes before they are compared',
    image: withTable([carveout(''), carveout('n'.repeat(31)), carveout('n'.repeat(30))]),
    expect: boots(),
  },
  {
    rows: ['6.2.vring', '6.6.2', '8.1.found'],
    name: 'a carveout before the vdev is its ring; a fixed ring address against one not allocated yet fails silently',
    image: withTable([carveout('vdev0vring0', { len: 0x4000 }), vdev([{ da: 0x10070000 }, {}])]),
    board: plainBoard,
    ...lostVdev(-12, []),
  },
  {
    rows: ['6.3.1'],
    name: 'devmem without an IOMMU: no message of its own',
    image: withTable([devmem()]),
    expect: refused(-22),
  },
  {
    rows: ['6.3.1'],
    name: 'devmem without an IOMMU is refused before it is looked at',
    image: raw(cut(table([devmem({ reserved: 1 })]), 20)),
    expect: refused(-22),
  },
  {
    rows: ['6.3.2'],
    name: 'devmem with an IOMMU: cut off',
    board: withIommu,
    image: raw(cut(table([devmem()]), 1)),
    expect: refused(-22, 'devmem rsc is truncated'),
  },
  {
    rows: ['6.3.3'],
    name: 'devmem with an IOMMU: reserved word',
    board: withIommu,
    image: withTable([devmem({ reserved: 1 })]),
    expect: refused(-22, 'devmem rsc has non zero reserved bytes'),
  },
  {
    rows: ['6.3.4'],
    name: 'devmem with an IOMMU',
    board: withIommu,
    image: withTable([devmem()]),
    expect: boots(),
  },
  {
    rows: ['6.4.2'],
    name: 'trace: reserved word',
    image: withTable([trace(0x10001000, 16, 0x80000000)]),
    expect: refused(-22, 'trace rsc has non zero reserved bytes'),
  },
  {
    rows: ['6.4.3'],
    name: 'trace: its address is not looked at before the file is read',
    image: withTable([trace(0xf0000000, 0xffffffff)]),
    expect: degraded(),
    seen: ({ sim }) => assert.is(sim.trace(0), 'Trace  not available\n'),
  },
  {
    rows: ['6.5'],
    name: 'vendor types at both ends of their range have no handler here',
    image: withTable([entry(128, new Uint8Array(16)), entry(512)]),
    expect: boots([r('unsupported vendor resource 128'), r('unsupported vendor resource 512')]),
    under: { '6.1': refused(1, 'unsupported vendor resource 128', 'unsupported vendor resource 512') },
  },
  {
    rows: ['6.5'],
    name: 'a vendor type without a handler in front of a type with one',
    image: withTable([entry(128), trace(0x10001000, 16)]),
    expect: boots([r('unsupported vendor resource 128')]),
  },
  {
    rows: ['6.5'],
    name: 'behind a vendor type without a handler: a type that nobody knows',
    image: withTable([entry(128), entry(4)]),
    expect: boots([r('unsupported vendor resource 128'), r('unsupported resource 4')]),
    under: { '6.1': refused(1, 'unsupported vendor resource 128', 'unsupported resource 4') },
  },
  {
    rows: ['2.2'],
    name: 'a table alone is no image',
    image: () => table([]),
    expect: insane('Image is too small'),
  },
];

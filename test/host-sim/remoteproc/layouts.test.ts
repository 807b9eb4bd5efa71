/** linux-remoteproc.md section 5: where Linux finds the fields of a table, by numbers and not by our declarations. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../../boards/virt-m4.js';
import {
  FwRscCarveout,
  FwRscDevmem,
  FwRscHdr,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  ResourceTable,
} from '../../../runtime/abi/resource-table.js';
import type { Field } from '../../../runtime/abi/struct.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { bootLog, bootTable, payloadOf } from '../../support/sim-boot.js';
import { carveout, entry, table, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const withIommu = { ...virtM4, linux: { ...virtM4.linux, hasIommu: true } };

type Layout = { readonly fields: readonly Field[]; readonly size: number };
type FieldRow = readonly [name: string, offset: number, size: number];

/** Offsets from the start of the struct, `base` bytes into what the section describes. */
const layouts: readonly (readonly [section: string, what: string, Layout, base: number, FieldRow[]])[] = [
  [
    '5.1',
    'header',
    ResourceTable,
    0,
    [
      ['ver', 0, 4],
      ['num', 4, 4],
      ['reserved', 8, 8],
    ],
  ],
  ['5.2', 'entry', FwRscHdr, 0, [['type', 0, 4]]],
  [
    '5.3',
    'carveout',
    FwRscCarveout,
    4,
    [
      ['da', 4, 4],
      ['pa', 8, 4],
      ['len', 12, 4],
      ['flags', 16, 4],
      ['reserved', 20, 4],
      ['name', 24, 32],
    ],
  ],
  [
    '5.3',
    'devmem',
    FwRscDevmem,
    4,
    [
      ['da', 4, 4],
      ['pa', 8, 4],
      ['len', 12, 4],
      ['flags', 16, 4],
      ['reserved', 20, 4],
      ['name', 24, 32],
    ],
  ],
  [
    '5.4',
    'trace',
    FwRscTrace,
    4,
    [
      ['da', 4, 4],
      ['len', 8, 4],
      ['reserved', 12, 4],
      ['name', 16, 32],
    ],
  ],
  [
    '5.5',
    'vdev',
    FwRscVdev,
    4,
    [
      ['id', 4, 4],
      ['notifyid', 8, 4],
      ['dfeatures', 12, 4],
      ['gfeatures', 16, 4],
      ['config_len', 20, 4],
      ['status', 24, 1],
      ['num_of_vrings', 25, 1],
      ['reserved', 26, 2],
    ],
  ],
  [
    '5.5',
    'vring',
    FwRscVdevVring,
    0,
    [
      ['da', 0, 4],
      ['align', 4, 4],
      ['num', 8, 4],
      ['notifyid', 12, 4],
      ['pa', 16, 4],
    ],
  ],
];
for (const [section, what, format, base, fields] of layouts) {
  for (const [name, offset, size] of fields) {
    test(`${section} ${what}: ${name}, ${size} bytes at ${offset}`, () => {
      const field = format.fields.find((one) => one.name === name);
      assert.is(field && field.offset + base, offset);
      assert.is(field?.size, size);
    });
  }
  test(`${section} ${what}: nothing else`, () => {
    assert.equal(
      format.fields.map((field) => field.name),
      fields.map(([name]) => name),
    );
    const [, offset, size] = fields[fields.length - 1];
    assert.is(format.size + base, offset + size);
  });
}

test(
  '5.1 the offsets follow the header: one u32 for each entry, from the start of the table',
  deadline(LIMIT, async () => {
    const words = [1, 2, 0, 0, 28, 24, 513, 514];
    const bytes = new Uint8Array(Uint32Array.from(words).buffer);
    const { log, file } = await bootTable([], { table: bytes });
    const warned = ['unsupported resource 514', 'unsupported resource 513'];
    assert.equal(log, bootLog(file, ...warned, 'remote processor m4 is now up'));
  }),
);

const types: readonly [number, string][] = [
  [0, 'carveout rsc is truncated'],
  [1, 'devmem rsc is truncated'],
  [2, 'trace rsc is truncated'],
  [3, 'vdev rsc is truncated'],
  [4, 'unsupported resource 4'],
  [127, 'unsupported resource 127'],
  [128, 'unsupported vendor resource 128'],
  [512, 'unsupported vendor resource 512'],
  [513, 'unsupported resource 513'],
];
for (const [type, message] of types) {
  test(
    `5.2 type ${type}, nothing behind it: ${message}`,
    deadline(LIMIT, async () => {
      const { log } = await bootTable([entry(type)], { board: withIommu });
      assert.is(log[2], message);
    }),
  );
}

test(
  '5.2 FW_RSC_ADDR_ANY is 0xffffffff; one less is an address',
  deadline(LIMIT, async () => {
    for (const [da, given] of [
      [0xffffffff, 0x30100000],
      [0xfffffffe, 0xfffffffe],
    ]) {
      const { bench } = await bootTable([carveout('a', { da })]);
      assert.is(bench.sim.rproc.findCarveoutByName('a')?.da, given);
    }
  }),
);

test(
  "5.5 the vdev's own notifyid is never read or written; vring.pa is not written",
  deadline(LIMIT, async () => {
    const { bench, table: bytes } = await bootTable([vdev([{ pa: 0x77 }, {}], { notifyid: 0x1234 })]);
    const at = payloadOf(bytes, 0);
    const loaded = bench.at(0x10000000, bytes.length);
    assert.is(FwRscVdev.unpack(loaded, at).notifyid, 0x1234);
    assert.is(FwRscVdevVring.unpack(loaded, at + 24).pa, 0x77);
    assert.is(FwRscVdevVring.unpack(loaded, at + 24).notifyid, 0);
  }),
);

test(
  '5.5 the rings follow at 28, the config space behind them counts too',
  deadline(LIMIT, async () => {
    const whole = table([vdev([{}, {}], { config_len: 8 }), new Uint8Array(8)], [20]);
    const short = whole.slice(0, whole.length - 1);
    assert.is((await bootTable([], { table: short })).log[2], 'vdev rsc is truncated');
    const { bench, errno } = await bootTable([], { table: whole });
    assert.is(errno, 0);
    const vring0 = new DataView(bench.at(0x10000000, whole.length).slice().buffer).getUint32(20 + 28, true);
    assert.is(vring0, 0x10060000);
  }),
);

test.run();

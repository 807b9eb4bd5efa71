import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { AppHeader, crc32 } from '../../runtime/abi/app.js';
import {
  FwRscCarveout,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  ResourceTable,
} from '../../runtime/abi/resource-table.js';
import { readElf } from '../../sdk/elf/read.js';
import {
  type EntryInspection,
  formatInspection,
  type Inspection,
  inspectElf,
  inspectTableBytes,
} from '../../sdk/inspect/index.js';
import { traceSymbol } from '../../sdk/link/symbols.js';
import { foreignImages } from '../support/elf-foreign.js';
import {
  BUILD_ID,
  carveoutEntry,
  entry,
  linkFirmware,
  SOURCE,
  TRACES,
  tableBytes,
  vdevEntry,
} from '../support/elf-images.js';

const foreign = foreignImages();
const number = (hex: string) => Number(BigInt(hex));

const field = (entryOrVring: { fields: EntryInspection['fields'] }, name: string) =>
  entryOrVring.fields.find((candidate) => candidate.name === name)?.value;

for (const { name, bytes } of foreign) {
  test(`${name}: a table that somebody else made is decoded`, () => {
    const inspection = inspectElf(bytes, name);
    const table = inspection.resourceTable!;
    assert.is(table.problem, null);
    assert.is(table.loaded, true);
    assert.is(table.loadAddressMatches, true);
    assert.equal(table.offsets, [24, 72]);
    const [trace, vdev] = table.entries;
    assert.is(trace.type, 'trace');
    assert.is(field(trace, 'name'), 'vendor-trace');
    assert.is(field(trace, 'da'), '0x00001000');
    assert.is(field(trace, 'len'), 0x400);
    assert.is(vdev.type, 'vdev');
    assert.is(field(vdev, 'id'), 7);
    assert.equal(
      vdev.vrings.map((vring) => [
        field(vring, 'num'),
        field(vring, 'align'),
        vring.ringBytes,
        vring.pageBytes,
      ]),
      // 16 * 512 + 6 + 2 * 512 = 9222, aligned, + 6 + 8 * 512.
      [
        [512, 16, 9232 + 4102, 16384],
        [512, 4096, 12288 + 4102, 20480],
      ],
    );
    assert.is(inspection.app, null);
    assert.is(inspection.rproc, null);
    assert.match(formatInspection(inspection), /\[1\] vdev at 72, 68 bytes/);
  });
}

for (const board of boards) {
  test(`${board.name}: table, app and notes of our own image`, async () => {
    const { elf: bytes } = await linkFirmware(board);
    const inspection = inspectElf(bytes, 'hello.elf');
    const elf = readElf(bytes, 'hello.elf');
    const symbol = (name: string) => elf.symbols.find((candidate) => candidate.name === name)!.value;
    const table = inspection.resourceTable!;
    const image = board.memory.find((region) => region.use === 'image')!;
    assert.is(table.problem, null);
    assert.is(table.sectionType, 'PROGBITS');
    assert.is(table.loaded, true);
    assert.is(table.loadAddressMatches, true);
    assert.is(table.aligned, true);
    assert.is(number(table.address), image.da);
    assert.is(table.usedBytes, table.size);
    assert.equal(
      table.entries.map(({ type }) => type),
      ['carveout', 'vdev', 'trace', 'trace'],
    );
    assert.is(field(table.entries[0], 'name'), 'shared');
    assert.is(field(table.entries[0], 'da'), '0xffffffff');
    assert.is(table.entries[1].config?.hex, Buffer.from('cfg!').toString('hex'));
    for (const [i, { name, size }] of TRACES.entries()) {
      const trace = table.entries[2 + i];
      assert.is(BigInt(field(trace, 'da') as string), symbol(traceSymbol(name)), 'relocated');
      assert.is(field(trace, 'len'), size);
      assert.is(field(trace, 'name'), name);
    }
    const app = inspection.app!;
    assert.is(app.problem, null);
    assert.is(app.crcOk, true);
    assert.is(app.kind, 'source');
    assert.is(app.engine, 'quickjs');
    assert.is(app.length, SOURCE.length);
    assert.is(number(app.crc32!), crc32(new TextEncoder().encode(SOURCE)));
    assert.is(app.tableAddress, table.address, 'relocated');
    assert.is(app.tableLength, table.size);
    assert.is(inspection.header.entry, app.address);
    assert.is(inspection.buildId, Buffer.from(BUILD_ID).toString('hex'));
    assert.equal(inspection.rproc, {
      board: board.name,
      sdk: '0.1.0',
      engine: 'quickjs 2025-09-13',
      native: false,
    });
    assert.equal(JSON.parse(JSON.stringify(inspection)), inspection, 'is plain JSON');
  });
}

test('field offsets are those of the declarations', () => {
  const bytes = tableBytes([carveoutEntry('c', 64), vdevEntry(), entry(200, new Uint8Array([9, 8, 7, 6]))]);
  const { entries, fields } = inspectTableBytes(bytes);
  assert.equal(
    fields.map((f) => [f.name, f.offset]),
    ResourceTable.fields.map((f) => [f.name, f.offset]),
  );
  const declared = (from: number, format: { fields: readonly { name: string; offset: number }[] }) =>
    format.fields.map((f) => [f.name, from + f.offset]);
  const [carveout, vdev, vendor] = entries;
  assert.equal(
    carveout.fields.map((f) => [f.name, f.offset]),
    [['type', 28], ...declared(32, FwRscCarveout)],
  );
  assert.equal(
    vdev.fields.map((f) => [f.name, f.offset]),
    [['type', 84], ...declared(88, FwRscVdev)],
  );
  assert.equal(
    vdev.vrings[1].fields.map((f) => [f.name, f.offset]),
    declared(88 + FwRscVdev.size + FwRscVdevVring.size, FwRscVdevVring),
  );
  assert.is(vendor.type, 'vendor');
  assert.equal(vendor.payload, { offset: vendor.offset + 4, length: 4, hex: '09080706' });
  assert.is(FwRscTrace.size, 44);
});

const tables: [string, Uint8Array, string | null, (string | null)[]][] = [
  ['too short', new Uint8Array(15), 'header-less resource table', []],
  ['empty', tableBytes([]), null, []],
  ['version 2', patch(tableBytes([]), 0, 2), 'unsupported fw ver: 2', []],
  ['reserved', patch(tableBytes([]), 12, 1), 'non zero reserved bytes', []],
  ['count too large', tableBytes([], 9), 'resource table incomplete', []],
  ['offset before the entries', patch(tableBytes([vdevEntry()]), 16, 12), null, ['rsc table is truncated']],
  ['offset at the end', patch(tableBytes([vdevEntry()]), 16, 88), null, ['rsc table is truncated']],
  ['type word cut', patch(tableBytes([vdevEntry()]), 16, 86), null, ['rsc table is truncated']],
  ['carveout cut', tableBytes([carveoutEntry('c', 1).slice(0, 55)]), null, ['carveout rsc is truncated']],
  ['trace cut', tableBytes([entry(2, new Uint8Array(43))]), null, ['trace rsc is truncated']],
  ['devmem cut', tableBytes([entry(1, new Uint8Array(51))]), null, ['devmem rsc is truncated']],
  [
    'reserved word',
    patch(tableBytes([carveoutEntry('c', 1)]), 40, 1),
    null,
    ['carveout rsc has non zero reserved bytes'],
  ],
  ['vdev cut', tableBytes([vdevEntry().slice(0, 60)]), null, ['vdev rsc is truncated']],
  [
    'vdev config cut',
    tableBytes([vdevEntry(new Uint8Array(8)).slice(0, 72)]),
    null,
    ['vdev rsc is truncated'],
  ],
  ['three vrings', tableBytes([vdevEntry(undefined, 3)]), null, ['too many vrings: 3']],
  ['type 4', tableBytes([entry(4)]), null, ['unsupported resource 4']],
  [
    'type 127 and 513',
    tableBytes([entry(127), entry(513)]),
    null,
    ['unsupported resource 127', 'unsupported resource 513'],
  ],
  ['vendor limits', tableBytes([entry(128), entry(512)]), null, [null, null]],
  ['a sound one', tableBytes([carveoutEntry('c', 1), vdevEntry()]), null, [null, null]],
];
for (const [what, bytes, problem, problems] of tables) {
  test(`the kernel's verdict on a table: ${what}`, () => {
    const table = inspectTableBytes(bytes);
    assert.is(table.problem, problem);
    assert.equal(
      table.entries.map((candidate) => candidate.problem),
      problems,
    );
  });
}

test('rings whose size cannot be computed say so', () => {
  for (const [num, align] of [
    [0, 16],
    [256, 0],
    [100, 16],
    [256, 24],
    [65536, 16],
    [0xffffffff, 16],
  ]) {
    const { entries } = inspectTableBytes(tableBytes([vdevEntry(undefined, 2, num, align)]));
    assert.is(entries[0].vrings[0].ringBytes, null, `${num}, ${align}`);
    assert.is(entries[0].vrings[0].pageBytes, null);
  }
});

test('a big table is decoded whole', async () => {
  const more = Array.from({ length: 500 }, (_, i) => carveoutEntry(`region${i}`, i));
  const { elf } = await linkFirmware(virtM4, { more });
  const table = inspectElf(elf, 'big.elf').resourceTable!;
  assert.is(table.entries.length, 504);
  assert.is(field(table.entries[503], 'name'), 'region499');
  assert.is(table.usedBytes, table.size);
});

test('an image without a table says so', async () => {
  const bytes = (await linkFirmware(virtM4)).elf.slice();
  const at = Buffer.from(bytes.buffer).lastIndexOf('.resource_table\0');
  bytes.set(Buffer.from('.nothing_of_us!'), at);
  const inspection = inspectElf(bytes, 'x.elf');
  assert.is(inspection.resourceTable, null);
  assert.match(formatInspection(inspection), 'Resource table: none');
});

test('a changed program, a table outside segments, a misaligned one are seen', async () => {
  const { elf } = await linkFirmware(virtM4);
  const whole = inspectElf(elf, 'x.elf');
  const changed = (edit: (bytes: Uint8Array, i: Inspection) => void) => {
    const bytes = elf.slice();
    edit(bytes, whole);
    return inspectElf(bytes, 'x.elf');
  };
  const { app } = changed((bytes, i) => {
    bytes[i.app!.offset + AppHeader.size] ^= 1;
  });
  assert.is(app?.crcOk, false);
  assert.is(app?.problem, 'the program differs from its CRC-32');
  const unloaded = changed((bytes, i) => patch(bytes, i.header.phoff, 0));
  assert.is(unloaded.resourceTable?.loaded, false);
  assert.is(unloaded.resourceTable?.loadAddress, null);
  assert.match(formatInspection(unloaded), 'in no loaded segment');
  const moved = changed((bytes, i) => patch(bytes, i.header.phoff + 12, 0x20000000));
  assert.is(moved.resourceTable?.loadAddress, '0x20000000');
  assert.is(moved.resourceTable?.loadAddressMatches, false);
  const odd = changed((bytes, i) => patch(bytes, i.header.shoff + 40 + 12, 0x10000004));
  assert.is(odd.resourceTable?.aligned, false);
});

function patch(bytes: Uint8Array, at: number, word: number): Uint8Array {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, word, true);
  return bytes;
}

test.run();

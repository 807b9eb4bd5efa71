/** Section 4: finding the resource table, in the file and in loaded memory. */
import * as assert from 'uvu/assert';
import { imx8mmM4 } from '../../../boards/nxp/imx8mm-m4.js';
import { stm32mp157DkM4 } from '../../../boards/st/stm32mp157-dk-m4.js';
import { zynqmpR5 } from '../../../boards/xilinx/zynqmp-r5.js';
import { ResourceTable } from '../../../runtime/abi/resource-table.js';
import {
  concat,
  ehdrOf,
  formats,
  type ImageOptions,
  image,
  table,
  trace,
  vdev,
} from '../../support/sim-images.js';
import { BOUND, boots, changed, degraded, fails, type MalformedCase, r, withTable } from './case.js';

const AT = 0x10000000;
const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
const section = (data: Uint8Array, more: object = {}) => ({
  name: '.resource_table',
  addr: AT,
  data,
  ...more,
});
const withSections =
  (sections: NonNullable<ImageOptions['sections']>, bits: 32 | 64 = 32) =>
  () =>
    image({ sections, bits, segments: [{ at: AT, data: new Uint8Array(64) }] });

/** A good image whose table section's header is changed. */
function withHeader(change: (shdr: { [name: string]: any }) => void, bits: 32 | 64 = 32) {
  return changed((ehdr, file) => {
    const { Shdr } = formats(bits);
    change(Shdr.over(file, Number(ehdr.e_shoff) + Shdr.size) as { [name: string]: any });
  }, bits);
}

const refusedTables: readonly [row: string, name: string, data: Uint8Array, more: object, line: string][] = [
  ['4.1.1', 'longer than the file', words(1, 0, 0, 0), { size: 0x10000 }, 'resource table truncated'],
  ['4.1.1', 'behind the end of the file', words(1, 0, 0, 0), { offset: 0x10000 }, 'resource table truncated'],
  ['4.1.2', 'no bytes at all', words(1, 0, 0, 0), { size: 0 }, 'header-less resource table'],
  ['4.1.2', 'a byte less than its header', words(1, 0, 0, 0), { size: 15 }, 'header-less resource table'],
  ['4.1.3', 'version 0 (a section of zeroes)', words(0, 0, 0, 0), {}, 'unsupported fw ver: 0'],
  ['4.1.3', 'version 2', words(2, 0, 0, 0), {}, 'unsupported fw ver: 2'],
  [
    '4.1.3',
    'a version above 2^31 is printed signed',
    words(0xffffffff, 0, 0, 0),
    {},
    'unsupported fw ver: -1',
  ],
  ['4.1.4', 'first reserved word', words(1, 0, 1, 0), {}, 'non zero reserved bytes'],
  ['4.1.4', 'second reserved word', words(1, 0, 0, 0x80000000), {}, 'non zero reserved bytes'],
  ['4.1.5', 'one entry, no room for its offset', words(1, 1, 0, 0), {}, 'resource table incomplete'],
  [
    '4.1.5',
    'two entries, room for one and a half',
    words(1, 2, 0, 0, 24, 0),
    { size: 22 },
    'resource table incomplete',
  ],
  ['4.1.5', '2^32 - 1 entries', words(1, 0xffffffff, 0, 0), {}, 'resource table incomplete'],
];

/** A table that the driver can do without: told when parsed, and again when the loaded table is looked for. */
const BAD = words(2, 0, 0, 0);

export const tableCases: readonly MalformedCase[] = [
  ...refusedTables.map(([row, name, data, more, line]) => ({
    ...{ rows: [row, '4.1.default'], name: `table: ${name}`, image: withSections([section(data, more)]) },
    expect: fails(-22, [r(line)]),
  })),
  {
    rows: ['4.1.1'],
    name: 'table: offset and size wrap around 2^64',
    image: withSections([section(words(1, 0, 0, 0), { offset: 2n ** 64n - 8n, size: 64 })], 64),
    expect: fails(-22, [r('resource table truncated')]),
  },
  {
    rows: ['4.1.none', '4.1.default'],
    name: 'no section of that name: no message of its own',
    image: withSections([{ name: '.resource_tables', addr: AT, data: table([]) }]),
    expect: fails(-22, []),
  },
  {
    rows: ['4.1.none', '4.1.default'],
    name: 'section names in another section than e_shstrndx says',
    image: changed((ehdr) => {
      ehdr.e_shstrndx = 0;
    }),
    expect: fails(-22, []),
  },
  {
    rows: ['4.1.first'],
    name: 'the first section of the name decides: a good one behind it is not tried',
    image: withSections([section(words(2, 0, 0, 0)), section(table([]))]),
    expect: fails(-22, [r('unsupported fw ver: 2')]),
  },
  {
    rows: ['4.1.first'],
    name: 'a bad one behind a good one does not matter',
    image: withSections([section(table([])), section(words(2, 0, 0, 0))]),
    expect: boots(),
  },
  {
    rows: ['4.1.type'],
    name: 'a NOBITS table whose file offset leads to it all the same',
    image: withHeader((shdr) => {
      shdr.sh_type = 8;
    }),
    expect: boots(),
  },
  {
    rows: ['4.1.type'],
    name: 'a NOBITS table reads what else is at its offset: the ELF header',
    image: withHeader((shdr) => {
      shdr.sh_type = 8;
      shdr.sh_offset = 0n;
    }, 64),
    expect: fails(-22, [r(`unsupported fw ver: ${0x464c457f}`)]),
  },
  {
    rows: ['4.1.type'],
    name: 'flags 0 and alignment 1 on the table',
    image: withHeader((shdr) => {
      shdr.sh_flags = 0;
      shdr.sh_addralign = 1;
    }),
    expect: boots(),
  },
  {
    rows: ['4.1.stm32'],
    name: 'stm32 goes on without a table',
    board: stm32mp157DkM4,
    image: () => image({ segments: [{ at: AT, data: new Uint8Array(16) }] }),
    expect: boots([r('no resource table found for this firmware')]),
  },
  {
    rows: ['4.1.stm32', '4.2.again'],
    name: 'stm32 goes on with a bad table, which is told twice',
    board: stm32mp157DkM4,
    image: withSections([section(BAD)]),
    expect: boots([
      r('unsupported fw ver: 2'),
      r('no resource table found for this firmware'),
      r('unsupported fw ver: 2'),
    ]),
  },
  {
    rows: ['4.1.imx'],
    name: 'i.MX goes on without a table',
    board: imx8mmM4,
    image: () => image({ segments: [{ at: 0x1ffe0000, data: new Uint8Array(16) }] }),
    expect: boots([r('No resource table in elf')], { processor: 'imx-rproc' }),
    under: { '7.2': boots([r('No resource table in elf')], { processor: 'core-m4' }) },
  },
  {
    rows: ['4.1.xlnx'],
    name: 'Xilinx goes on without a table',
    board: zynqmpR5,
    image: () => image({ segments: [{ at: 0, data: new Uint8Array(16) }] }),
    expect: boots([r('no resource table found.')], { processor: 'ffe00000.r5f' }),
  },
  {
    rows: ['4.2.1'],
    name: 'linked for another address than loaded to: the copy goes to sh_addr',
    image: () => {
      const bytes = table([trace(0x10001000, 16)]);
      return image({ sections: [section(bytes, { addr: 0x10002000 })], segments: [{ at: AT, data: bytes }] });
    },
    expect: boots(),
    seen: (bench) => assert.is(ResourceTable.unpack(bench.at(0x10002000, 16)).num, 1),
  },
  {
    rows: ['4.2.2'],
    name: 'sh_addr translates nowhere: nothing is said, Linux works on its own copy',
    image: withTable([vdev()], { tableAt: 0x60000000, loadTable: false }),
    expect: degraded(BOUND),
  },
  {
    rows: ['4.2.2'],
    name: 'the table begins in memory and ends outside of its region: it translates as a whole or not at all',
    image: withTable([vdev()], { tableAt: 0x1005fff0, loadTable: false }),
    expect: degraded(BOUND),
  },
  {
    rows: ['4.2.3'],
    name: 'the table is in no segment: the copy is written all the same',
    image: withTable([vdev()], { loadTable: false }),
    expect: boots(BOUND),
    seen: (bench) => assert.is(bench.at(AT + 16 + 4 + 4 + 20, 1)[0], 7, 'status'),
  },
  {
    rows: ['4.2.4'],
    name: "the table's region of an i.MX gets the copy, the table at sh_addr stays as linked",
    board: imx8mmM4,
    image: withTable([trace(0x1ffe0000, 16)], { tableAt: 0x1ffe0000 }),
    expect: boots([], { processor: 'imx-rproc' }),
    under: { '7.2': boots([], { processor: 'core-m4' }) },
    seen: (bench) => assert.is(ResourceTable.unpack(bench.at(0xb80ff000, 16)).num, 1),
  },
  {
    rows: ['4.2.5'],
    name: 'what the image loads where the table goes is overwritten',
    image: withTable([vdev()], {
      loadTable: false,
      segments: [{ at: AT, data: new Uint8Array(256).fill(0xee) }],
    }),
    expect: boots(BOUND),
    seen: (bench) => assert.is(ResourceTable.unpack(bench.at(AT, 16)).ver, 1),
  },
  {
    rows: ['4.cached'],
    name: 'bytes behind the last entry belong to the table and are copied with it',
    image: () => image({ table: concat(table([]), new Uint8Array(16).fill(9)) }),
    expect: boots(),
    seen: (bench) => assert.is(bench.at(AT + 31, 1)[0], 9),
  },
  {
    rows: ['4.cached'],
    name: 'an ELF64 image with an ELF64 table section',
    image: () => {
      const file = image({ bits: 64, table: table([vdev()]) });
      assert.is(ehdrOf(file).e_shentsize, 64);
      return file;
    },
    expect: boots(BOUND),
  },
];

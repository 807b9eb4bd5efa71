import { inSource, type Mutation, type Row, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/layouts.test.ts');
const abi = inSource('runtime/abi/resource-table.ts');
const resources = inSource('host-sim/remoteproc/resources.ts');
const virtio = inSource('host-sim/remoteproc/rproc-virtio.ts');

/** The declaration of a struct with four bytes more in front of `field`. */
function shifted(declaration: string, field: string): Mutation {
  return abi(declaration, declaration.replace(new RegExp(`\\b${field}:`), `gap: u32,\n  ${field}:`));
}

/** One row for each field of a struct. */
function layout(
  section: string,
  what: string,
  declaration: string,
  fields: readonly [string, string][],
): Row[] {
  return fields.map(([field, says]) =>
    row(`rproc ${section}.${what}-${field}`, `${what}.${field} ${says}.`, {
      tests: [`${section} ${what}: ${field}, `, `${section} ${what}: nothing else`],
      mutations: [shifted(declaration, field)],
    }),
  );
}

const type = (word: string, number: number, says: string, mutations: readonly Mutation[]) =>
  row(`rproc 5.2.${word}`, says, { tests: [`5.2 type ${number}, `], mutations });

const block = (name: string, ...fields: readonly string[]) =>
  `struct('${name}', {\n${fields.map((field) => `  ${field},\n`).join('')}`;

const memory: readonly [string, string][] = [
  ['da', 'is 4 bytes at 4'],
  ['pa', 'is 4 bytes at 8'],
  ['len', 'is 4 bytes at 12'],
  ['flags', 'is 4 bytes at 16: IOMMU protection bits'],
  ['reserved', 'is 4 bytes at 20'],
  ['name', 'is 32 bytes at 24'],
];
const memoryFields = ['da: u32', 'pa: u32', 'len: u32', 'flags: u32', 'reserved: u32', 'name: cstring(32)'];

export const layouts: RowGroup = {
  title: 'remoteproc 5: layouts of the table',
  rows: [
    ...layout('5.1', 'header', "struct('resource_table', { ver: u32, num: u32, reserved: array(u32, 2) })", [
      ['ver', 'is 4 bytes at 0'],
      ['num', 'is 4 bytes at 4: the number of entries'],
      ['reserved', 'is 8 bytes at 8'],
    ]),
    row(
      'rproc 5.1.offset',
      'From 16 on there is one u32 for each entry: its offset from the start of the table.',
      {
        tests: ['5.1 the offsets follow'],
        mutations: [
          resources('ResourceTable.size + u32.size * i', 'ResourceTable.size + u32.size'),
          resources('FwRscHdr.unpack(table, offset)', 'FwRscHdr.unpack(table, offset - 4)'),
        ],
      },
    ),
    row('rproc 5.2.type', 'An entry begins with its type, 4 bytes; the payload begins at 4.', {
      tests: ['5.2 entry: type', '5.2 entry: nothing else'],
      mutations: [abi("struct('fw_rsc_hdr', { type: u32 })", "struct('fw_rsc_hdr', { type: u8 })")],
    }),
    type('carveout', 0, 'Type 0 is RSC_CARVEOUT.', [abi('RSC_CARVEOUT = 0', 'RSC_CARVEOUT = 99')]),
    type('devmem', 1, 'Type 1 is RSC_DEVMEM.', [abi('RSC_DEVMEM = 1', 'RSC_DEVMEM = 99')]),
    type('trace', 2, 'Type 2 is RSC_TRACE.', [abi('RSC_TRACE = 2', 'RSC_TRACE = 99')]),
    type('vdev', 3, 'Type 3 is RSC_VDEV.', [abi('RSC_VDEV = 3', 'RSC_VDEV = 99')]),
    type('last', 4, 'Type 4 (RSC_LAST) is the first one that means nothing.', [
      abi('RSC_LAST = 4', 'RSC_LAST = 5'),
    ]),
    row('rproc 5.2.vendor', 'Types 128 to 512, both included, belong to vendors.', {
      tests: ['5.2 type 127, ', '5.2 type 128, ', '5.2 type 512, ', '5.2 type 513, '],
      mutations: [
        abi('RSC_VENDOR_START = 128', 'RSC_VENDOR_START = 129'),
        abi('RSC_VENDOR_START = 128', 'RSC_VENDOR_START = 127'),
        abi('RSC_VENDOR_END = 512', 'RSC_VENDOR_END = 511'),
        abi('RSC_VENDOR_END = 512', 'RSC_VENDOR_END = 513'),
      ],
    }),
    row('rproc 5.2.any', 'FW_RSC_ADDR_ANY is 0xffffffff.', {
      tests: ['5.2 FW_RSC_ADDR_ANY'],
      mutations: [abi('FW_RSC_ADDR_ANY = 0xffffffff', 'FW_RSC_ADDR_ANY = 0xfffffffe')],
    }),
    ...layout('5.3', 'carveout', block('fw_rsc_carveout', ...memoryFields), memory),
    ...layout('5.3', 'devmem', block('fw_rsc_devmem', ...memoryFields), memory),
    ...layout(
      '5.4',
      'trace',
      "struct('fw_rsc_trace', { da: u32, len: u32, reserved: u32, name: cstring(32) })",
      [
        ['da', 'is 4 bytes at 4'],
        ['len', 'is 4 bytes at 8'],
        ['reserved', 'is 4 bytes at 12'],
        ['name', 'is 32 bytes at 16'],
      ],
    ),
    ...layout(
      '5.5',
      'vdev',
      block(
        'fw_rsc_vdev',
        ...['id: u32', 'notifyid: u32', 'dfeatures: u32', 'gfeatures: u32', 'config_len: u32'],
        ...['status: u8', 'num_of_vrings: u8', 'reserved: bytes(2)'],
      ),
      [
        ['id', 'is 4 bytes at 4: the virtio device id'],
        ['notifyid', 'is 4 bytes at 8'],
        ['dfeatures', 'is 4 bytes at 12, from the image'],
        ['gfeatures', 'is 4 bytes at 16, from Linux'],
        ['config_len', 'is 4 bytes at 20'],
        ['status', 'is 1 byte at 24, from Linux'],
        ['num_of_vrings', 'is 1 byte at 25'],
        ['reserved', 'is 2 bytes at 26'],
      ],
    ),
    ...layout(
      '5.5',
      'vring',
      block('fw_rsc_vdev_vring', 'da: u32', 'align: u32', 'num: u32', 'notifyid: u32', 'pa: u32'),
      [
        ['da', 'is 4 bytes at 0'],
        ['align', 'is 4 bytes at 4'],
        ['num', 'is 4 bytes at 8'],
        ['notifyid', 'is 4 bytes at 12'],
        ['pa', 'is 4 bytes at 16'],
      ],
    ),
    row('rproc 5.5.own-notifyid', "The vdev's own notifyid is never read or written.", {
      tests: ["5.5 the vdev's own notifyid"],
      mutations: [
        virtio(
          'const index = rproc.vdevCount++;',
          'FwRscVdev.over(table, at).notifyid = 0;\n  const index = rproc.vdevCount++;',
        ),
        virtio(
          'const notifyid = rproc.notifyids.next();',
          'const notifyid = FwRscVdev.unpack(table, at).notifyid + i;',
        ),
      ],
    }),
    row('rproc 5.5.pa-kept', 'vring.pa is not written.', {
      tests: ["5.5 the vdev's own notifyid"],
      mutations: [virtio('entry.notifyid = notifyid;', 'entry.notifyid = notifyid;\n    entry.pa = 0;')],
    }),
    row(
      'rproc 5.5.rings',
      'The rings follow at 28, 20 bytes each; config_len bytes of config space follow them.',
      {
        tests: ['5.5 the rings follow at 28'],
        mutations: [
          virtio(' + rsc.config_len > avail', ' > avail'),
          virtio(
            'this.at + FwRscVdev.size + i * FwRscVdevVring.size',
            'this.at + FwRscVdev.size + 4 + i * FwRscVdevVring.size',
          ),
        ],
      },
    ),
  ],
};

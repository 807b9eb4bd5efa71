/** The SoC boards against the reference page (soc-memory-maps.md), whose tables are copied here as they stand there. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { boardGroups, boards, findBoard } from '../../boards/index.js';
import { deadline } from '../../sdk/testing/deadline.js';

const test = suite('SoC numbers');

function board(name: string): Board {
  const found = findBoard(name);
  if (!found) throw new Error(`no board ${name}`);
  return found;
}

const { virtual, qemu } = boardGroups;
const socBoards = boards.filter((one) => ![...virtual, ...qemu].some(({ name }) => name === one.name));

/** The driver has one table for each of these pairs. */
const sameTable: { readonly [name: string]: string } = { 'imx8mq-m4': 'imx8mm-m4', 'imx8mp-m7': 'imx8mn-m7' };

/** Rows of section 3.2: `da→pa size`, `same` for pa = da, `*` for rows of the driver's own. */
const attRows: { readonly [name: string]: string } = {
  'imx7d-m4':
    '0x00000000→0x00180000 0x8000; 0x00180000→same 0x8000*; 0x00900000→same 0x20000; 0x00920000→same 0x20000; 0x00940000→same 0x8000; 0x1FFF8000→0x007F8000 0x8000*; 0x10000000→0x80000000 0xFFF0000; 0x20000000→0x00800000 0x8000*; 0x20200000→0x00900000 0x20000; 0x20220000→0x00920000 0x20000; 0x20240000→0x00940000 0x8000; 0x80000000→same 0x60000000',
  'imx8mm-m4':
    '0x00000000→0x007E0000 0x20000; 0x00180000→same 0x8000; 0x00900000→same 0x20000; 0x00920000→same 0x20000; 0x08000000→same 0x8000000 (QSPI); 0x10000000→0x40000000 0xFFE0000; 0x1FFE0000→0x007E0000 0x40000*; 0x20180000→0x00180000 0x8000*; 0x20200000→0x00900000 0x20000*; 0x20220000→0x00920000 0x20000*; 0x40000000→same 0x80000000',
  'imx8mn-m7':
    '0x00000000→0x007E0000 0x20000* (ITCM); 0x00180000→same 0x9000; 0x00900000→same 0x20000; 0x00920000→same 0x20000; 0x00940000→same 0x50000; 0x08000000→same 0x8000000; 0x10000000→0x40000000 0xFFE0000; 0x20000000→0x00800000 0x20000* (DTCM); 0x20180000→0x00180000 0x8000*; 0x20200000→0x00900000 0x20000*; 0x20220000→0x00920000 0x20000*; 0x20240000→0x00940000 0x40000*; 0x40000000→same 0x80000000',
  'imx93-m33':
    '0x0FFC0000→0x201C0000 0x40000*; 0x1FFC0000→0x201C0000 0x40000*; 0x20000000→0x20200000 0x40000*; 0x30000000→0x20200000 0x40000*; 0x80000000→same 0x10000000; 0x90000000→0x80000000 0x10000000; 0xC0000000→same 0x10000000; 0xD0000000→0xC0000000 0x10000000',
  'imx95-m7': '0x00000000→0x203C0000 0x40000*; 0x20000000→0x20400000 0x40000*; 0x80000000→same 0x50000000',
};

function parseRow(text: string) {
  const [, da, pa, len, own] = /^(0x[0-9A-F]+)→(0x[0-9A-F]+|same) (0x[0-9A-F]+)(\*?)/.exec(text)!;
  return { da: Number(da), pa: Number(pa === 'same' ? da : pa), len: Number(len), own: own === '*' };
}

for (const name of [...Object.keys(attRows), ...Object.keys(sameTable)]) {
  test(
    `${name}: the driver's rows, in their order`,
    deadline(1000, () => {
      const { translation, linux } = board(name);
      const rows = translation!
        .filter(({ carveouts }) => !carveouts)
        .map(({ da, pa, len, own }) => ({ da, pa: pa ?? da, len, own: own === true }));
      assert.equal(rows, attRows[sameTable[name] ?? name].split('; ').map(parseRow));
      assert.equal([linux.driver, linux.strictEnds, linux.tableRequired], ['imx_rproc', true, false]);
    }),
  );
}

/** Regions as `name da pa len use`, in the board's order; the first one is where the SDK links. */
function regions(name: string): string[] {
  const hex = (value: number) => `0x${value.toString(16)}`;
  return board(name).memory.map(
    (region) =>
      `${region.name} ${hex(region.da)} ${hex(region.pa ?? region.da)} ${hex(region.len)} ${region.use}`,
  );
}

const expectedRegions: { readonly [name: string]: readonly string[] } = {
  'stm32mp157-dk-m4': [
    'mcuram2 0x10000000 0x10000000 0x40000 image',
    'vdev0vring0 0x10040000 0x10040000 0x1000 named',
    'vdev0vring1 0x10041000 0x10041000 0x1000 named',
    'vdev0buffer 0x10042000 0x10042000 0x4000 named',
    'mcuram 0x30000000 0x30000000 0x40000 image',
    'retram 0x0 0x38000000 0x10000 image',
  ],
  'stm32mp157-m4-448k': [
    'mcusram 0x10000000 0x10000000 0x5a000 image',
    'vdev0vring0 0x1005a000 0x1005a000 0x1000 named',
    'vdev0vring1 0x1005b000 0x1005b000 0x1000 named',
    'vdev0buffer 0x1005c000 0x1005c000 0x4000 named',
    'retram 0x0 0x38000000 0x10000 image',
  ],
  'imx7d-m4': [
    'tcmu 0x20000000 0x800000 0x8000 image',
    'tcml 0x1fff8000 0x7f8000 0x8000 image',
    'ocram-s 0x180000 0x180000 0x8000 image',
  ],
  'imx8mm-m4': [
    'm4 0x80000000 0x80000000 0x1000000 image',
    'tcmu 0x20000000 0x800000 0x20000 image',
    'tcml 0x1ffe0000 0x7e0000 0x20000 image',
    'vdev0vring0 0xb8000000 0xb8000000 0x8000 named',
    'vdev0vring1 0xb8008000 0xb8008000 0x8000 named',
    'rsc-table 0xb80ff000 0xb80ff000 0x1000 table',
    'vdevbuffer 0xb8400000 0xb8400000 0x100000 pool',
  ],
  'imx8mq-m4': ['tcmu 0x20000000 0x800000 0x20000 image', 'tcml 0x1ffe0000 0x7e0000 0x20000 image'],
  'imx8mn-m7': ['dtcm 0x20000000 0x800000 0x20000 image', 'itcm 0x0 0x7e0000 0x20000 image'],
  'imx8mp-m7': [
    'm7 0x80000000 0x80000000 0x1000000 image',
    'dtcm 0x20000000 0x800000 0x20000 image',
    'itcm 0x0 0x7e0000 0x20000 image',
    'vdev0vring0 0x55000000 0x55000000 0x8000 named',
    'vdev0vring1 0x55008000 0x55008000 0x8000 named',
    'rsc-table 0x550ff000 0x550ff000 0x1000 table',
    'vdevbuffer 0x55400000 0x55400000 0x100000 pool',
  ],
  'imx93-m33': [
    'tcm-sys 0x20000000 0x20200000 0x1e000 image',
    'rsc-table 0x2001e000 0x2021e000 0x1000 table',
    'tcm-sys-end 0x2001f000 0x2021f000 0x21000 image',
    'tcm-code 0xffc0000 0x201c0000 0x40000 image',
    'vdev0vring0 0xa4000000 0xa4000000 0x8000 named',
    'vdev0vring1 0xa4008000 0xa4008000 0x8000 named',
    'vdev1vring0 0xa4010000 0xa4010000 0x8000 named',
    'vdev1vring1 0xa4018000 0xa4018000 0x8000 named',
    'vdevbuffer 0xa4020000 0xa4020000 0x100000 pool',
  ],
  'imx95-m7': [
    'memory 0x80000000 0x80000000 0x1000000 image',
    'dtcm 0x20000000 0x20400000 0x40000 image',
    'itcm 0x0 0x203c0000 0x40000 image',
    'vdev0vring0 0x88000000 0x88000000 0x8000 named',
    'vdev0vring1 0x88008000 0x88008000 0x8000 named',
    'vdevbuffer 0x88020000 0x88020000 0x100000 pool',
    'rsc-table 0x88220000 0x88220000 0x1000 table',
  ],
  'am62x-m4f': [
    'firmware 0x9cc00000 0x9cc00000 0xe00000 image',
    'iram 0x0 0x5000000 0x30000 image',
    'dram 0x30000 0x5040000 0x10000 image',
    'dma-pool 0x9cb00000 0x9cb00000 0x100000 pool',
  ],
  'am64x-m4f': [
    'firmware 0xa4100000 0xa4100000 0xf00000 image',
    'iram 0x0 0x5000000 0x30000 image',
    'dram 0x30000 0x5040000 0x10000 image',
    'dma-pool 0xa4000000 0xa4000000 0x100000 pool',
  ],
  'am64x-r5f': [
    'firmware 0xa0100000 0xa0100000 0xf00000 image',
    'atcm 0x0 0x78000000 0x8000 image',
    'btcm 0x41010000 0x78100000 0x8000 image',
    'dma-pool 0xa0000000 0xa0000000 0x100000 pool',
  ],
  'j721e-r5f': [
    'firmware 0xa0100000 0xa0100000 0xf00000 image',
    'atcm 0x0 0x41000000 0x8000 image',
    'btcm 0x41010000 0x41010000 0x8000 image',
    'dma-pool 0xa0000000 0xa0000000 0x100000 pool',
  ],
  'zynqmp-r5': [
    'firmware 0x3ed00000 0x3ed00000 0x40000 image',
    'atcm0 0x0 0xffe00000 0x10000 image',
    'btcm0 0x20000 0xffe20000 0x10000 image',
  ],
  'zynqmp-r5-rpmsg': [
    'rproc 0x60000000 0x60000000 0x1000000 image',
    'atcm0 0x0 0xffe00000 0x10000 image',
    'btcm0 0x20000 0xffe20000 0x10000 image',
    'vdev0vring0 0x3ed40000 0x3ed40000 0x4000 named',
    'vdev0vring1 0x3ed44000 0x3ed44000 0x4000 named',
    'vdev0buffer 0x3ed48000 0x3ed48000 0x100000 named',
  ],
  'versal-r5': ['firmware 0x3ed00000 0x3ed00000 0x40000 image'],
};

test(
  'every board of an SoC has its regions here',
  deadline(1000, () => {
    const real = socBoards.map(({ name }) => name);
    assert.equal(Object.keys(expectedRegions), real);
    for (const name of real) assert.equal(regions(name), expectedRegions[name], name);
  }),
);

test(
  'STM32MP15: dma-ranges, one vdev, the table within 1024 bytes',
  deadline(1000, () => {
    const { translation, linux, attachTableBytes, boot } = board('stm32mp157-dk-m4');
    assert.equal(
      translation!.map(({ da, pa, len }) => [da, pa ?? da, len]),
      [
        [0x00000000, 0x38000000, 0x10000],
        [0x10000000, 0x10000000, 0x60000],
        [0x30000000, 0x30000000, 0x60000],
      ],
    );
    assert.equal([linux.maxVdevs, linux.tableRequired, attachTableBytes], [1, false, 1024]);
    assert.equal(boot, { kind: 'vectors-at', da: 0 });
  }),
);

test(
  'K3: both views of internal RAM',
  deadline(1000, () => {
    const rows = (name: string) => board(name).translation!.map(({ da, pa }) => [da, pa ?? da]);
    assert.equal(rows('am64x-r5f').slice(0, 4), [
      [0, 0x78000000],
      [0x41010000, 0x78100000],
      [0x78000000, 0x78000000],
      [0x78100000, 0x78100000],
    ]);
    assert.equal(rows('j721e-r5f').slice(0, 3), [
      [0, 0x41000000],
      [0x41010000, 0x41010000],
      [0x41000000, 0x41000000],
    ]);
    assert.equal(rows('am62x-m4f').slice(0, 4), [
      [0, 0x05000000],
      [0x30000, 0x05040000],
      [0x05000000, 0x05000000],
      [0x05040000, 0x05040000],
    ]);
  }),
);

test(
  'mailboxes, boot rules, defaults',
  deadline(1000, () => {
    const line = ({ name, mailbox, boot, attachTableBytes, linux }: Board) =>
      [
        name,
        linux.driver,
        mailbox?.type,
        mailbox?.linuxBase?.toString(16),
        mailbox?.remoteBase?.toString(16),
        boot.kind,
        attachTableBytes,
        linux.autoBoot,
        linux.recovery,
        linux.since,
      ].join(' ');
    assert.equal(socBoards.map(line), [
      'stm32mp157-dk-m4 stm32_rproc stm32-ipcc 4c001000 4c001000 vectors-at 1024 false true ',
      'stm32mp157-m4-448k stm32_rproc stm32-ipcc 4c001000 4c001000 vectors-at 1024 false true ',
      'imx7d-m4 imx_rproc imx-mu 30aa0000 30ab0000 vectors-at  false true ',
      'imx8mm-m4 imx_rproc imx-mu 30aa0000 30ab0000 vectors-at 1024 false true ',
      'imx8mq-m4 imx_rproc imx-mu 30aa0000 30ab0000 vectors-at  false true ',
      'imx8mn-m7 imx_rproc imx-mu 30aa0000 30ab0000 vectors-at  false true ',
      'imx8mp-m7 imx_rproc imx-mu 30aa0000 30ab0000 vectors-at 1024 false true ',
      'imx93-m33 imx_rproc imx-mu 44230000  unknown 1024 false true ',
      'imx95-m7 imx_rproc imx-mu 42430000  entry 1024 false true 7.2',
      'am62x-m4f ti_k3_m4 omap-mailbox 29000000  unknown 256 true false ',
      'am64x-m4f ti_k3_m4 omap-mailbox 29060000  unknown 256 true false ',
      'am64x-r5f ti_k3_r5 omap-mailbox 29020000 29020000 entry 256 true false ',
      'j721e-r5f ti_k3_r5 omap-mailbox 31f80000 31f80000 entry 256 true false ',
      'zynqmp-r5 xlnx_r5 zynqmp-ipi   vectors-at  false false ',
      'zynqmp-r5-rpmsg xlnx_r5 zynqmp-ipi  ff310000 vectors-at  false false ',
      'versal-r5 xlnx_r5 zynqmp-ipi   vectors-at  false false ',
    ]);
    const layouts = ['imx8mm-m4', 'imx93-m33', 'imx95-m7'].map((name) => board(name).mailbox!.layout);
    assert.equal(layouts, ['imx6sx', 'v2', 'v2']);
    assert.equal(board('stm32mp157-dk-m4').mailbox!.channels, { vq0: 0, vq1: 1, shutdown: 2, detach: 3 });
    assert.equal(board('am64x-r5f').mailbox!.channels, {
      ...{ hostRx: 0, hostTx: 1, hostUser: 2, remoteUser: 0 },
    });
    assert.equal(board('am62x-m4f').mailbox!.channels, { hostRx: 0, hostTx: 1 });
    assert.equal(board('imx93-m33').mailbox!.channels, { tx: 1, rx: 1, rxdb: 1 });
    assert.equal(board('imx95-m7').boot, { kind: 'entry', align: 0x10000 });
    for (const { linux } of boards) assert.is(linux.hasIommu, false);
  }),
);

test(
  'engine limits follow from memory',
  deadline(1000, () => {
    const limits = (name: string) => [board(name).engine.heap / 1024, board(name).engine.stack / 1024];
    assert.equal(limits('stm32mp157-dk-m4'), [128, 16]);
    assert.equal(limits('imx7d-m4'), [64, 8]);
    assert.equal(limits('imx95-m7'), [4096, 64]);
  }),
);

test.run();

/** For each rule an image that it speaks about, and one close to it about which it is silent. */
import type { Board } from '../../boards/board.js';
import { imx8mmM4 } from '../../boards/nxp/imx8mm-m4.js';
import { stm32mp157DkM4 } from '../../boards/st/stm32mp157-dk-m4.js';
import { virtM4 } from '../../boards/virt-m4.js';
import type { KernelVersion } from '../../host-sim/kernel.js';
import {
  ANY,
  carveout,
  devmem,
  ehdrOf,
  entry,
  formats,
  type ImageOptions,
  image,
  type Segment,
  table,
  trace,
  vdev,
} from '../support/sim-images.js';
import { plainBoard, withIommu } from './malformed/case.js';

interface Sample {
  readonly image: Uint8Array;
  readonly board?: Board;
  readonly kernel?: KernelVersion;
}

export interface RuleCase {
  readonly rule: string;
  readonly finds: Sample;
  readonly silent: Sample;
  /** In `message` or `fix` of the finding. */
  readonly says: string;
}

const AT = 0x10001000;
const bytes = (length: number) => new Uint8Array(length).fill(1);
const text = (value: string) => new TextEncoder().encode(value);
const at = (address: number | bigint, length = 64): Segment => ({ at: address, data: bytes(length) });
const of = (entries: readonly Uint8Array[], more: ImageOptions = {}, board?: Board): Sample => ({
  image: image({ table: table(entries), ...more }),
  board,
});
const segments = (...list: Segment[]): Sample => of([], { segments: list });
const rings = (first: object, second = first, fields: object = {}, board: Board = virtM4): Sample =>
  of([vdev([first, second], fields)], {}, board);
const inMemory = trace(AT, 64);

function changed(sample: Sample, change: (file: Uint8Array) => void): Sample {
  change(sample.image);
  return sample;
}

/** The type of the table's section, the first behind the null section. */
const nobits = (sample: Sample) =>
  changed(sample, (file) => {
    const { Shdr } = formats(32);
    Shdr.over(file, ehdrOf(file).e_shoff + Shdr.size).sh_type = 8;
  });

/** A vdev, and loaded text between NULs as a C compiler leaves it. */
const named = (name: string, kernel?: KernelVersion, entries = [vdev()]): Sample => ({
  ...of(entries, { segments: [{ at: AT, data: text(`code\0${name}\0more`) }] }),
  kernel,
});

/** A carveout whose name fills all 32 bytes. */
function unterminated(made: Uint8Array): Uint8Array {
  made[made.length - 1] = 0x6e;
  return made;
}

export const ruleCases: readonly RuleCase[] = [
  {
    ...{ rule: 'elf-damaged', says: 'exceed the file', silent: segments(at(AT)) },
    finds: segments({ at: AT, data: bytes(4), filesz: 0x100000, memsz: 0x100000 }),
  },
  {
    ...{
      rule: 'segment-nowhere',
      says: 'bad phdr',
      finds: segments(at(0x20000000)),
      silent: segments(at(AT)),
    },
  },
  {
    ...{ rule: 'segment-nowhere', says: 'no one memory' },
    finds: segments(at(0x1005fff0, 17)),
    silent: segments(at(0x1005fff0, 16)),
  },
  {
    ...{ rule: 'segment-lma-differs', says: 'start-up code', finds: segments(at(AT)) },
    silent: changed(of([]), (file) => {
      const { Ehdr, Phdr } = formats(32);
      Phdr.over(file, Ehdr.size).p_vaddr = 0x10000000;
    }),
  },
  {
    ...{ rule: 'table-missing', says: 'KEEP(*(.resource_table))', silent: of([]) },
    finds: { image: image({ segments: [at(AT)] }) },
  },
  {
    ...{ rule: 'table-missing', says: 'no section is called', silent: of([], {}, stm32mp157DkM4) },
    finds: { image: image({ segments: [at(AT)] }), board: stm32mp157DkM4 },
  },
  {
    ...{ rule: 'table-not-loaded', says: 'waits for DRIVER_OK for ever', silent: of([vdev()]) },
    finds: of([vdev()], { tableAt: 0x60000000, loadTable: false }),
  },
  {
    ...{ rule: 'table-not-loaded', says: 'in no loaded segment', silent: of([vdev()]) },
    finds: of([vdev()], { loadTable: false }),
  },
  {
    ...{ rule: 'table-nobits', says: 'NOBITS', finds: nobits(of([vdev()])), silent: of([vdev()]) },
  },
  {
    ...{ rule: 'table-other-copy', says: 'never changes' },
    finds: of([inMemory], { tableAt: 0x1ffe0000 }, imx8mmM4),
    silent: of([inMemory], { tableAt: 0xb80ff000, loadTable: false }, imx8mmM4),
  },
  {
    ...{ rule: 'table-alignment', says: 'arm64' },
    finds: of([], { tableAt: 0x10000004 }),
    silent: of([], { tableAt: 0x10000008 }),
  },
  {
    ...{ rule: 'entry-vectors', says: 'vectors' },
    finds: of([], {}, stm32mp157DkM4),
    silent: of([], { segments: [at(0)] }, stm32mp157DkM4),
  },
  {
    ...{ rule: 'table-refused', says: 'trace rsc has non zero reserved bytes' },
    finds: of([trace(AT, 64, 1)]),
    silent: of([inMemory]),
  },
  {
    ...{ rule: 'entry-offset', says: 'rsc table is truncated', silent: of([inMemory]) },
    finds: { image: image({ table: table([inMemory], [12]) }) },
  },
  {
    ...{ rule: 'entry-offset', says: 'header words', silent: of([inMemory]) },
    finds: { image: image({ table: table([inMemory], [16]) }), kernel: '7.2' },
  },
  {
    ...{ rule: 'entries-overlap', says: 'shares bytes', silent: of([inMemory, trace(AT + 64, 64)]) },
    finds: { image: image({ table: table([inMemory], [24, 24]) }) },
  },
  {
    ...{
      rule: 'entry-unknown',
      says: 'unsupported resource 4',
      finds: of([entry(4)]),
      silent: of([entry(128)]),
    },
  },
  {
    ...{ rule: 'entry-unaligned', says: 'multiple of 4' },
    finds: of([entry(128, bytes(1)), inMemory]),
    silent: of([entry(128, bytes(4)), inMemory]),
  },
  {
    ...{
      rule: 'devmem-without-iommu',
      says: '-22',
      finds: of([devmem()]),
      silent: of([devmem()], {}, withIommu),
    },
  },
  {
    ...{ rule: 'carveout-name', says: '-12' },
    finds: of([carveout(''), carveout('')]),
    silent: of([carveout(''), carveout('a')]),
  },
  {
    ...{
      rule: 'entry-name',
      says: 'formatter',
      finds: of([carveout('50%')]),
      silent: of([carveout('half')]),
    },
  },
  {
    ...{ rule: 'entry-name', says: 'no NUL' },
    finds: of([unterminated(carveout('n'.repeat(31)))]),
    silent: of([carveout('n'.repeat(31))]),
  },
  {
    ...{ rule: 'carveout-elsewhere', says: 'reserved-memory node' },
    finds: of([carveout('a', { da: 0x70000000 })]),
    silent: of([carveout('sram', { da: AT })]),
  },
  {
    ...{ rule: 'trace-nowhere', says: 'Trace  not available', finds: of([trace(0x60000000, 64)]) },
    silent: of([inMemory]),
  },
  {
    ...{ rule: 'address-host-view', says: 'use 0x10001000', finds: segments(at(0x30001000)) },
    silent: segments(at(AT)),
  },
  {
    ...{ rule: 'address-host-view', says: 'finds nothing there', finds: of([trace(0x30001000, 64)]) },
    silent: of([trace(0x50001000, 64)]),
  },
  {
    ...{ rule: 'address-too-wide', says: '32 bits' },
    finds: of([], { bits: 64, segments: [at(0x110001000n)] }),
    silent: of([], { bits: 64, segments: [at(AT)] }),
  },
  {
    ...{ rule: 'segments-overlap', says: 'lost' },
    finds: segments(at(AT), at(AT + 63)),
    silent: segments(at(AT), at(AT + 64)),
  },
  {
    ...{ rule: 'region-overlap', says: 'vdev0vring0' },
    finds: segments(at(0x10060000)),
    silent: segments(at(0x1005ffc0)),
  },
  {
    ...{ rule: 'region-overlap', says: 'pool', finds: of([trace(0x10100000, 64)]), silent: of([inMemory]) },
  },
  {
    ...{ rule: 'trace-overlap', says: 'the resource table' },
    finds: of([trace(0x10000000, 64)]),
    silent: of([trace(0x10000100, 64)]),
  },
  {
    ...{ rule: 'trace-overlap', says: 'entry 0', finds: of([inMemory, trace(AT + 63, 1)]) },
    silent: of([inMemory, trace(AT + 64, 1)]),
  },
  {
    ...{ rule: 'vring-overlap', says: 'vring 0' },
    finds: rings({ da: 0x10004000 }, { da: 0x10004010 }, {}, plainBoard),
    silent: rings({ da: 0x10004000 }, { da: 0x10006000 }, {}, plainBoard),
  },
  {
    ...{ rule: 'vring-overlap', says: 'the resource table' },
    finds: rings({ da: 0x10000000 }, { da: ANY }, {}, plainBoard),
    silent: rings({ da: 0x10000000 }, { da: ANY }),
  },
  { rule: 'vring-missing', says: 'NULL pointer', finds: of([vdev([{}])]), silent: of([vdev([{}, {}])]) },
  {
    ...{ rule: 'vendor-last', says: 'Failed to process resources: 1' },
    finds: { image: image({ table: table([inMemory, entry(128)]) }), kernel: '6.1' },
    silent: { image: image({ table: table([entry(128), inMemory]) }), kernel: '6.1' },
  },
  { rule: 'vdev-lost', says: 'invalid qsz', finds: rings({ num: 0 }), silent: rings({}) },
  {
    ...{ rule: 'vdev-lost', says: 'did not reach DRIVER_OK' },
    finds: of([vdev([{ num: 4 }, { num: 4 }], { id: 3, dfeatures: 2 })]),
    silent: of([vdev([{ num: 4 }, { num: 4 }], { id: 3, dfeatures: 1 })]),
  },
  {
    ...{ rule: 'vdev-driver', says: 'waits for its driver' },
    finds: of([vdev([{}, {}], { id: 24 })]),
    silent: of([vdev([{}, {}], { id: 3, dfeatures: 0 })]),
  },
  { rule: 'vring-num', says: 'mask', finds: rings({ num: 100 }), silent: rings({ num: 128 }) },
  { rule: 'vring-align', says: 'odd place', finds: rings({ align: 24 }), silent: rings({ align: 32 }) },
  { rule: 'vring-da-zero', says: 'literally', finds: rings({ da: 0 }), silent: rings({ da: 0x10060000 }) },
  { rule: 'vring-da-fixed', says: 'DRIVER_OK', finds: rings({ da: 0x10060000 }), silent: rings({}) },
  { rule: 'vring-region', says: 'at most 512', finds: rings({ num: 1024 }), silent: rings({ num: 512 }) },
  {
    ...{ rule: 'vdev-vrings', says: 'faults', finds: of([vdev([{}])]), silent: of([vdev([{}, {}])]) },
  },
  {
    ...{ rule: 'vdev-status', says: 'emit 0', finds: rings({}, {}, { status: 4 }), silent: rings({}) },
  },
  {
    ...{ rule: 'vdev-features', says: 'clears them' },
    finds: rings({}, {}, { dfeatures: 3 }),
    silent: rings({}, {}, { dfeatures: 1 }),
  },
  {
    ...{ rule: 'buffer-region', says: 'at most 16', silent: rings({ num: 16 }, {}, {}, stm32mp157DkM4) },
    finds: rings({ num: 32 }, { num: 32 }, {}, stm32mp157DkM4),
  },
  {
    ...{ rule: 'vring-sizes', says: 'add_outbuf failed: -28' },
    finds: rings({ num: 8 }, { num: 4 }),
    silent: rings({ num: 8 }, { num: 8 }),
  },
  {
    ...{ rule: 'vring-sizes', says: 'counts by vring 0' },
    finds: rings({ num: 4 }, { num: 8 }),
    silent: of([vdev([{ num: 4 }, { num: 8 }], { id: 3 })]),
  },
  { rule: 'rpmsg-buffers', says: 'use 256', finds: rings({ num: 512 }), silent: rings({ num: 256 }) },
  {
    ...{ rule: 'rpmsg-config', says: 'up to 496', silent: of([vdev([{}, {}], { id: 3, config_len: 0 })]) },
    finds: of([new Uint8Array([...vdev([{}, {}], { config_len: 4 }), 0, 0, 0, 0])]),
  },
  {
    ...{ rule: 'service-name', says: 'announce "rpmsg-tty"' },
    finds: named('rpmsg-tty-channel'),
    silent: named('rpmsg-tty'),
  },
  {
    ...{ rule: 'service-name', says: 'announce "rpmsg-raw"' },
    finds: named('rpmsg-openamp-demo-channel'),
    silent: named('rpmsg-echo'),
  },
  {
    ...{ rule: 'service-name', says: '6.12 does' },
    finds: named('rpmsg_chrdev', '6.1'),
    silent: named('rpmsg_chrdev', '6.12'),
  },
  {
    ...{
      rule: 'service-name',
      says: 'announce "rpmsg-client-sample"',
      silent: named('rpmsg-client-sampl', '6.12', []),
    },
    finds: named('rpmsg_client_sample'),
  },
];

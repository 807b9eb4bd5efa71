/** What a declaration may not say: one row per rule, the code and the place that the message names. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Board, defineBoard, findBoard } from '../../boards/index.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { struct, u8, u32 } from '../../runtime/abi/struct.js';
import type { Firmware } from '../../sdk/config/firmware.js';
import {
  atImageEnd,
  atSection,
  atSymbol,
  carveout,
  devmem,
  type Resource,
  raw,
  rpmsgVdev,
  trace,
  vdev,
  vendor,
} from '../../sdk/config/resources/index.js';
import { section } from '../../sdk/config/section.js';
import { checkFirmware } from '../../sdk/config/validate/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { bareFirmware } from '../support/firmware.js';

const board = (name: string): Board => findBoard(name)!;
const m4 = board('virt-m4');
const rv32 = board('virt-rv32');
const ivshmem = board('virt-ivshmem');

/** A board whose Linux has an IOMMU for the core. */
const mapped = defineBoard({ extends: m4, name: 'mapped', linux: { hasIommu: true } });
const withoutPool = (base: Board): Board => ({
  ...base,
  memory: base.memory.filter(({ use }) => use !== 'pool'),
});

function codes(on: Board, resources: readonly Resource[], more: Partial<Firmware> = {}): string[] {
  try {
    checkFirmware({ ...bareFirmware(on, resources, more), entry: more.entry ?? import.meta.filename });
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const { what, fix, exit, where } of error.problems) {
      assert.ok(what && fix && where, what);
      assert.is(exit, 2);
    }
    return error.problems.map(({ code }) => code);
  }
}

const named = (name: string, size = 0x1000, da?: number) => carveout({ name, size, da });
const Format = struct('f', { a: u32, b: u8 });

/** What is declared, on which board, and what the checks say. */
const rows: readonly (readonly [
  string,
  Board,
  readonly Resource[],
  readonly string[],
  Partial<Firmware>?,
])[] = [
  ['carveout anywhere', m4, [named('a'), named('b', 1)], []],
  ['carveout without bytes', m4, [named('a', 0)], ['RP1017']],
  ['carveout of half a byte', m4, [named('a', 0.5)], ['RP1017']],
  ['carveout of 4 GiB', m4, [named('a', 2 ** 32)], ['RP1017']],
  ['carveout behind 4 GiB', m4, [named('a', 0x1000, 0xfffff800)], ['RP1018']],
  ['carveout at all ones', m4, [named('a', 1, 0xffffffff)], ['RP1018']],
  ['carveout with flags of 33 bits', m4, [carveout({ name: 'a', size: 1, flags: 2 ** 32 })], ['RP1018']],
  ['carveout in its region', m4, [named('vdev0buffer', 0x40000)], []],
  ['carveout larger than its region', m4, [named('vdev0buffer', 0x40001)], ['RP1019']],
  ['carveout in front of its region', m4, [named('vdev0buffer', 0x1000, 0x10067ff0)], ['RP1019']],
  ['carveout over the end of its region', m4, [named('vdev0buffer', 0x1000, 0x100a7001)], ['RP1019']],
  ['carveout at the end of its region', m4, [named('vdev0buffer', 0x1000, 0x100a7000)], []],
  ['carveout at 0, which is an address', m4, [named('a', 0x1000, 0)], ['RP1020']],
  ['carveout at an address nobody holds', m4, [named('a', 0x1000, 0x10100000)], ['RP1020']],
  ['carveout at a linked address', m4, [carveout({ name: 'a', size: 1, da: atImageEnd() })], ['RP1020']],
  ['the same with an IOMMU', mapped, [named('a', 0x1000, 0x80000000)], []],
  ['the same where the driver places it', ivshmem, [named('a', 0x1000, 0x10800000)], []],
  ['and outside of its window', ivshmem, [named('a', 0x1000, 0x20000000)], ['RP1020']],
  ['carveout without any pool', withoutPool(m4), [named('a')], ['RP1021']],
  ['ring carveout in front of its vdev', rv32, [named('vdev0vring0', 0x2000), rpmsgVdev()], []],
  ['ring carveout that is too small', rv32, [named('vdev0vring1', 0x1000), rpmsgVdev()], ['RP1030']],
  ['ring carveout behind its vdev', rv32, [rpmsgVdev(), named('vdev0vring0', 0x2000)], ['RP1030']],
  ['buffer carveout that is too small', rv32, [named('vdev0buffer', 0x3fff0), rpmsgVdev()], ['RP1043']],
  ['trace at an address of the board', m4, [trace({ da: 0x10000000 })], []],
  ['trace outside of memory', m4, [trace({ da: 0x20000000 })], ['RP1022']],
  ['trace over the end of memory', m4, [trace({ da: 0x1017ff00 })], ['RP1022']],
  ['trace at half an address', m4, [trace({ da: 1.5 })], ['RP1018']],
  ['devmem without an IOMMU', m4, [devmem({ name: 'd', da: 0, pa: 0, size: 4096 })], ['RP1023']],
  ['devmem with an IOMMU', mapped, [devmem({ name: 'd', da: 0, pa: 0x1000, size: 4096 })], []],
  [
    'devmem of half pages',
    mapped,
    [devmem({ name: 'd', da: 0x800, pa: 1, size: 2 })],
    Array(3).fill('RP1024'),
  ],
  [
    'devmem with flags of 33 bits',
    mapped,
    [devmem({ name: 'd', da: 0, pa: 0, size: 4096, flags: -1 })],
    ['RP1018'],
  ],
  ['virtio id 0', ivshmem, [vdev({ name: 'v', id: 0 })], ['RP1025']],
  ['feature bit 32', ivshmem, [vdev({ name: 'v', id: 3, features: [32 as never] })], ['RP1026']],
  ['one vring', ivshmem, [vdev({ name: 'v', id: 3, vrings: [{}] as never })], ['RP1027']],
  ['three vrings', ivshmem, [vdev({ name: 'v', id: 3, vrings: [{}, {}, {}] as never })], ['RP1027']],
  [
    'two vdevs where the doorbell serves one',
    board('stm32mp157-dk-m4'),
    [small('a'), small('b')],
    ['RP1028', ...Array(2).fill('RP1021'), 'RP1015'],
  ],
  [
    'fixed rings without regions',
    rv32,
    [rpmsgVdev({ vringDa: [0x10100000, 0x10104000] })],
    Array(2).fill('RP1020'),
  ],
  [
    'fixed rings with an IOMMU',
    { ...rv32, linux: { ...rv32.linux, hasIommu: true } },
    [rpmsgVdev({ vringDa: [0x90000000, 0x90004000] })],
    [],
  ],
  [
    'fixed rings over each other',
    { ...rv32, linux: { ...rv32.linux, hasIommu: true } },
    [rpmsgVdev({ vringDa: [0x90000000, 0x90001000] })],
    ['RP1036'],
  ],
  [
    'carveouts over each other',
    mapped,
    [named('a', 0x2000, 0x90000000), named('b', 0x1000, 0x90001ff0)],
    ['RP1036'],
  ],
  [
    '256 entries in a ring region of 4 KiB',
    board('stm32mp157-dk-m4'),
    [rpmsgVdev()],
    ['RP1013', 'RP1013', 'RP1043'],
  ],
  [
    '16 entries aligned to a page there',
    board('stm32mp157-dk-m4'),
    [rpmsgVdev({ num: 16, align: 4096 })],
    ['RP1013', 'RP1013'],
  ],
  ['16 entries there', board('stm32mp157-dk-m4'), [small('a')], []],
  [
    'more buffers than the region of them holds',
    board('stm32mp157-dk-m4'),
    [rpmsgVdev({ num: 32 })],
    ['RP1043'],
  ],
  ['vendor type 127', m4, [vendor({ name: 'v', type: 127, payload: [] })], ['RP1031']],
  ['vendor type 513', m4, [vendor({ name: 'v', type: 513, payload: [] })], ['RP1031']],
  [
    'vendor types 128 and 512',
    m4,
    [vendor({ name: 'v', type: 128, payload: [] }), vendor({ name: 'w', type: 512, payload: [] })],
    [],
  ],
  [
    'a value that its field cannot hold',
    m4,
    [vendor({ name: 'v', type: 128, format: Format, value: { a: 1, b: 256 } })],
    ['RP1032'],
  ],
  [
    'a linked address in a byte',
    m4,
    [vendor({ name: 'v', type: 128, format: Format, value: { a: 1, b: atSymbol('x') } })],
    ['RP1032'],
  ],
  ['a raw entry without a type', m4, [raw({ name: 'r', bytes: [1, 0, 0] })], ['RP1033']],
  ['attach with a small table', board('am64x-r5f'), [trace()], [], { attach: true }],
  [
    'attach with a table of more than 256 bytes',
    board('am64x-r5f'),
    ['a', 'b', 'c', 'd', 'e'].map((name) => trace({ name })),
    ['RP1034'],
    { attach: true },
  ],
  [
    'the same without attach',
    board('am64x-r5f'),
    ['a', 'b', 'c', 'd', 'e'].map((name) => trace({ name })),
    [],
  ],
  ['attach where Linux cannot', m4, [trace()], ['RP1046'], { attach: true }],
  [
    'a table larger than the region for it',
    board('imx8mm-m4'),
    [vendor({ name: 'v', type: 128, payload: new Uint8Array(4096) })],
    ['RP1035'],
  ],
  ['a trace in another image region', board('stm32mp157-dk-m4'), [trace({ region: 'retram' })], []],
  ['a trace in a ring region', board('stm32mp157-dk-m4'), [trace({ region: 'vdev0vring0' })], ['RP1037']],
  ['the table in no region', m4, [], ['RP1037'], { placement: { table: 'nowhere' } }],
  ['the program in no region', m4, [], ['RP1037'], { placement: { app: 'pool' } }],
  [
    'a section in no region',
    m4,
    [],
    ['RP1037'],
    { sections: [section({ name: '.a', size: 4, region: 'x' })] },
  ],
  ['more than the pool has', rv32, [named('a', poolOf(rv32)), named('b', 1)], ['RP1038']],
  ['all that the pool has', rv32, [named('a', poolOf(rv32))], []],
  ['a section without a dot', m4, [], ['RP1039'], { sections: [section({ name: 'a', size: 4 })] }],
  ['a section of the SDK', m4, [], ['RP1039'], { sections: [section({ name: '.rproc.trace.x', size: 4 })] }],
  [
    'two sections of one name',
    m4,
    [],
    ['RP1039'],
    { sections: [section({ name: '.a', size: 4 }), section({ name: '.a', size: 4 })] },
  ],
  ['a section without content', m4, [], ['RP1042'], { sections: [section({ name: '.a' } as never)] }],
  ['a section without bytes', m4, [], ['RP1042'], { sections: [section({ name: '.a', data: [] })] }],
  [
    'a section with an odd alignment',
    m4,
    [],
    ['RP1042'],
    { sections: [section({ name: '.a', size: 4, align: 3 })] },
  ],
  [
    'a section that the image has',
    m4,
    [trace({ da: atSection('.a') })],
    [],
    { sections: [section({ name: '.a', size: 4096 })] },
  ],
  ['a section that it has not', m4, [trace({ da: atSection('.b') })], ['RP1040']],
  ['a symbol that nothing defines', m4, [trace({ da: atSymbol('log_buffer') })], ['RP1040']],
  ['a name that no script can spell', m4, [trace({ da: atSymbol('log buffer') })], ['RP1041']],
  ['an offset below 0', m4, [trace({ da: atImageEnd(-1) })], ['RP1041']],
];

function small(name: string) {
  return rpmsgVdev({ name, num: 16 });
}

function poolOf({ memory }: Board): number {
  return memory.find(({ use }) => use === 'pool')!.len;
}

for (const [name, on, resources, expected, more] of rows) {
  test(
    name,
    deadline(1000, () => {
      assert.equal(codes(on, resources, more), expected);
    }),
  );
}

test(
  'a C project may name symbols and sections that only its own objects define',
  deadline(1000, () => {
    const resources = [trace({ da: atSymbol('log_buffer') }), trace({ name: 'b', da: atSection('.noinit') })];
    checkFirmware({ ...bareFirmware(m4, resources), entry: undefined });
  }),
);

test(
  'messages name the declaration, its line and column',
  deadline(1000, () => {
    try {
      checkFirmware({ ...bareFirmware(m4, [named('a', 0)]), entry: undefined });
      assert.unreachable();
    } catch (error) {
      const [{ where }] = (error as ProblemError).problems;
      assert.match(where!, /validate\.test\.ts:\d+:\d+$/);
    }
  }),
);

test.run();

/** Where the memory of an image goes: sums that add up, and what is said when they do not. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { NativeSide } from '../../boards/board.js';
import { type Board, defineBoard } from '../../boards/index.js';
import { qemuMps2An386 } from '../../boards/qemu/mps2-an386.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import { assemble, type Image } from '../../sdk/build/assemble.js';
import { readElf } from '../../sdk/elf/read.js';
import { rpmsgVdev, trace } from '../../sdk/index.js';
import { fits, heapFloor } from '../../sdk/native/budget.js';
import { formatBudget } from '../../sdk/native/format-budget.js';
import type { LinkProducts } from '../../sdk/native/link-inputs.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { bareFirmware } from '../support/firmware.js';
import { STUB_COMPILERS, stubProducts } from '../support/native-stub.js';
import { need } from '../support/need.js';

const test = suite('budget');
const optional = STUB_COMPILERS.map(need).every(Boolean) ? test : test.skip;

const KIB = 1024;
const origin = 'test';

/** Two image regions: vectors and libraries in a small one, as an STM32MP15 has it. */
function twoRegions(sram: number): Board {
  return defineBoard({
    ...qemuMps2An386,
    name: 'two-regions',
    boot: { kind: 'vectors-at', da: 0 },
    memory: [
      { name: 'sram', da: 0x10000000, len: sram, use: 'image', origin },
      { name: 'rings', da: 0x20000000, len: 0x40000, use: 'pool', origin },
      { name: 'retram', da: 0, len: 64 * KIB, use: 'image', origin },
    ],
    engine: { heap: 64 * KIB, stack: 16 * KIB },
    native: {
      ...(qemuMps2An386.native as NativeSide),
      place: { vectors: 'retram', libraries: 'retram', code: 'sram', data: 'sram' },
    },
  });
}

const traceBytes = 0x800;
function image(
  board: Board,
  more: { scale?: number; bytecode?: number; linker?: string } = {},
): Promise<Image> {
  const resources = [
    rpmsgVdev({ name: 'rpmsg', num: 16, align: 16 }),
    trace({ name: 'log', size: traceBytes }),
  ];
  const bytes = new Uint8Array(more.bytecode ?? 1000);
  const hash = new Uint8Array(16);
  return assemble(
    bareFirmware(board, resources),
    {
      code: '0;',
      sourceMap: '{}',
      payload: { kind: 'bytecode', bytes, engineHash: hash, sourceHash: hash },
      engine: { profile: 'small', version: 'quickjs' },
    },
    { products: stubProducts(more.scale), linker: more.linker },
  );
}

optional(
  'every byte of a region is a part, a gap, heap or left',
  deadline(20000, async () => {
    const { elf: bytes, budget } = await image(twoRegions(128 * KIB));
    assert.ok(budget && fits(budget));
    const part = (what: string, region: string) =>
      budget.parts.find((one) => one.what === what && one.region === region)?.bytes;
    const elf = readElf(bytes, 'a.elf');
    const size = (name: string) => Number(elf.sections.find((one) => one.name === name)!.size);
    assert.is(part('code', 'sram'), size('.text'));
    assert.is(part('libraries', 'retram'), size('.rproc.libraries'));
    assert.is(part('bytecode', 'sram'), size('.rproc.app'));
    assert.is(part('trace buffers', 'sram'), traceBytes);
    assert.is(part('stack', 'sram'), 16 * KIB);
    const symbol = (name: string) => Number(elf.symbols.find((one) => one.name === name)!.value);
    assert.ok(
      budget.heap.bytes - (symbol('__rproc_heap_end') - symbol('__rproc_heap_start')) < 16,
      'but for its alignment',
    );
    const program = { kind: 'bytecode', debug: 'lines', bytes: 1000 } as const;
    const resources = [rpmsgVdev({ num: 16 })];
    assert.equal(budget.heap.floor, heapFloor({ profile: 'small', program, members: 0, resources }));
    assert.equal(budget.heap.floor, { engine: 22_800, program: 2200, buffers: 32 * 360 });
    for (const { region, bytes: all, used, heapFloor: floor, left } of budget.regions) {
      const parts = budget.parts
        .filter((one) => one.region === region)
        .reduce((sum, one) => sum + one.bytes, 0);
      assert.ok(parts <= used && used - parts < 512, `${region}: ${used - parts} bytes align parts`);
      assert.is(all - used - floor, left);
    }
    assert.equal(
      budget.regions.map(({ region, bytes: all }) => [region, all]),
      [
        ['sram', 128 * KIB],
        ['retram', 64 * KIB],
      ],
    );
    assert.is(budget.left, budget.regions[0].left + budget.regions[1].left);
    assert.equal(budget.linux, [
      { what: 'rings', region: 'rings', bytes: 8192 },
      { what: 'buffers', region: 'rings', bytes: 16384 },
    ]);
    const lines = formatBudget(budget).split('\n');
    for (const what of [
      'bytecode',
      'libraries',
      'heap: engine',
      'heap: buffers in use',
      'Linux: rings',
      'together',
    ]) {
      assert.ok(
        lines.some((line) => line.trim().startsWith(what)),
        what,
      );
    }
  }),
);

const problemOf = async (built: Promise<Image>) => {
  try {
    await built;
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0];
    throw error;
  }
  throw new Error('it was built');
};

for (const linker of [undefined, 'arm-none-eabi-ld', 'ld.lld']) {
  const run = linker === undefined || need(linker) ? optional : test.skip;
  run(
    `${linker ?? 'bundled LLD'}: what does not fit is measured all the same, and its largest parts are named`,
    deadline(20000, async () => {
      const board = twoRegions(128 * KIB);
      const large = await problemOf(image(board, { scale: 90 * KIB, linker }));
      assert.is(large.code, 'RP2033');
      assert.match(large.what, /^fw does not fit two-regions: sram \(131072 bytes\) lacks \d{4,5}$/);
      assert.match(large.fix!, /the largest parts are constants 9\d{4}, heap 36520, stack 16384 bytes/);
      assert.match(large.fix!, /retram has \d{5} bytes left/);
      assert.match(large.detail!, /\n {2}sram +131072 +\d+ +36520 +-\d+\n/);
      const missing = Number(/lacks (\d+)$/.exec(large.what)![1]);
      assert.is(missing, -Number(/sram +131072 +\d+ +36520 +(-\d+)/.exec(large.detail!)![1]));
      // The page that is missing, and the page before it.
      const enough = twoRegions(128 * KIB + Math.ceil(missing / 4096) * 4096);
      const just = await image(enough, { scale: 90 * KIB, linker });
      assert.ok(fits(just.budget!) && just.budget!.regions[0].left < 4096);
      const less = twoRegions(128 * KIB + (Math.ceil(missing / 4096) - 1) * 4096);
      assert.is((await problemOf(image(less, { scale: 90 * KIB, linker }))).code, 'RP2033');
    }),
  );
}

optional(
  'a heap that the program would not fit is too small as well',
  deadline(20000, async () => {
    const { what, fix } = await problemOf(image(twoRegions(60 * KIB), { bytecode: 10000 }));
    assert.match(what, /sram \(61440 bytes\) lacks/);
    assert.match(fix!, /the largest parts are heap 56320, stack 16384, bytecode 10064 bytes/);
    assert.match(fix!, /shorten the program/);
  }),
);

optional(
  'what fails for another reason is told as the linker tells it',
  deadline(20000, async () => {
    const sound = stubProducts();
    const products: LinkProducts = {
      file: (cpu, name) => (name === 'libsupport.a' ? utf8Encode('!<arch>\n') : sound.file(cpu, name)),
    };
    const built = assemble(
      bareFirmware(twoRegions(128 * KIB), []),
      { code: '0;', sourceMap: '{}' },
      { products },
    );
    const { code, detail } = await problemOf(built);
    assert.is(code, 'RP2001');
    assert.match(detail!, /support/);
  }),
);

test.run();

/** The real engine on the smallest board that has one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/index.js';
import { qemuMps2An386 } from '../../boards/qemu/mps2-an386.js';
import { stm32mp157M4Whole } from '../../boards/st/stm32mp157-m4-448k.js';
import { qemuCore } from '../../host-sim/index.js';
import { bundleFirmware } from '../../sdk/bundle/bundle.js';
import { loadFirmware } from '../../sdk/config/load.js';
import { rpmsgVdev, trace } from '../../sdk/index.js';
import { type Budget, heapBytes } from '../../sdk/native/budget.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { boot } from '../../sdk/testing/index.js';
import { nativeReady } from '../support/native.js';
import { statusOf } from '../support/native-status.js';
import { skipUnless } from '../support/need.js';
import { inProject, rproc } from '../support/project-folder.js';
import { root } from '../support/sources.js';

const test = suite('STM32MP157');
const SPARE = 96 * 1024;

/** 4 KiB for each ring: 16 buffers. Line numbers of stacks would take 12 kB more of bytecode. */
async function clientSample(board: Board): Promise<{ elf: Uint8Array; budget: Budget }> {
  const declared = await loadFirmware(join(root, 'examples/client-sample'), 'virt-m4');
  const resources = [trace(), rpmsgVdev({ num: 16, align: 16 })];
  const { image } = await bundleFirmware({ ...declared, board, resources, debug: 'none' });
  return { elf: image.elf, budget: image.budget! };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const bytecode = ({ parts }: Budget): number => parts.find(({ what }) => what === 'bytecode')!.bytes;

const unbuilt = nativeReady();
skipUnless(
  test,
  'client-sample in 448 KiB, rings and buffers among them, leaves 96 KiB to spare once it runs',
  unbuilt === undefined,
  unbuilt ?? '',
  deadline(60_000, async () => {
    const board = stm32mp157M4Whole;
    assert.is(sum(board.memory.map(({ len }) => len)), 448 * 1024);
    const { budget } = await clientSample(board);
    const { profile, left, heap, regions } = budget;
    assert.is(profile, 'small');
    assert.ok(bytecode(budget) > 10_000 && heap.floor.buffers > 10_000);
    assert.is(left, sum(regions.map(({ bytes, used }) => bytes - used)) - heapBytes(heap.floor));
    assert.ok(left >= SPARE, `${left} bytes once the program runs`);
    for (const region of regions) assert.ok(region.left > 0, region.region);
  }),
);

skipUnless(
  test,
  'rproc build says what is to spare, for people and as JSON',
  unbuilt === undefined,
  unbuilt ?? '',
  deadline(60_000, () => {
    const files = {
      'firmware.config.ts': `import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';
export default defineFirmware({
  name: 'client-sample', board: 'stm32mp157-m4-448k', entry: './src/main.ts', debug: 'none',
  resources: [trace(), rpmsgVdev({ num: 16 })],
});
`,
      'src/main.ts': readFileSync(join(root, 'examples/client-sample/src/main.ts')),
    };
    return inProject(files, async (dir) => {
      const { status, stdout } = await rproc('build', dir, '--json');
      assert.is(status, 0);
      const { left } = JSON.parse(stdout).budget as Budget;
      assert.ok(left >= SPARE, `${left} bytes`);
      const { stderr } = await rproc('build', dir);
      const kib = Math.floor(left / 1024);
      const said = `${left} (${kib} KiB) once the program has started and all message buffers have been in use:`;
      assert.ok(stderr.includes(said), stderr);
      assert.match(stderr, new RegExp(`\\n {2}together +434176 +\\d+ +\\d+ +${left}\\n`));
    });
  }),
);

/**
 * QEMU's Cortex-M4 with no more memory than the budget asks for: its doorbell's driver is larger than that of the STM32's
 * mailbox, all else is the same program.
 */
async function tightBoard(): Promise<Board> {
  const board: Board = { ...qemuMps2An386, engine: stm32mp157M4Whole.engine };
  const [region] = (await clientSample(board)).budget.regions;
  // The program says the region's size, in digits: a few bytes more or less of bytecode.
  const len = Math.ceil((region.used + region.heapFloor) / 256) * 256 + 256;
  return {
    ...board,
    memory: board.memory.map((one) => (one.name === region.region ? { ...one, len } : one)),
  };
}

const noMachine = nativeReady('arm');
skipUnless(
  test,
  'what the budget asks for is what 100 messages take: measured, 96 KiB are to spare',
  noMachine === undefined,
  noMachine ?? '',
  deadline(120_000, async () => {
    const { budget: promised } = await clientSample(stm32mp157M4Whole);
    const board = await tightBoard();
    const { elf, budget } = await clientSample(board);
    assert.ok(budget.left >= 0 && budget.left < 1024, `${budget.left} bytes more than asked for`);
    assert.ok(bytecode(budget) >= bytecode(promised), 'not the smaller program');
    const remote = await boot(elf, { board, core: qemuCore(), sample: true });
    try {
      const said = (text: string) => remote.log.some((line) => line.text.endsWith(text));
      await remote.waitFor(() => statusOf(remote, elf).state === 2);
      const started = statusOf(remote, elf).heap_used;
      await remote.waitFor(() => said('goodbye!'));
      await remote.pass(100);
      const { heap_size, heap_used, heap_peak } = statusOf(remote, elf);
      assert.match(remote.trace(), /100 messages answered, goodbye!/);
      assert.ok(heap_used > started && heap_peak >= heap_used);
      // The bytecode's memory is part of the heap by then.
      assert.ok(heap_peak <= heap_size, `${heap_peak} of ${heap_size} bytes of heap`);
      const free = sum(promised.regions.map(({ bytes, used }) => bytes - used));
      const spare = free + bytecode(promised) - heap_peak;
      assert.ok(spare >= SPARE, `${spare} bytes to spare with ${heap_peak} bytes of heap in use`);
      assert.ok(promised.left <= spare, `the budget says ${promised.left}, measured ${spare}`);
    } finally {
      await remote.dispose();
    }
  }),
);

test.run();

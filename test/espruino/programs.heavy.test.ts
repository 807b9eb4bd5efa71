/**
 * Programs for Espruino on the simulated core: the conformance suite of the stack and the examples say word by word what they say on
 * QuickJS, from the same sources. The suite's programs run without function hoisting, too.
 */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards as allBoards, type Board, findBoard } from '../../boards/index.js';
import { Simulation } from '../../host-sim/index.js';
import { assemble } from '../../sdk/build/assemble.js';
import { loadFirmware } from '../../sdk/config/load.js';
import { boot, deadline } from '../../sdk/testing/index.js';
import { STACK_LIMIT_ESPRUINO, weighStack } from '../bench/stack/weigh.js';
import { exampleConversations } from '../conformance/conversations/examples.js';
import { converse, expected, programDir, programs } from '../conformance/suite.js';
import { inProject } from '../support/project-folder.js';
import { root } from '../support/sources.js';
import { bundle } from './build.js';
import { withoutHoisting } from './scripts.js';

const full = process.env.RPROC_VOLUME === 'full';
const boards = allBoards
  .map(({ name }) => name)
  .filter((name) => name.startsWith('virt-') && (full || name === 'virt-m4'));
/** All but what asks for the whole language, which the gate refuses (gate.heavy.test.ts). */
const suite = programs.filter(
  (name) => name !== 'language' && (full || ['buffers', 'endpoints', 'flow'].includes(name)),
);

for (const program of suite) {
  test(
    `${program} says what it has to say`,
    deadline(120000, async () => {
      for (const board of boards) {
        const dir = programDir(program);
        const { image, program: made } = await bundle(dir, 'espruino', {}, board);
        assert.fixture(await converse(program, image.elf), expected(program), board);
        if (board !== boards[0]) continue;
        const firmware = { ...(await loadFirmware(dir, board)), engine: 'espruino' as const };
        const { elf } = await assemble(firmware, { code: withoutHoisting(made.code), sourceMap: '{}' });
        assert.fixture(await converse(program, elf), expected(program), 'without hoisting');
      }
    }),
  );
}

for (const [example, least] of [
  ['client-sample', 200],
  ['echo', 700],
] as const) {
  test(
    `${example} is the same for both engines, ${least} lines and more`,
    deadline(120000, async () => {
      const said: string[] = [];
      for (const engine of ['quickjs', 'espruino'] as const) {
        const { image } = await bundle(join(root, 'examples', example), engine);
        const remote = await boot(image.elf, { sample: example === 'client-sample' });
        said.push((await exampleConversations[example](remote)).join('\n'));
        assert.is(await remote.stop(), 0);
      }
      assert.ok(said[0].split('\n').length >= least);
      assert.fixture(said[1], said[0]);
    }),
  );
}

test(
  'the console example talks over bare virtqueues',
  deadline(60000, async () => {
    const { image } = await bundle(join(root, 'examples/console'), 'espruino');
    const remote = await boot(image.elf);
    assert.ok((await exampleConversations.console(remote)).length > 3);
    assert.is(await remote.stop(), 0);
  }),
);

test(
  'the stack weighs at most 20 KiB',
  deadline(60000, async () => {
    const bytes = await weighStack('espruino');
    assert.ok(bytes > 10000 && bytes <= STACK_LIMIT_ESPRUINO, `${bytes} bytes`);
  }),
);

const crashing = `import { createEndpoint, onStop } from 'rproc-sdk/runtime';
class Refused extends RangeError {
  override name = 'Refused';
}
createEndpoint({ name: 'crash' }, async (data, src, endpoint) => {
  const how = data[0];
  if (how === 1) throw new Refused('thrown');
  if (how === 2) {
    await endpoint.sendTo(src, 'first');
    throw new Error('rejected');
  }
  if (how === 3) (globalThis as any).peek32(0x20000000);
  for (let n = 0; how === 4; n++) data[0] = n;
});
onStop((reason) => console.log('stopping: ' + reason));
console.log('up', [1, { a: new Uint8Array([255, 1]) }], 'grün');
`;
const config = (board: string): string => `import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';
export default defineFirmware({
  name: 'fw', board: '${board}', entry: './src/main.ts', engine: 'espruino',
  resources: [trace({ size: 512 }), rpmsgVdev({ num: 16, align: 16 })],
});
`;

test(
  "crashes are crashes, with their places in the author's TypeScript",
  deadline(120000, () =>
    inProject({ 'firmware.config.ts': config('virt-m4'), 'src/main.ts': crashing }, async (dir) => {
      const { image } = await bundle(dir, 'espruino');
      for (const [how, reason, place] of [
        [1, 'Refused: thrown', /src\/main\.ts:7:\d+/],
        [2, 'Error: rejected', /src\/main\.ts:10:\d+/],
        [3, 'bus fault: load at 0x20000000', undefined],
        [4, 'watchdog: ran 500 ms without returning', undefined],
      ] as const) {
        const remote = await boot(image.elf);
        const channel = await remote.channel('crash');
        channel.sendNow(Uint8Array.of(how));
        await remote.waitFor(() => remote.simulation.crash !== undefined).catch(() => {});
        const { crash } = remote.simulation;
        assert.is(crash?.reason, reason);
        if (place) assert.match(crash!.stack.join('\n'), place);
      }
    }),
  ),
);

test(
  'what is printed is bytes, and onStop runs before Linux stops the core',
  deadline(60000, () =>
    inProject({ 'firmware.config.ts': config('virt-m4'), 'src/main.ts': crashing }, async (dir) => {
      const { image } = await bundle(dir, 'espruino');
      const remote = await boot(image.elf);
      await remote.pass(10);
      assert.is(remote.trace(), 'up [1, { a: Uint8Array(2) ff 01 }] grün\n');
    }),
  ),
);

const besides = `import * as counter from './counter.js';
console.log(new Date(0).toISOString(), new Date(2020, 1, 3).getTime(), Date.now(), Math.random());
counter.add();
console.log(Object.keys(counter).join(), counter.count, JSON.stringify(counter));
import('./counter.js').then((late) => console.log(late.add(), late.default()));
setTimeout((text: string) => console.log(text, Date.now()), 5, 'later');
`;
const counter = `export let count = 1;
export function add() { return ++count; }
export default () => 'default';
`;

test(
  'time, chance, namespaces and imports that come later are as on QuickJS, minified or not',
  deadline(120000, async () => {
    for (const minify of [true, false]) {
      const files = {
        'firmware.config.ts': config('virt-m4'),
        'src/main.ts': besides,
        'src/counter.ts': counter,
      };
      await inProject(files, async (dir) => {
        const said: string[] = [];
        for (const engine of ['quickjs', 'espruino'] as const) {
          const { image } = await bundle(dir, engine, { minify });
          const remote = await boot(image.elf);
          await remote.pass(20);
          said.push(remote.trace());
        }
        assert.is(said[0].split('\n').length, 5);
        assert.is(said[1], said[0]);
      });
    }
  }),
);

const stm32 = findBoard('stm32mp157-dk-m4')!;
const polled: readonly Board[] = [
  // Its reference manual has the IPCC at one address for both CPUs.
  { ...stm32, mailbox: { ...stm32.mailbox!, remoteBase: stm32.mailbox!.linuxBase } },
];
for (const board of polled) {
  test(
    `${board.name}: without a hook the program polls its mailbox`,
    deadline(120000, () =>
      inProject(
        {
          'firmware.config.ts': config(board.name),
          'src/main.ts': `import { createEndpoint } from 'rproc-sdk/runtime';
createEndpoint({ name: 'echo' }, (data, src, endpoint) => { endpoint.sendTo(src, data); });
`,
        },
        async (dir) => {
          const { image } = await bundle(dir, 'espruino', { board });
          const sim = new Simulation({ board, mailbox: 'registers', recovery: false });
          sim.setFirmware('fw.elf', image.elf);
          assert.is(await sim.start(), 0);
          assert.ok(
            sim.runUntil(() => sim.channels.length > 0, 1000),
            sim.crash?.reason,
          );
          const received: string[] = [];
          const [channel] = sim.channels;
          const endpoint = channel.createEpt((data) => void received.push(Buffer.from(data).toString()))!;
          const sent = Array.from({ length: 40 }, (_, i) => `message ${i}`);
          for (const text of sent) {
            endpoint.sendto(new Uint8Array(Buffer.from(text)), channel.dst);
            sim.runUntil(() => received.includes(text), 100);
          }
          assert.equal(received, sent);
          assert.is(await sim.stop(), 0);
        },
      ),
    ),
  );
}

test.run();

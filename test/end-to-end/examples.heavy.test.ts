/** Every example on every board under every kernel says the same; `rproc run` of client-sample in full. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boards as allBoards } from '../../boards/index.js';
import { kernelVersions } from '../../host-sim/index.js';
import { build } from '../../sdk/build/build.js';
import { boot, deadline } from '../../sdk/testing/index.js';
import { exampleConversations } from '../conformance/conversations/examples.js';
import { rproc, rprocProcess } from '../support/project-folder.js';
import { root } from '../support/sources.js';

const test = suite('examples', { folder: '' });
test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rproc-examples-'));
});
test.after((context) => rm(context.folder, { recursive: true, force: true }));

/** The virtual ones: every image for them runs in the simulator. */
const boards = allBoards.filter(({ name }) => name.startsWith('virt-'));

const examples = readdirSync(join(root, 'examples'));

/** The image of an example, built beside those of other boards. */
async function image(folder: string, example: string, board: string): Promise<string> {
  const output = join(folder, `${example}-${board}.elf`);
  await build({ dir: join(root, 'examples', example), output, board });
  return output;
}

test('every example has a conversation', () => {
  const known = Object.keys(exampleConversations);
  // Only what can run everywhere: an example for a board of its own is tested beside itself.
  const missing = examples.filter(
    (name) =>
      !known.includes(name) &&
      readFileSync(join(root, 'examples', name, 'firmware.config.ts'), 'utf8').includes("board: 'virt-m4'"),
  );
  assert.equal(missing, []);
});

for (const [example, converse] of Object.entries(exampleConversations)) {
  test(
    `${example} says the same on all boards and kernels`,
    deadline(120000, async ({ folder }) => {
      let first: string[] | undefined;
      for (const { name: board } of boards) {
        const elf = await image(folder, example, board);
        for (const kernel of kernelVersions) {
          const remote = await boot(elf, { kernel, sample: example === 'client-sample' });
          const lines = await converse(remote);
          assert.is(await remote.stop(), 0);
          assert.ok(lines.join('\n').length > 2000, 'long enough');
          first ??= lines;
          assert.equal(lines, first, `${board}, Linux ${kernel}`);
        }
      }
    }),
  );
}

/** `reference/linux-observed.md`, "A good boot": as a 6.12 and a 7.2 kernel told it, for another board's names. */
const GOOD_BOOT = [
  'remoteproc remoteproc0: powering up m4',
  /^remoteproc remoteproc0: Booting fw image client-sample-virt-m4\.elf, size \d+$/,
  'virtio_rpmsg_bus virtio0: rpmsg host is online',
  'rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)',
  'remoteproc remoteproc0: remote processor m4 is now up',
  'virtio_rpmsg_bus virtio0: creating channel rpmsg-client-sample addr 0x400',
  'rpmsg_client_sample virtio0.rpmsg-client-sample.-1.1024: new channel: 0x400 -> 0x400!',
  ...Array.from(
    { length: 100 },
    (_, i) => `rpmsg_client_sample virtio0.rpmsg-client-sample.-1.1024: incoming msg ${i + 1} (src: 0x400)`,
  ),
  'rpmsg_client_sample virtio0.rpmsg-client-sample.-1.1024: goodbye!',
];

for (const kernel of kernelVersions) {
  test(
    `rproc run of client-sample prints the kernel's lines in its order, ${kernel}`,
    deadline(60000, async ({ folder }) => {
      const elf = await image(folder, 'client-sample', 'virt-m4');
      const { status, stdout } = await rproc('run', elf, '--kernel', kernel);
      assert.is(status, 0);
      const [log, trace] = stdout.split('\n\n');
      const lines = log.split('\n');
      for (const line of lines) assert.match(line, /^\[ *\d+\.\d{6}\] \S/);
      const texts = lines.map((line) => line.replace(/^\[ *\d+\.\d{6}\] /, ''));
      const begin = texts.indexOf('remoteproc remoteproc0: powering up m4');
      // Other boards print nothing here; a reserved region for the buffers has a line of its own.
      const told = texts.slice(begin).filter((text) => !text.includes('assigned reserved memory node'));
      for (const [i, expected] of GOOD_BOOT.entries()) {
        if (typeof expected === 'string') assert.is(told[i], expected);
        else assert.match(told[i], expected);
      }
      assert.is(told.at(-1), 'remoteproc remoteproc0: stopped remote processor m4');
      assert.match(trace, '# cat /sys/kernel/debug/remoteproc/remoteproc0/trace0\n');
      assert.match(trace, '100 messages answered, goodbye!');
    }),
  );
}

test(
  'two runs are equal to the byte',
  deadline(60000, async ({ folder }) => {
    const elf = await image(folder, 'client-sample', 'virt-m4');
    const first = await rproc('run', elf, '--json');
    assert.is(first.status, 0);
    assert.ok(first.stdout.length > 10000);
    assert.is((await rproc('run', elf, '--json')).stdout, first.stdout);
    assert.is((await rprocProcess(['run', elf, '--json'])).stdout, first.stdout, 'in a fresh process');
  }),
);

test.run();

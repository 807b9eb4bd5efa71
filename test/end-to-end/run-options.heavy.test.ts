/** `--until`, `--timeout`, `--seed`, `--driver` of `rproc run`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { inProject, program, rproc } from '../support/project-folder.js';

const MAIN = `import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});
console.log('chance', Math.random(), Math.random());
let seconds = 0;
setInterval(() => {
  seconds++;
  console.log('up for', seconds, 's, clock', Date.now());
}, 1000);
`;

const test = suite('run options', { folder: '', elf: '' });
test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rproc-run-'));
  context.elf = join(context.folder, 'image.elf');
  await inProject(program(MAIN), (dir) => build({ dir, output: context.elf }));
});
test.after((context) => rm(context.folder, { recursive: true, force: true }));

async function run(elf: string, ...options: string[]) {
  const { status, stdout } = await rproc('run', elf, '--json', ...options);
  return { status, ...JSON.parse(stdout) };
}

test(
  '--until in the kernel log, in the trace, and never',
  deadline(30000, async ({ elf }) => {
    const log = await run(elf, '--until', 'incoming msg 7 ');
    assert.equal([log.status, log.outcome], [0, 'until seen']);
    assert.match(log.log.map(({ text }: { text: string }) => text).join('\n'), 'incoming msg 7 ');

    const trace = await run(elf, '--until', 'up for 3 s');
    assert.equal([trace.status, trace.outcome], [0, 'until seen']);
    assert.match(trace.trace[0], /up for 3 s, clock 3000\n$/);
    assert.ok(trace.virtualMs >= 3000 && trace.virtualMs < 3100, String(trace.virtualMs));

    const never = await run(elf, '--until', 'no such text', '--timeout', '2.5');
    assert.equal([never.status, never.outcome, never.problem.code], [1, 'until not seen', 'RP5005']);
    assert.match(never.problem.what, '"no such text"');
    assert.ok(never.virtualMs >= 2500 && never.virtualMs < 2600, String(never.virtualMs));
  }),
);

test(
  '--until goes on when the drivers are done',
  deadline(30000, async ({ elf }) => {
    const { status, trace, counters } = await run(elf, '--until', 'up for 2 s');
    assert.is(status, 0);
    assert.is(counters.sent, 100);
    assert.match(trace[0], 'up for 2 s');
  }),
);

test(
  '--timeout counts virtual time',
  deadline(30000, async ({ elf }) => {
    // Without a driver to be done nothing else ends the run: an hour passes.
    const { status, outcome, virtualMs } = await run(elf, '--until', 'up for 3600 s', '--timeout', '3601');
    assert.equal([status, outcome], [0, 'until seen']);
    assert.ok(virtualMs >= 3600000);
    await inProject(program("console.log('alone');\n"), async (dir) => {
      const built = await build({ dir });
      const alone = await run(built.files.elf, '--timeout', '0.25');
      assert.equal([alone.status, alone.outcome], [0, 'timeout']);
      assert.ok(alone.virtualMs >= 250 && alone.virtualMs < 251, String(alone.virtualMs));
    });
  }),
);

test(
  '--seed decides Math.random and nothing else',
  deadline(30000, async ({ elf }) => {
    const seeds = ['0', '1', '2', '4294967295'];
    const chances: string[] = [];
    const logs: string[] = [];
    for (const seed of [...seeds, '1']) {
      const { trace, log } = await run(elf, '--seed', seed);
      chances.push(/chance .*/.exec(trace[0])![0]);
      // Printing a longer number may take longer.
      logs.push(log.map(({ text }: { text: string }) => text).join('\n'));
    }
    assert.is(chances[4], chances[1], 'the same seed');
    assert.is(new Set(chances).size, seeds.length, chances.join('\n'));
    assert.is(new Set(logs).size, 1);
    const standard = await run(elf);
    assert.is(standard.seed, 1);
    assert.match(standard.trace[0], chances[1]);
  }),
);

test(
  '--driver',
  deadline(30000, async ({ elf }) => {
    const { status, counters } = await run(elf, '--driver', 'client-sample');
    assert.is(status, 0);
    assert.is(counters.sent, 100);
  }),
);

test(
  '--board',
  deadline(30000, async ({ elf }) => {
    const { status, outcome, errno } = await run(elf, '--board', 'virt-rv32');
    assert.equal([status, outcome, errno], [1, 'boot failed', -22]);
    assert.is((await run(elf, '--board', 'virt-m4')).status, 0);
  }),
);

test.run();

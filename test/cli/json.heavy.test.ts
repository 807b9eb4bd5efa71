/** `--json`: exactly one document on stdout with the documented fields; text for people elsewhere. NO_COLOR. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../../sdk/cli/main.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { inProject, program, rproc, rprocProcess } from '../support/project-folder.js';

const ECHO = `import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});
console.log('chance', Math.random());
`;
const ESCAPE = String.fromCharCode(27);

/** The document, which must be the only thing on stdout. */
function document(stdout: string): Record<string, any> {
  assert.ok(stdout.startsWith('{\n') && stdout.endsWith('}\n'), stdout.slice(0, 200));
  return JSON.parse(stdout);
}

test(
  'build, inspect and run',
  deadline(60000, () =>
    inProject(program(ECHO), async (dir) => {
      const elf = join(dir, 'firmware.elf');
      const built = await rprocProcess(['build', '--json'], { cwd: dir });
      assert.is(built.status, 0);
      assert.is(built.stderr, '');
      const build = document(built.stdout);
      assert.equal(Object.keys(build), [
        ...[
          'name',
          'board',
          'engine',
          'native',
          'files',
          'bytes',
          'buildId',
          'linker',
          'program',
          'segments',
          'memory',
          'budget',
          'profile',
          'warnings',
        ],
      ]);
      assert.is(build.files.elf, elf);
      for (const file of Object.values(build.files)) assert.ok(existsSync(file as string));
      assert.is(build.native, false);
      assert.equal(
        build.program.modules.filter((name: string) => name.startsWith('src/')),
        ['src/main.ts'],
      );

      const inspected = await rprocProcess(['inspect', elf, '--json']);
      assert.is(inspected.status, 0);
      assert.is(inspected.stderr, '');
      const inspection = document(inspected.stdout);
      assert.equal(Object.keys(inspection), [
        ...[
          'file',
          'size',
          'header',
          'segments',
          'sections',
          'resourceTable',
          'app',
          'notes',
          'buildId',
          'rproc',
          'sources',
        ],
        'damage',
        'placement',
      ]);
      assert.is(inspection.placement.board, build.board);
      assert.is(inspection.size, build.bytes);
      assert.is(inspection.buildId, build.buildId);
      assert.equal(inspection.segments, build.segments);

      const ran = await rprocProcess(['run', 'firmware.elf', '--json', '--seed', '7'], { cwd: dir });
      assert.is(ran.status, 0);
      assert.is(ran.stderr, '');
      const run = document(ran.stdout);
      assert.equal(Object.keys(run), [
        ...['file', 'board', 'kernel', 'seed', 'outcome', 'exit', 'errno', 'log', 'trace', 'channels'],
        ...['counters', 'virtualMs', 'faults', 'replay'],
      ]);
      const { file, board, kernel, seed, outcome, exit, errno, channels, counters } = run;
      assert.equal(
        { file, board, kernel, seed, outcome, exit, errno, channels, counters },
        {
          ...{
            file: 'firmware.elf',
            board: 'virt-m4',
            kernel: '6.12',
            seed: 7,
            outcome: 'drivers done',
            exit: 0,
            errno: 0,
          },
          channels: [{ name: 'rpmsg-client-sample', src: 0x400, dst: 0x400 }],
          counters: { sent: 100, received: 101 },
        },
      );
      assert.match(run.trace[0], /^chance 0\.\d+\n$/);
      assert.equal(Object.keys(run.log[0]), ['time', 'level', 'text']);
    }),
  ),
);

test(
  'a crash is a document too',
  deadline(60000, () =>
    inProject(program("console.log('so far');\nthrow new Error('no further');\n"), async (dir) => {
      assert.is((await rproc('build', dir)).status, 0);
      const { status, stdout } = await rproc('run', join(dir, 'firmware.elf'), '--json');
      assert.is(status, 1);
      const { outcome, exit, problem } = document(stdout);
      assert.equal([outcome, exit, problem.code], ['crashed', 1, 'RP5004']);
      assert.match(problem.detail, 'src/main.ts:2:');
    }),
  ),
);

test(
  'what fails before there is a result leaves stdout empty',
  deadline(60000, () =>
    inProject(program('const n: string = 1;\n'), async (dir) => {
      for (const argv of [
        ['build', dir],
        ['inspect', join(dir, 'x.elf')],
        ['run', join(dir, 'x.elf')],
      ]) {
        const { status, stdout, stderr } = await rproc(...argv, '--json');
        assert.is(status, argv[0] === 'build' ? 1 : 2);
        assert.is(stdout, '');
        assert.match(stderr, /^RP\d{4} /);
      }
    }),
  ),
);

test(
  'without --json the log goes to stdout, the summary to stderr',
  deadline(60000, () =>
    inProject(program(ECHO), async (dir) => {
      const built = await rproc('build', dir);
      assert.is(built.stdout, '');
      assert.match(built.stderr, /firmware\.elf: \d+ bytes for virt-m4, program \d+ bytes from \d+ modules/);
      assert.match(built.stderr, 'runs on simulated cores only');
      const ran = await rproc('run', join(dir, 'firmware.elf'));
      assert.match(ran.stdout, /^\[ {4}0\.000000\] remoteproc remoteproc0: /);
      assert.match(ran.stdout, '# cat /sys/kernel/debug/remoteproc/remoteproc0/trace0\nchance ');
      assert.match(ran.stderr, /^\ndrivers done: 101 messages from the firmware, 100 to it, /);
    }),
  ),
);

test(
  'colours only where they are wanted',
  deadline(60000, async () => {
    const text = async (color: boolean) => {
      let written = '';
      const err = (part: string) => {
        written += part;
      };
      assert.is(await main(['run', 'none.elf'], { out: err, err, color }), 2);
      return written;
    };
    assert.match(await text(true), ESCAPE);
    const plain = await text(false);
    assert.not.match(plain, ESCAPE);
    for (const env of [{ NO_COLOR: '1' }, {}]) {
      const child = await rprocProcess(['run', 'none.elf'], { env });
      assert.is(child.status, 2);
      assert.is(child.stderr, plain, 'a pipe gets none either');
    }
  }),
);

test(
  'a failed build ends its process, whatever TypeScript watched',
  deadline(60000, () =>
    inProject(program("const n: string = 1;\nconsole.log(n, 'x' * 2);\n"), async (dir) => {
      const { status, stderr } = await rprocProcess(['build'], { cwd: dir });
      assert.is(status, 1);
      assert.not.match(stderr, ESCAPE, 'no colours in frames');
      assert.match(stderr, 'src/main.ts:1:7: TS2322');
      assert.match(stderr, 'src/main.ts:2:16: TS2362', 'every error, not only the first');
    }),
  ),
);

test(
  'help and version',
  deadline(10000, async () => {
    const { status, stdout } = await rproc('--help');
    assert.is(status, 0);
    for (const command of ['build', 'inspect', 'run', 'test']) assert.match(stdout, `  ${command} `);
    assert.match((await rproc('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.is((await rproc('build', '--help')).status, 0);
  }),
);

test.run();

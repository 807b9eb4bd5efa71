/** `rproc test` in a user's project, in a process of its own: what passes, fails, hangs, is not there. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../sdk/testing/deadline.js';
import { addFiles, inProject, program, rprocProcess } from '../support/project-folder.js';

const FIRMWARE = program(`import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'echo' }, (data, src, endpoint) => {
  if (data.length === 3) throw new Error('three bytes are too few');
  endpoint.sendTo(src, data);
});
`);

const HEAD = `import { boot, deadline } from 'rproc-sdk/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const image = new URL('../firmware.elf', import.meta.url);
`;

function testFile(body: string): string {
  return `${HEAD}\n${body}\n\ntest.run();\n`;
}

const PASSES = testFile(`test('echoes', deadline(5000, async () => {
  const remote = await boot(image);
  const echo = await remote.channel('echo');
  await echo.send('hello');
  assert.is((await echo.receive()).text(), 'hello');
}));`);

const FAILS = testFile(`interface Wanted { readonly text: string }

test('expects too much', deadline(5000, async () => {
  const remote = await boot(image);
  const echo = await remote.channel('echo');
  await echo.send('hello');
  const wanted: Wanted = { text: 'goodbye' };
  assert.is((await echo.receive()).text(), wanted.text);
}));

test('crashes it', deadline(5000, async () => {
  const echo = await (await boot(image)).channel('echo');
  await echo.send('abc');
  await echo.receive();
}));`);

function rprocTest(dir: string, ...options: string[]) {
  return rprocProcess(['test', ...options], { cwd: dir, env: { NO_COLOR: '1' } });
}

test(
  'passing tests: the image is built first',
  deadline(60000, () =>
    inProject({ ...FIRMWARE, 'test/echo.test.ts': PASSES }, async (dir) => {
      const { status, stdout, stderr } = await rprocTest(dir);
      assert.is(status, 0, stdout + stderr);
      assert.match(stderr, `built ${dir}/firmware.elf`);
      assert.match(stdout, /\n1 passed, 0 failed, 0 skipped\n$/);
    }),
  ),
);

test(
  'failing tests: the lines of the test and of the firmware',
  deadline(60000, () =>
    inProject(
      {
        ...FIRMWARE,
        'test/echo.test.ts': PASSES,
        'test/more/bad.test.ts': FAILS.replace('../firmware', '../../firmware'),
      },
      async (dir) => {
        const { status, stdout } = await rprocTest(dir);
        assert.is(status, 1);
        assert.match(stdout, /FAIL +"expects too much"/);
        assert.match(stdout, /bad\.test\.ts:14:\d+/, 'the line in TypeScript');
        assert.match(stdout, /FAIL +"crashes it"/);
        assert.match(stdout, 'RP5004: the firmware crashed: Error: three bytes are too few');
        assert.match(stdout, /at onMessage \(src\/main\.ts:4:\d+\)/);
        assert.match(stdout, 'failed: test/more/bad.test.ts (2)');
        assert.match(stdout, /\n1 passed, 2 failed, 0 skipped\n$/);
      },
    ),
  ),
);

test(
  'a hanging test ends at its limit, a hanging file at the limit of files',
  deadline(60000, () =>
    inProject(
      {
        ...FIRMWARE,
        'test/limit.test.ts': testFile(
          "test('never ends', deadline(50, () => new Promise(() => {})));\ntest('goes on', () => {});",
        ),
        'test/spin.test.ts': testFile("test('spins', () => {\n  for (;;);\n});"),
      },
      async (dir) => {
        const { status, stdout } = await rprocTest(dir, '--timeout', '3');
        assert.is(status, 1);
        assert.match(stdout, /FAIL +"never ends"\n.*test limit: not settled within 50 ms/);
        assert.match(stdout, 'FAIL  test/spin.test.ts: stopped after 3 s; running: "spins"');
        assert.match(stdout, /\n1 passed, 2 failed, 0 skipped\n$/);
      },
    ),
  ),
);

test(
  'a firmware that does not build is not tested',
  deadline(60000, () =>
    inProject({ ...FIRMWARE, 'test/echo.test.ts': PASSES }, async (dir) => {
      assert.is((await rprocTest(dir)).status, 0);
      addFiles(dir, { 'src/main.ts': 'const n: string = 1;\n' });
      const { status, stdout, stderr } = await rprocTest(dir);
      assert.is(status, 1);
      assert.is(stdout, '');
      assert.match(stderr, 'src/main.ts:1:7: TS2322');
    }),
  ),
);

/** Each builds and runs a project in processes of their own: seconds that plain runs save. */
const inFull = process.env.RPROC_VOLUME === 'full' ? test : () => {};

inFull(
  'only the named files; none at all',
  deadline(60000, () =>
    inProject({ ...FIRMWARE, 'test/echo.test.ts': PASSES, 'test/bad.test.ts': FAILS }, async (dir) => {
      const { status, stdout } = await rprocTest(dir, 'test/echo.test.ts');
      assert.is(status, 0);
      assert.match(stdout, '1 passed, 0 failed, 0 skipped');
      assert.is((await rprocTest(dir, 'test/none.test.ts')).status, 2);
      const none = await inProject(FIRMWARE, (empty) => rprocTest(empty));
      assert.is(none.status, 2);
      assert.match(none.stderr, 'RP4003 no test files (*.test.ts) in test');
    }),
  ),
);

inFull(
  'from another folder with --dir',
  deadline(60000, () =>
    inProject({ ...FIRMWARE, 'test/echo.test.ts': PASSES }, async (dir) => {
      const { status, stdout } = await rprocProcess(['test', '--dir', dir], { env: { NO_COLOR: '1' } });
      assert.is(status, 0, stdout);
    }),
  ),
);

test.run();

/** `rproc run --driver raw=SCRIPT` and `--tty`: programs on the host side of real firmware. */
import { spawn } from 'node:child_process';
import { createWriteStream, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { parseRawScript } from '../../sdk/testing/raw-script.js';
import { inProject, program, rproc } from '../support/project-folder.js';
import { root } from '../support/sources.js';

const MAIN = `import { createEndpoint, decodeText, encodeText } from 'rproc-sdk/runtime';

createEndpoint({ name: 'rpmsg-raw' }, (data, src, endpoint) => {
  const text = decodeText(data);
  if (text === 'later') setTimeout(() => endpoint.sendTo(src, encodeText('now')), 250);
  else if (text !== 'quiet') endpoint.sendTo(src, data);
});
createEndpoint({ name: 'rpmsg-tty' }, (data, src, endpoint) => {
  endpoint.sendTo(src, encodeText(decodeText(data).toUpperCase()));
});
`;

const test = suite('host drivers of rproc run', { folder: '', elf: '' });
test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rproc-drivers-'));
  context.elf = join(context.folder, 'image.elf');
  await inProject(program(MAIN), (dir) => build({ dir, output: context.elf }));
});
test.after((context) => rm(context.folder, { recursive: true, force: true }));

async function play(context: { folder: string; elf: string }, lines: readonly string[], ...more: string[]) {
  const script = join(context.folder, 'raw.txt');
  await writeFile(script, lines.join('\n'));
  const { status, stdout } = await rproc('run', context.elf, '--json', '--driver', `raw=${script}`, ...more);
  return { status, script, ...JSON.parse(stdout) };
}

test(
  'a raw script that is answered as it says: the driver is done, and the run with it',
  deadline(30000, async (context) => {
    const { status, outcome, counters, virtualMs } = await play(context, [
      '# an echo, text and bytes',
      '> hello',
      '< hello',
      '',
      '> hex: 00 ff 68',
      '< hex:00FF68',
      '> later',
      '< now',
      'wait 100.5',
      '>',
      '<',
      '> a > b < c ',
      '< a > b < c ',
    ]);
    assert.equal([status, outcome], [0, 'drivers done']);
    assert.is(counters.sent, 5);
    assert.ok(virtualMs > 350 && virtualMs < 400, String(virtualMs));
  }),
);

test(
  'a raw script that is not answered as it says: exit 1, the line and both messages',
  deadline(30000, async (context) => {
    const wrong = await play(context, ['> one', '< one', '> two', '< three']);
    assert.equal([wrong.status, wrong.outcome, wrong.problem.code], [1, 'driver failed', 'RP5021']);
    assert.is(wrong.problem.where, `${wrong.script}:4`);
    assert.match(wrong.problem.what, 'expected "three", got "two"');
    const bytes = await play(context, ['> hex:01', '< hex:02']);
    assert.match(bytes.problem.what, 'expected hex:02, got hex:01');
    const silent = await play(context, ['> quiet', '< anything'], '--timeout', '2');
    assert.equal([silent.status, silent.problem.where], [1, `${silent.script}:2`]);
    assert.match(silent.problem.what, 'no message came');
    const long = await play(context, [`> ${'x'.repeat(497)}`]);
    assert.match(long.problem.what, 'write gives errno -90');
    assert.match(long.problem.linux, 'message is too big (497)');
    const early = await play(context, ['wait 5000'], '--timeout', '1');
    assert.match(early.problem.what, 'the run ended first');
  }),
);

test(
  'a raw script without a channel to play it on',
  deadline(30000, async ({ folder }) => {
    const elf = join(folder, 'alone.elf');
    await inProject(program("console.log('alone');\n"), (dir) => build({ dir, output: elf }));
    const { status, problem } = await play({ folder, elf }, ['> x'], '--timeout', '1');
    assert.is(status, 1);
    assert.match(problem.what, 'there is no channel "rpmsg-raw"');
  }),
);

test('lines of a script that are none', () => {
  for (const line of ['x', '>x', '<<', 'wait', 'wait -1', 'wait soon', '> hex:0', '< hex:0g', ' > x']) {
    try {
      parseRawScript(`# one\n${line}\n`, 'raw.txt');
      assert.unreachable(line);
    } catch (error) {
      const [problem] = (error as { problems: { code: string; where: string; exit: number }[] }).problems;
      assert.equal([problem.code, problem.where, problem.exit], ['RP5020', 'raw.txt:2', 2], line);
    }
  }
});

test(
  'wrong drivers and scripts are wrong usage',
  deadline(30000, async (context) => {
    for (const [driver, code] of [
      ['raws', 'RP5002'],
      ['tty=x', 'RP5002'],
      ['raw=', 'RP5002'],
      ['raw=/none/such', 'RP4001'],
    ]) {
      const { status, stderr } = await rproc('run', context.elf, '--driver', driver);
      assert.is(status, 2, driver);
      assert.match(stderr, code === 'RP4001' ? '/none/such' : code);
    }
  }),
);

test(
  '--tty: a terminal of this machine speaks to the firmware until Ctrl-C',
  deadline(60000, async ({ elf }) => {
    const child = spawn(process.execPath, [join(root, 'bin/rproc.js'), 'run', elf, '--tty', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    const path = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
        const found = /rpmsg-tty ttyRPMSG0 is at (\S+)\n/.exec(stderr);
        if (found) resolve(found[1]);
      });
      child.on('close', () => reject(new Error(stderr)));
    });
    assert.match(path, /^\/dev\/pts\/\d+$/);
    const reader = new ReadStream(openSync(path, 'r'));
    const writer = createWriteStream(path, { flags: 'w' });
    let heard = '';
    const answers = async (count: number): Promise<void> => {
      while (heard.length < count) await new Promise((resolve) => reader.once('data', resolve));
    };
    reader.on('data', (chunk) => {
      heard += chunk;
    });
    writer.write('hello\n');
    await answers(6);
    assert.is(heard, 'HELLO\n');
    // More than one message, and characters that a cooked terminal would keep for itself.
    const long = `${'abc\u0003\r\n'.repeat(300)}end`;
    writer.write(long);
    await answers(6 + long.length);
    assert.is(heard.slice(6), long.toUpperCase());
    reader.destroy();
    writer.destroy();
    child.kill('SIGINT');
    assert.is(await closed, 0);
    const report = JSON.parse(stdout);
    assert.is(report.outcome, 'interrupted');
    assert.ok(report.virtualMs > 0 && report.virtualMs < 60000);
  }),
);

test(
  '--tty with --timeout ends by itself; without `script` it says what is missing',
  deadline(60000, async ({ elf }) => {
    const timed = await rproc('run', elf, '--tty', '--timeout', '0.5', '--json');
    const { outcome, virtualMs } = JSON.parse(timed.stdout);
    assert.equal([timed.status, outcome], [0, 'timeout']);
    assert.ok(virtualMs >= 500 && virtualMs < 600, String(virtualMs));
    assert.match(timed.stderr, /rpmsg-tty ttyRPMSG0 is at \/dev\/pts\/\d+\n/);
    const { PATH } = process.env;
    process.env.PATH = '/none';
    try {
      const missing = await rproc('run', elf, '--tty', '--timeout', '5');
      assert.is(missing.status, 1);
      assert.match(missing.stderr, 'RP5022');
      assert.match(missing.stderr, 'no pseudo-terminal');
    } finally {
      process.env.PATH = PATH;
    }
  }),
);

test.run();

/** `rproc run --core qemu`: outcomes and exit statuses, recordings, wrong usage, and a debugger. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test as plainTest, type Test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../sdk/testing/index.js';
import { onPath, skipUnless } from '../support/need.js';
import { inProject, rproc } from '../support/project-folder.js';
import { guestBoard, guestImage, guestTools, hasGuestTools } from '../support/qemu-guest.js';
import { root } from '../support/sources.js';

const LIMIT = 60000;
const qemu = ['--board', guestBoard.name, '--core', 'qemu'];
const state = '/sys/class/remoteproc/remoteproc0/state';

function test(name: string, body: (dir: string) => Promise<void>, tools: readonly string[] = []): void {
  const needed = [...guestTools, ...tools];
  const run = deadline(LIMIT, () => inProject({ 'guest.elf': hasGuestTools ? guestImage() : '' }, body));
  const there = hasGuestTools && tools.every(onPath);
  skipUnless(plainTest as Test<unknown>, name, there, `needs ${needed.join(', ')}`, run);
}

test('ends at --timeout, in real time, with exit 0; --until ends it before', async (dir) => {
  const timed = await rproc('run', join(dir, 'guest.elf'), ...qemu, '--timeout', '0.5');
  assert.is(timed.status, 0, timed.stderr);
  assert.match(timed.stdout, /creating channel rpmsg-guest addr 0x400\n.*stopped remote processor m4\n/s);
  assert.match(timed.stdout, /trace0\nup\n$/);
  assert.match(timed.stderr, /^\ntimeout: 1 messages from the firmware, 0 to it, \d\.\d+ s real time\n$/);
  const seen = await rproc('run', join(dir, 'guest.elf'), ...qemu, '--until', 'up', '--json');
  assert.is(seen.status, 0, seen.stderr);
  const report = JSON.parse(seen.stdout) as { outcome: string; channels: unknown; trace: string[] };
  assert.is(report.outcome, 'until seen');
  assert.equal(report.channels, [{ name: 'rpmsg-guest', src: 0xffffffff, dst: 0x400 }]);
});

test('--until that is not seen is exit 1', async (dir) => {
  const { status, stderr } = await rproc(
    'run',
    join(dir, 'guest.elf'),
    ...qemu,
    '--until',
    'never',
    '--timeout',
    '0.3',
  );
  assert.is(status, 1);
  assert.match(stderr, /RP5005/);
});

test('a script at the shell starts, crashes, looks at and stops the core', async (dir) => {
  const script = join(dir, 'script');
  const lines = [
    ...[`echo start > ${state}`, 'sleep 0.2', `cat ${state}`],
    ...[
      'cat /sys/kernel/debug/remoteproc/remoteproc0/trace0',
      'cat /sys/kernel/debug/remoteproc/remoteproc0/resource_table',
    ],
    ...[
      'echo 2 > /sys/kernel/debug/remoteproc/remoteproc0/crash',
      'sleep 0.5',
      `cat ${state}`,
      `echo stop > ${state}`,
    ],
  ];
  writeFileSync(script, lines.join('\n'));
  const { status, stdout, stderr } = await rproc('run', join(dir, 'guest.elf'), ...qemu, '--shell', script);
  assert.is(status, 0, stderr);
  assert.match(stdout, /# cat [^\n]*state\nrunning\n# cat [^\n]*trace0\nup\n/);
  // Status and vring addresses are those that are in the core's memory.
  assert.match(stdout, /Status 0x7\n/);
  assert.match(stdout, /Device Address 0x21f00000\n/);
  assert.match(
    stdout,
    /handling crash #1 in m4.*remote processor m4 is now up.*creating channel.*\nrunning\n/s,
  );
});

test('--attach takes over a core that runs', async (dir) => {
  const { status, stdout } = await rproc(
    'run',
    join(dir, 'guest.elf'),
    ...qemu,
    '--attach',
    '--until',
    'creating channel',
  );
  assert.is(status, 0);
  assert.match(stdout, /remote processor m4 is now attached\n.*creating channel rpmsg-guest/s);
});

test('--pcap and --trace record it', async (dir) => {
  const [pcap, trace] = [join(dir, 'run.pcapng'), join(dir, 'run.json')];
  const options = ['--timeout', '0.3', '--pcap', pcap, '--trace', trace];
  const { status, stderr } = await rproc('run', join(dir, 'guest.elf'), ...qemu, ...options);
  assert.is(status, 0, stderr);
  assert.ok(readFileSync(pcap).includes('rpmsg-guest'));
  const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8')) as { traceEvents: { name: string }[] };
  assert.ok(
    traceEvents.some(({ name }) => name.startsWith('kick')),
    traceEvents.map(({ name }) => name).join(),
  );
});

test('wrong usage is exit 2', async (dir) => {
  const image = join(dir, 'guest.elf');
  const usage: [readonly string[], RegExp][] = [
    [['--board', guestBoard.name, '--gdb', '1234'], /RP4036 --gdb needs --core qemu/],
    [[...qemu, '--gdb', '70000'], /a TCP port from 1 to 65535 is needed/],
    [['--board', guestBoard.name, '--core', 'spike'], /Allowed choices are quickjs, qemu/],
    [['--board', 'virt-m4', '--core', 'qemu'], /RP5064 QEMU has no machine like board virt-m4/],
  ];
  for (const [options, text] of usage) {
    const { status, stderr } = await rproc('run', image, ...options);
    assert.is(status, 2, options.join(' '));
    assert.match(stderr, text);
  }
});

test('without QEMU the package is named', async (dir) => {
  const { PATH } = process.env;
  process.env.PATH = dir;
  try {
    const { status, stderr } = await rproc('run', join(dir, 'guest.elf'), ...qemu);
    assert.is(status, 1);
    assert.match(
      stderr,
      /RP5060 this machine has no qemu-system-arm.*\n *fix +install Debian's qemu-system-arm,/,
    );
  } finally {
    process.env.PATH = PATH;
  }
});

test('a QEMU that does not start the machine is quoted', async (dir) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  try {
    const { port } = taken.address() as { port: number };
    const { status, stderr } = await rproc('run', join(dir, 'guest.elf'), ...qemu, '--gdb', String(port));
    assert.is(status, 1);
    assert.match(stderr, /RP5061 qemu-system-arm did not start the machine: it ended with status 1/);
    assert.match(stderr, /Address already in use/);
  } finally {
    taken.close();
  }
});

test(
  '--gdb: the core waits at its first instruction, and the debugger has symbols and goes on',
  async (dir) => {
    const image = join(dir, 'guest.elf');
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const run = spawn(
      process.execPath,
      [
        join(root, 'bin/rproc.js'),
        'run',
        image,
        ...qemu,
        '--gdb',
        String(port),
        '--until',
        'creating channel',
      ],
      { cwd: root },
    );
    let output = '';
    const up = new Promise<void>((resolve) => {
      for (const stream of [run.stdout, run.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          if (output.includes('is now up')) resolve();
        });
      }
    });
    const closed = once(run, 'close');
    try {
      await up;
      assert.ok(output.includes(`gdb-multiarch ${image} -ex 'target remote localhost:${port}'`), output);
      assert.not.ok(output.includes('creating channel'), 'the core waits');
      const commands = [
        `target remote localhost:${port}`,
        'print/x $pc',
        'break reset',
        'continue',
        'info symbol $pc',
        'detach',
      ];
      const gdb = spawn('gdb-multiarch', [
        '-nx',
        '-batch',
        image,
        ...commands.flatMap((text) => ['-ex', text]),
      ]);
      let said = '';
      for (const stream of [gdb.stdout, gdb.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
      }
      await once(gdb, 'close');
      // The machine's own start-up code is at 8, behind the two words that the core reads first.
      assert.match(said, /\$1 = 0x8\n/);
      assert.match(said, /Breakpoint 1, reset/);
      assert.match(said, /reset( \+ \d+)? in section \.text/);
      const [code] = await closed;
      assert.is(code, 0, output);
      assert.match(output, /creating channel rpmsg-guest/);
    } finally {
      run.kill('SIGKILL');
    }
  },
  ['gdb-multiarch'],
);

plainTest.run();

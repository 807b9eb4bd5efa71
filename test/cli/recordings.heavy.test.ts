/** `rproc run --pcap --trace`: what the files hold, when they are written, and when not. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, test as plainTest, suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RpmsgCapture } from '../../host-sim/index.js';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { boot } from '../../sdk/testing/index.js';
import { need } from '../support/need.js';
import { inProject, program, rproc, rprocProcess } from '../support/project-folder.js';
import { root } from '../support/sources.js';
import { type Event, faultsOf, parseTrace } from '../support/trace-rules.js';
import { capinfos, tshark, tsharkFields } from '../support/tshark.js';

const ECHO = `import { createEndpoint } from 'rproc-sdk/runtime';

let left = 30;
createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  if (left-- === 0 && Date.now() > CRASH_AFTER) throw new Error('no more');
  endpoint.sendTo(src, data);
});
setInterval(() => {}, 1);
`;

interface Files {
  folder: string;
  echo: string;
  crash: string;
  dissector: string;
}

const test = suite<Context & Files>('recordings', { folder: '', echo: '', crash: '', dissector: '' });
test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rproc-record-'));
  context.echo = join(context.folder, 'echo.elf');
  context.crash = join(context.folder, 'crash.elf');
  // The dissector that is published: it lies where the command says.
  context.dissector = join(root, 'dist/host-sim/recording/rpmsg.lua');
  for (const [output, after] of [
    [context.echo, '1e9'],
    [context.crash, '-1'],
  ]) {
    const files = program(ECHO.replace('CRASH_AFTER', after));
    await inProject(files, (dir) => build({ dir, output }));
  }
});
test.after(({ folder }) => rm(folder, { recursive: true, force: true }));

/** Runs an image with both recordings, with the names of all files in the folder afterwards. */
async function record(folder: string, elf: string, ...options: string[]) {
  const [pcap, trace] = [join(folder, 'run.pcapng'), join(folder, 'run.json')];
  for (const file of [pcap, trace]) await rm(file, { force: true });
  const ran = await rproc('run', elf, '--json', '--pcap', pcap, '--trace', trace, ...options);
  const read = (file: string) => (existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined);
  return { ...ran, report: JSON.parse(ran.stdout), pcap: read(pcap), trace: read(trace) };
}

const count = (events: readonly Event[], pick: (event: Event) => boolean) => events.filter(pick).length;

test(
  'a trace of the whole run, which keeps the rules',
  deadline(60_000, async ({ folder, echo }) => {
    const { status, stderr, report, trace } = await record(folder, echo);
    assert.is(status, 0);
    const parsed = parseTrace(trace!);
    assert.equal(faultsOf(parsed), []);
    const { traceEvents: events } = parsed;
    const { sent, received } = report.counters;
    assert.equal([sent, received], [100, 101]);
    assert.is(
      count(events, ({ name }) => name === 'message to firmware'),
      sent,
    );
    assert.is(
      count(events, ({ name }) => name === 'message from firmware'),
      received,
    );
    assert.equal(
      events.filter(({ cat }) => cat === 'log').map(({ ts, name, args }) => [ts, args!.level, name]),
      report.log.map(({ time, level, text }: any) => [Math.round(time * 1e6) / 1e3, level, text]),
    );
    const lines = events.length - count(events, ({ ph }) => ph === 'M');
    assert.match(stderr, new RegExp(`run\\.json: ${lines} events; https://ui\\.perfetto\\.dev`));
    const core = events.filter(({ ph, pid }) => pid === 2 && (ph === 'B' || ph === 'E'));
    assert.is(core[0].name, 'start');
    // The report is made before the core is stopped, which asks it first.
    assert.ok(core.at(-1)!.ts <= (report.virtualMs + 0.1) * 1000);
  }),
);

test(
  'the same run gives the same files',
  deadline(60_000, async ({ folder, echo }) => {
    const first = await record(folder, echo, '--seed', '3');
    const second = await record(folder, echo, '--seed', '3');
    assert.equal(first.pcap, second.pcap);
    assert.equal(first.trace, second.trace);
    assert.ok(first.pcap!.length > 201 * 32 && first.trace!.length > 10_000);
  }),
);

test(
  'a crash is recorded up to its end',
  deadline(60_000, async ({ folder, crash }) => {
    const { status, report, pcap, trace } = await record(folder, crash);
    assert.equal([status, report.outcome], [1, 'crashed']);
    assert.equal(report.counters, { sent: 31, received: 31 });
    assert.ok(pcap!.length > 62 * 32);
    const { traceEvents, ...rest } = parseTrace(trace!);
    assert.equal(faultsOf({ traceEvents, ...rest }), []);
    const crashed = traceEvents.filter(({ cat }) => cat === 'crash');
    assert.equal(
      crashed.map(({ name, s }) => [name, s]),
      [['crash: Error: no more', 'p']],
    );
    assert.match(crashed[0].args!.stack.join('\n'), 'src/main.ts:5:');
    assert.match(traceEvents.findLast(({ cat }) => cat === 'log')!.name!, 'm4');
  }),
);

test(
  '--until that is not seen still leaves both files; what does not boot leaves none',
  deadline(60_000, async ({ folder, echo }) => {
    const missed = await record(folder, echo, '--until', 'no such text', '--timeout', '0.01');
    assert.is(missed.status, 1);
    assert.ok(missed.pcap && missed.trace);
    const damaged = join(folder, 'damaged.elf');
    writeFileSync(
      damaged,
      Buffer.from(
        readFileSync(echo).toString('latin1').replaceAll('.resource_table', '.resource_tablx'),
        'latin1',
      ),
    );
    const failed = await record(folder, damaged, '--board', 'virt-m4');
    assert.equal([failed.status, failed.report.outcome], [1, 'boot failed']);
    assert.equal([failed.pcap, failed.trace], [undefined, undefined]);
    assert.match(
      failed.stderr,
      /run\.pcapng was not written: the image did not boot\n.*run\.json was not written/,
    );
    assert.equal(
      readdirSync(folder).filter((name) => name.includes('.tmp-')),
      [],
    );
  }),
);

test(
  'Ctrl-C in the middle of a run leaves nothing',
  deadline(60_000, async ({ folder, echo }) => {
    const files = ['cut.pcapng', 'cut.json'];
    const [pcap, trace] = files.map((name) => join(folder, name));
    const argv = [join(root, 'bin/rproc.js'), 'run', echo, '--pcap', pcap, '--trace', trace];
    const endless = ['--until', 'no such text', '--timeout', '1000000000'];
    const child = spawn(process.execPath, [...argv, ...endless], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => {
      child.on('close', (_status, signal) => resolve(signal));
    });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      if (shown.includes('goodbye!')) child.kill('SIGINT');
    });
    assert.is(await ended, 'SIGINT');
    assert.match(shown, 'goodbye!');
    assert.equal(
      readdirSync(folder).filter((name) => name.startsWith('cut.')),
      [],
    );
  }),
);

test(
  'a file that is there is replaced as a whole, one in a read-only place is refused before the run',
  deadline(60_000, async ({ folder, echo }) => {
    const old = join(folder, 'run.pcapng');
    writeFileSync(old, 'x'.repeat(1 << 20));
    const { status } = await rproc('run', echo, '--pcap', old);
    assert.is(status, 0);
    assert.equal([...readFileSync(old).subarray(0, 4)], [0x0a, 0x0d, 0x0d, 0x0a]);
    // Nobody, root included, makes files there.
    if (!existsSync('/proc/self/stat')) return;
    const refused = await rproc('run', echo, '--trace', '/proc/run.json');
    assert.is(refused.status, 2);
    assert.is(refused.stdout, '', 'nothing ran');
    assert.match(refused.stderr, /^RP2011 \/proc\/run\.json cannot be written: /);
  }),
);

test(
  'a test of firmware records as well',
  deadline(60_000, async ({ echo }) => {
    const capture = new RpmsgCapture({ os: 'Linux 6.12, simulated', application: 'test' });
    const remote = await boot(echo, { recorders: [capture] });
    const channel = await remote.channel('rpmsg-client-sample');
    await channel.send('recorded');
    await channel.receive();
    assert.is(await remote.stop(), 0);
    assert.is(capture.messages, 3);
    assert.is(Buffer.from(capture.bytes()).toString('latin1').split('recorded').length, 3);
  }),
);

if (need('tshark')) {
  test(
    'tshark shows all messages of the run with the dissector of dist',
    deadline(60_000, async ({ folder, echo, dissector }) => {
      const { pcap, stderr } = await record(folder, echo);
      assert.match(stderr, `run.pcapng: 201 messages; wireshark -X lua_script:`);
      assert.match(stderr, /lua_script:\S+host-sim\/recording\/rpmsg\.lua /);
      const info = capinfos(pcap!);
      assert.is(info['Number of packets'], '201');
      assert.is(info['Capture oper-sys'], 'Linux 6.12, simulated');
      assert.is(info['Strict time order'], 'True');
      const fields = ['frame.packet_flags_direction', 'rpmsg.src', 'rpmsg.dst', 'rpmsg.len', 'rpmsg.text'];
      const rows = tsharkFields(pcap!, [...fields, 'rpmsg.ns.name', 'rpmsg.service'], dissector);
      const name = 'rpmsg-client-sample';
      assert.equal(rows[0], ['0x00000001', '0x00000400', '0x00000035', '40', '', name, '']);
      const message = ['0x00000400', '0x00000400', '12', 'hello world!', '', name];
      assert.equal(
        rows.slice(1).filter(([to]) => to === '0x00000002'),
        new Array(100).fill(['0x00000002', ...message]),
      );
      assert.equal(
        rows.slice(1).filter(([to]) => to === '0x00000001'),
        new Array(100).fill(['0x00000001', ...message]),
      );
      const text = tshark(pcap!, ['-V', '-Y', 'frame.number == 1'], dissector);
      assert.match(text, 'on interface virtio0');
      assert.match(text, 'Interface description: rpmsg with m4 (remoteproc0)');
      assert.match(
        text,
        /Service name: rpmsg-client-sample\n +Service address: 0x00000400\n +Announcement: create/,
      );
    }),
  );
}

plainTest(
  'a signal while files are written comes when they are complete',
  deadline(60_000, async () => {
    const script = `
      const { holdingInterrupts } = await import(${JSON.stringify(join(root, 'dist/sdk/cli/interrupts.js'))});
      const wait = (ms) => new Promise((done) => setTimeout(done, ms));
      console.log(await holdingInterrupts(async () => 'work'));
      await holdingInterrupts(async () => {
        process.kill(process.pid, process.argv[1]);
        await wait(50);
        console.log('complete');
      });
      await wait(10000);
      console.log('went on');
    `;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, signal]);
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
      const ended = await new Promise((resolve) => child.on('close', (_status, by) => resolve(by)));
      assert.equal([ended, out], [signal, 'work\ncomplete\n']);
    }
  }),
);

plainTest(
  'the options are in the help',
  deadline(10_000, async () => {
    const { stdout } = await rprocProcess(['run', '--help']);
    assert.match(stdout, '--pcap <file>');
    assert.match(stdout, '--trace <file>');
  }),
);

test.run();
plainTest.run();

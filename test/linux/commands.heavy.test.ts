/** `rproc run --host linux` and `rproc attach` beside a guest: outcomes, exit statuses, scripts, wrong usage. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { qemuIvshmemM4 } from '../../boards/qemu/ivshmem-m4.js';
import { LinuxGuest } from '../../host-sim/linux/guest.js';
import { fileBase } from '../../host-sim/shm/memory-file.js';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/index.js';
import { inProject, rproc } from '../support/project-folder.js';
import { cores, forKernels, NATIVE_BOARD } from './kernels.js';

const test = suite('commands with a real kernel');
const LIMIT = 180000;

async function built(dir: string, project: string): Promise<string> {
  const output = join(dir, 'firmware.elf');
  await build({ dir: project, output, board: NATIVE_BOARD });
  return output;
}

forKernels(test, (version, kernel) => {
  const host = ['--host', `linux=${version}`];
  for (const core of cores) {
    test(
      `Linux ${version}, ${core}: run ends with the sample's goodbye, with --until, with the crash of the firmware`,
      deadline(LIMIT, () =>
        inProject({}, async (dir) => {
          const sample = await built(dir, 'examples/client-sample');
          const run = ['run', sample, ...host, '--core', core, '--timeout', '60'];
          const whole = await rproc(...run, '--json');
          assert.is(whole.status, 0, whole.stderr);
          const report = JSON.parse(whole.stdout);
          assert.is(report.outcome, 'drivers done');
          assert.is(report.kernel, kernel.release);
          assert.is(report.log.filter((text: string) => text.endsWith('goodbye!')).length, 1);
          const seen = await rproc(...run, '--until', 'is now up');
          assert.is(seen.status, 0, seen.stderr);
          assert.match(seen.stdout, /^remoteproc remoteproc0: remote processor ivshmem is now up$/m);
          const never = await rproc(...run, '--until', 'never', '--timeout', '2');
          assert.is(never.status, 1);
          assert.match(never.stderr, /RP5005/);
        }),
      ),
    );

    test(
      `Linux ${version}, ${core}: attach is the remote of a guest that somebody else has started`,
      deadline(LIMIT, () =>
        inProject({}, async (dir) => {
          const path = await built(dir, 'examples/client-sample');
          const guest = new LinuxGuest({
            ...{
              kernel,
              daBase: fileBase(qemuIvshmemM4),
              modules: ['rpmsg_client_sample'],
              firmware: { 'fw.elf': readFileSync(path) },
            },
          });
          try {
            await guest.boot();
            const attached = rproc(
              'attach',
              '--shm',
              guest.memoryFile,
              path,
              '--core',
              core,
              '--timeout',
              '15',
            );
            const folder = '/sys/class/remoteproc/remoteproc0';
            await guest.ask(`write ${folder}/firmware fw.elf`);
            assert.is((await guest.ask(`write ${folder}/state start`)).status, 0);
            const { status, stderr } = await attached;
            assert.is(status, 0, stderr);
            assert.match(stderr, /\n1 boots, 0 crashes, \d+ kicks from Linux, \d+ to it\n$/);
            assert.ok(guest.console.some((line) => line.endsWith('goodbye!')));
          } finally {
            await guest.close();
          }
        }),
      ),
    );
  }

  test(
    `Linux ${version}: a raw script, a file for the shell, and an image that does not boot`,
    deadline(LIMIT, () =>
      inProject(
        { 'none.elf': 'no image, but as long as a header of one would be, and some more' },
        async (dir) => {
          const services = await built(dir, 'test/conformance/programs/services');
          const script = join(dir, 'script');
          writeFileSync(script, '> hello\n< 1: olleh\nwait 10\n> hex:61 62\n< 2: ba\n');
          const good = await rproc('run', services, ...host, '--driver', `raw=${script}`);
          assert.is(good.status, 0, good.stderr);
          writeFileSync(script, '> hello\n< 1: hello\n');
          const bad = await rproc('run', services, ...host, '--driver', `raw=${script}`);
          assert.is(bad.status, 1);
          assert.match(bad.stderr, /script:2.*/);
          const shell = join(dir, 'shell');
          writeFileSync(
            shell,
            'echo start > state\ncat state\nsleep 0.2\nls /sys/bus/rpmsg/devices | wc -l\nuname -r\n',
          );
          const played = await rproc('run', services, ...host, '--shell', shell);
          assert.is(played.status, 0, played.stderr);
          // Lines of the kernel come between.
          assert.match(played.stdout, /# cat state\n(.*\n)*?running\n# sleep/);
          assert.ok(played.stdout.endsWith(`# uname -r\n${kernel.release}\n`), played.stdout);
          writeFileSync(shell, 'ls /nowhere\n');
          assert.is((await rproc('run', services, ...host, '--shell', shell)).status, 1);
          const none = await rproc('run', join(dir, 'none.elf'), ...host, '--board', NATIVE_BOARD);
          assert.is(none.status, 1);
          assert.match(none.stderr, /RP5003 .*did not boot: errno -22/);
        },
      ),
    ),
  );
});

test(
  'wrong usage is exit 2',
  deadline(LIMIT, () =>
    inProject({}, async (dir) => {
      const output = join(dir, 'other.elf');
      await build({ dir: 'examples/echo', output, board: 'virt-m4' });
      const usage: [readonly string[], RegExp][] = [
        [['--host', 'linux'], /RP4037 .*virt-m4.*\n.*virt-ivshmem, qemu-ivshmem-m4/],
        [['--host', 'linux=5.4'], /RP4038 there is no host "linux=5\.4"/],
        [['--host', 'bsd'], /RP4038/],
        [['--host', 'linux', '--board', 'virt-ivshmem', '--core', 'qemu'], /RP5064/],
        [['--host', 'linux', '--board', 'virt-ivshmem', '--gdb', '1234'], /RP4036/],
        [
          ['--host', 'linux', '--board', 'virt-ivshmem', '--pcap', 'x'],
          /RP4039 --pcap cannot go with --host linux/,
        ],
      ];
      for (const [options, text] of usage) {
        const { status, stderr } = await rproc('run', output, ...options);
        assert.is(status, 2, options.join(' '));
        assert.match(stderr, text);
      }
    }),
  ),
);

test.run();

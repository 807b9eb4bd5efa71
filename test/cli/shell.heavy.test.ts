/** `rproc run --shell`: whole transcripts, as they would be read on a board's console. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from '../../sdk/build/build.js';
import { main } from '../../sdk/cli/main.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { rproc } from '../support/project-folder.js';
import { allGoldenCases, expectedText, inGoldenProject } from '../support/project-golden.js';
import { root } from '../support/sources.js';

/** Both streams as a terminal shows them. */
async function console(...argv: readonly string[]): Promise<{ status: number; text: string }> {
  let text = '';
  const print = (more: string): void => {
    text += more;
  };
  const status = await main(argv, { out: print, err: print, color: false });
  return { status, text };
}

const full = process.env.RPROC_VOLUME === 'full';
// Each case compiles a firmware; CI has them all.
for (const golden of allGoldenCases('shell').slice(0, full ? undefined : 2)) {
  test(
    `transcript: ${golden.name}`,
    deadline(60000, async () => {
      await inGoldenProject(golden, async (dir) => {
        const elf = join(dir, 'meter.elf');
        await build({ dir, output: elf });
        const { args, exit } = golden.command;
        const { status, text } = await console('run', elf, '--shell', join(dir, 'commands.sh'), ...args);
        assert.ok(text.split('\n').length > 30, 'a transcript has its length');
        // Sizes, and addresses behind the program, follow from the stack that is bundled with it.
        const settled = text
          .replace(/(Booting fw image meter\.elf, size) \d+/g, '$1 SIZE')
          .replace(/(memsz|filesz) 0x[0-9a-f]{4,}/g, '$1 SIZE')
          .replace(/(da|Device Address) 0x1000[2-9a-f][0-9a-f]{3}\b/g, '$1 BEHIND');
        assert.fixture(settled, expectedText(golden, settled));
        assert.is(status, exit);
      });
    }),
  );
}

test(
  'commands from stdin: echoed, run in order, the status of the last one',
  deadline(60000, async () => {
    const [golden] = allGoldenCases('shell');
    await inGoldenProject(golden, async (dir) => {
      const elf = join(dir, 'meter.elf');
      await build({ dir, output: elf });
      const argv = [join(root, 'bin/rproc.js'), 'run', elf, '--shell'];
      const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      child.stdin.end('echo start > /sys/class/remoteproc/remoteproc0/state\ncat /dev/none 2\nfalse\n');
      const status = await new Promise((resolve) => child.on('close', resolve));
      assert.match(text, /^# echo start > .*state\n\[ .*powering up m4/m);
      assert.match(text, /is now up/);
      assert.is(status, 1);
    });
  }),
);

test(
  'other ways to end a run do not go with a prompt',
  deadline(60000, async () => {
    const [golden] = allGoldenCases('shell');
    await inGoldenProject(golden, async (dir) => {
      const elf = join(dir, 'meter.elf');
      await build({ dir, output: elf });
      for (const [option, ...value] of [
        ['until', 'x'],
        ['timeout', '1'],
        ['json'],
        ['pcap', join(dir, 'a.pcapng')],
      ]) {
        const { status, stderr } = await rproc(
          'run',
          elf,
          '--shell',
          join(dir, 'commands.sh'),
          `--${option}`,
          ...value,
        );
        assert.is(status, 2);
        assert.match(stderr, new RegExp(`RP4032 --${option} cannot go with --shell`));
      }
      const missing = await rproc('run', elf, '--shell', join(dir, 'none.sh'));
      assert.is(missing.status, 2);
      assert.match(missing.stderr, /none\.sh/);
    });
  }),
);

test.run();

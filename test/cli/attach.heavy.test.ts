/** `rproc attach`: what it refuses, and an image that a boot loader starts before any Linux is there. */
import { openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { elfFindTable } from '../../host-sim/remoteproc/elf-loader.js';
import { fileBase, MemoryFile } from '../../host-sim/shm/memory-file.js';
import { readTable } from '../../host-sim/shm/shared-copy.js';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/index.js';
import { nativeReady } from '../support/native.js';
import { skipUnless } from '../support/need.js';
import { inProject, rproc } from '../support/project-folder.js';

const SIZE = 16 * 1024 * 1024;

/** A memory file of `size` zeroes. */
function memory(dir: string, size = SIZE): string {
  const path = join(dir, 'shm');
  openSync(path, 'w');
  truncateSync(path, size);
  return path;
}

test(
  'wrong usage is exit 2',
  deadline(60000, () =>
    inProject({ 'no.elf': 'not an image' }, async (dir) => {
      const shm = memory(dir);
      writeFileSync(join(dir, 'small'), new Uint8Array(4096));
      const usage: [readonly string[], RegExp][] = [
        [[], /required option '--shm <file>'/],
        [['--shm', join(dir, 'none')], /RP5043 .*none is no memory file: it does not exist/],
        [['--shm', join(dir, 'small')], /RP5043 .*4096 bytes, at least 4194304 are needed/],
        [['--shm', shm, '--core', 'spike'], /Allowed choices are quickjs, qemu/],
        [['--shm', shm, '--gdb', '1234'], /RP4036 --gdb needs --core qemu/],
        [['--shm', shm, '--board', 'virt-m4'], /RP4037 .*virt-m4.*\n.*virt-ivshmem, qemu-ivshmem-m4/],
        [['--shm', shm, '--board', 'virt-m5'], /RP\d+ .*virt-m5/],
        [['--shm', shm, '--board', 'virt-ivshmem', '--core', 'qemu'], /RP5064 .*\n.*qemu-ivshmem-m4/],
        [['--shm', shm, join(dir, 'none.elf')], /none\.elf/],
        [['--shm', shm, '--timeout', '0'], /a number of seconds above 0/],
      ];
      for (const [options, text] of usage) {
        const { status, stderr } = await rproc('attach', ...options);
        assert.is(status, 2, `${options.join(' ')}\n${stderr}`);
        assert.match(stderr, text);
      }
      assert.ok(
        readFileSync(shm).every((byte) => byte === 0),
        'the file is as it was',
      );
    }),
  ),
);

const cases: readonly (readonly [core: string, board: string, absent: string | undefined])[] = [
  ['quickjs', 'virt-ivshmem', undefined],
  ['qemu', 'qemu-ivshmem-m4', nativeReady('arm')],
];

for (const [core, board, absent] of cases) {
  skipUnless(
    test,
    `--core ${core}: an image that runs before Linux is there`,
    absent === undefined,
    absent ?? '',
    deadline(120000, () =>
      inProject({}, async (dir) => {
        const output = join(dir, 'echo.elf');
        const { elf } = (await build({ dir: 'examples/echo', output, board })).image;
        const shm = memory(dir);
        const options = ['--shm', shm, output, '--core', core, '--boot', '--timeout', '3'];
        const { status, stderr } = await rproc('attach', ...options);
        assert.is(status, 0, stderr);
        assert.match(stderr, /waiting for Linux\n1 boots, 0 crashes, 0 kicks from Linux, 0 to it\n$/);
        const table = elfFindTable({ name: 'echo.elf', data: elf }, { err: () => {} })!;
        const file = new MemoryFile(shm);
        const base = fileBase(findBoard(board)!);
        const bytes = new Uint8Array(Number(table.sh_size));
        file.read(Number(table.sh_addr) - base, bytes);
        const [trace] = readTable(bytes).traces;
        const text = new Uint8Array(trace.len);
        file.read(trace.da - base, text);
        file.close();
        assert.match(Buffer.from(text).toString(), /echo is up/);
      }),
    ),
  );

  skipUnless(
    test,
    `--core ${core}: a boot loader refuses what does not fit`,
    absent === undefined,
    absent ?? '',
    deadline(120000, () =>
      inProject({}, async (dir) => {
        const output = join(dir, 'other.elf');
        await build({ dir: 'examples/echo', output, board: 'virt-rv32' });
        const shm = memory(dir);
        const { status, stderr } = await rproc(
          ...['attach', '--shm', shm, output, '--core', core, '--board', board, '--boot', '--timeout', '3'],
        );
        assert.is(status, 1, stderr);
        assert.match(stderr, /RP5044 .*other\.elf cannot be loaded into the memory of/);
      }),
    ),
  );
}

test.run();

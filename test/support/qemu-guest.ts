/** The guest of test/host-sim/cores/qemu/guest, and which emulators this process has. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { qemuMps2An386 } from '../../boards/qemu/mps2-an386.js';
import { type BootOptions, boot, type RemoteUnderTest } from '../../sdk/testing/index.js';
import { onPath } from './need.js';

export const GUEST_CHANNEL = 'rpmsg-guest';
export const guestBoard = qemuMps2An386;

const folder = fileURLToPath(new URL('../host-sim/cores/qemu/guest/', import.meta.url));

/** What the tests with a real emulator need, or why they cannot be had. */
export const guestTools = ['qemu-system-arm', 'arm-none-eabi-gcc'] as const;
export const hasGuestTools = guestTools.every(onPath);

let compiled: Uint8Array | undefined;

/** The ELF image, compiled once. */
export function guestImage(): Uint8Array {
  if (compiled) return compiled;
  const dir = mkdtempSync(join(tmpdir(), 'rproc-guest-'));
  try {
    const output = join(dir, 'guest.elf');
    const target = ['-mcpu=cortex-m4', '-mthumb', '-O1', '-g', '-Wall', '-Wextra', '-Werror'];
    const link = [
      '-ffreestanding',
      '-nostdlib',
      '-T',
      join(folder, 'guest.ld'),
      '-Wl,--no-warn-rwx-segments',
    ];
    execFileSync('arm-none-eabi-gcc', [...target, ...link, '-o', output, join(folder, 'guest.c')]);
    compiled = new Uint8Array(readFileSync(output));
    return compiled;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Boots the guest, gives it to `body`, and ends the emulator. */
export async function withGuest<T>(
  body: (remote: RemoteUnderTest) => Promise<T>,
  options: BootOptions = {},
): Promise<T> {
  const remote = await boot(guestImage(), { board: guestBoard, core: 'qemu', ...options });
  try {
    return await body(remote);
  } finally {
    remote.dispose();
  }
}

/** Process ids of the emulators that `parent` has started and that run. */
export function emulators(parent = process.pid): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, state, ppid] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))!;
      const isQemu = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('qemu-system-');
      if (Number(ppid) === parent && state !== 'Z' && isQemu) found.push(Number(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** True while a process with this id runs. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** What the descriptors of this process lead to. */
export function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}

/** Folders that cores of process `pid` have made and not removed. */
export function privateFolders(pid = process.pid): string[] {
  return ['/dev/shm', tmpdir()].flatMap((dir) =>
    readdirSync(dir)
      .filter((name) => name.startsWith(`rproc-qemu-${pid}-`))
      .map((name) => join(dir, name)),
  );
}

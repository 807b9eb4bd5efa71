/** tshark and capinfos as independent readers of capture files. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { inFolder } from './elf-oracles.js';
import { root } from './sources.js';

/** The dissector as it lies in the sources. */
export const DISSECTOR = join(root, 'host-sim/recording/rpmsg.lua');

/** What `tool` prints about the capture; warnings about the user it runs as go unread. */
function run(tool: string, capture: Uint8Array, args: readonly string[]): string {
  return inFolder({ 'capture.pcapng': capture }, (cwd) =>
    execFileSync(tool, [...args, 'capture.pcapng'], {
      cwd,
      // Neither the user's own plugins nor preferences.
      env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 28,
    }),
  );
}

/** `tshark` with the dissector. */
export function tshark(capture: Uint8Array, args: readonly string[], dissector = DISSECTOR): string {
  return run('tshark', capture, ['-X', `lua_script:${dissector}`, ...args, '-r']);
}

/** One array for each packet: the values of `fields`, as `-T fields` prints them. */
export function tsharkFields(
  capture: Uint8Array,
  fields: readonly string[],
  dissector = DISSECTOR,
): string[][] {
  const wanted = fields.flatMap((field) => ['-e', field]);
  const text = tshark(capture, ['-T', 'fields', ...wanted], dissector);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

/** The `key: value` and `key = value` lines of `capinfos`. */
export function capinfos(capture: Uint8Array): { [key: string]: string } {
  const found: { [key: string]: string } = {};
  for (const line of run('capinfos', capture, []).split('\n')) {
    const match = /^\s*([^:=]+?)\s*[:=]\s+(.*)$/.exec(line);
    // Lines of the interfaces come behind those of the file.
    if (match) found[match[1]] ??= match[2];
  }
  return found;
}

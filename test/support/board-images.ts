/** Images for any board, built as `rproc build` does, with a program that does nothing. */
import type { Board } from '../../boards/board.js';
import { assemble } from '../../sdk/build/assemble.js';
import type { Resource } from '../../sdk/config/resources.js';

const PLACE = { entry: '/src/main.ts', dir: '/', configFile: '/firmware.config.ts', minify: true };

export async function imageFor(board: Board, resources: readonly Resource[]): Promise<Uint8Array> {
  return (await assemble({ name: 'fw', board, resources, ...PLACE }, '0;', '{}')).elf;
}

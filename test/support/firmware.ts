/** Firmware without files, for tests that need no program. */
import type { Board } from '../../boards/board.js';
import { assemble, type Image } from '../../sdk/build/assemble.js';
import type { Firmware } from '../../sdk/config/firmware.js';
import type { Resource } from '../../sdk/config/resources/index.js';

export function bareFirmware(
  board: Board,
  resources: readonly Resource[],
  more: Partial<Firmware> = {},
): Firmware {
  const dir = '/nowhere';
  return {
    name: 'fw',
    board,
    entry: `${dir}/main.ts`,
    resources,
    engine: 'quickjs',
    espruino: undefined,
    sections: [],
    placement: {},
    attach: false,
    minify: true,
    sources: false,
    dir,
    configFile: `${dir}/firmware.config.ts`,
    where: `${dir}/firmware.config.ts:1:1`,
    ...more,
  };
}

/** An image of the real SDK around `code`. */
export function bareImage(
  board: Board,
  resources: readonly Resource[],
  code = '0;',
  more?: Partial<Firmware>,
): Promise<Image> {
  return assemble(bareFirmware(board, resources, more), { code, sourceMap: '{}' });
}

/** The same as bytes of the ELF file. */
export async function bareElf(board: Board, resources: readonly Resource[]): Promise<Uint8Array> {
  return (await bareImage(board, resources)).elf;
}

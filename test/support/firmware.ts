/** Firmware without files, for tests that need no program. */
import type { Board } from '../../boards/board.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import { assemble, type Image } from '../../sdk/build/assemble.js';
import type { Firmware } from '../../sdk/config/firmware.js';
import type { Resource } from '../../sdk/config/resources/index.js';
import { hashOfSource } from '../../sdk/elf/source-hash.js';
import { isNative } from '../../sdk/native/layout.js';
import { hollowProducts } from './hollow-products.js';

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
    profile: 'auto',
    debug: 'lines',
    dir,
    configFile: `${dir}/firmware.config.ts`,
    where: `${dir}/firmware.config.ts:1:1`,
    ...more,
  };
}

/** An image of the real SDK around `code`; on boards with machine code only simulated cores can run it. */
export function bareImage(
  board: Board,
  resources: readonly Resource[],
  code = '0;',
  more?: Partial<Firmware>,
): Promise<Image> {
  const firmware = bareFirmware(board, resources, more);
  if (!isNative(board)) return assemble(firmware, { code, sourceMap: '{}' });
  return assemble(
    firmware,
    {
      ...{ code, sourceMap: '{}', engine: { profile: 'small', version: 'none' } },
      payload: {
        ...{ kind: 'bytecode', bytes: new Uint8Array(16), engineHash: new Uint8Array(16) },
        sourceHash: hashOfSource(utf8Encode(code)),
      },
    },
    { products: hollowProducts(board) },
  );
}

/** The same as bytes of the ELF file. */
export async function bareElf(board: Board, resources: readonly Resource[]): Promise<Uint8Array> {
  return (await bareImage(board, resources)).elf;
}

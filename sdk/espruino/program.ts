/** What a bundle for Espruino is made of, beside the author's modules, and how it becomes the program that the engine runs. */
import { resolve } from 'node:path';
import type { SourceMap } from 'rollup';
import { type MinifyOptions, minify } from 'terser';
import { addressRanges, type Board, RegionUse, regionsFor } from '../../boards/board.js';
import type { DeclaredResource } from '../../runtime/abi/declared-resource.js';
import { mailboxDriverParts } from '../bundle/mailbox-driver.js';
import { hoist, lower } from './lower.js';
import { type AnyMap, chain } from './source-map.js';
import { TABLE_DA_MARK, TABLE_LEN_MARK } from './table-address.js';

/** Comes first: what the runtime needs and the engine lacks. */
export const globalsModule = (runtimeDir: string): string => resolve(runtimeDir, 'hal/espruino-globals.js');

/** Modules of the runtime that have another one in their place: a path of it, or undefined. */
export function replacedModule(
  source: string,
  importer: string | undefined,
  runtimeDir: string,
): string | undefined {
  const isText = importer?.startsWith(runtimeDir) && /(^|\/)utf8\.js$/.test(source);
  return isText ? resolve(runtimeDir, 'hal/espruino-text.js') : undefined;
}

/** Runs before any module of the firmware. */
export function espruinoBoot(
  board: Board,
  declared: readonly DeclaredResource[],
  runtimeDir: string,
  mailboxDir: string,
): string {
  const [kept] = regionsFor(board, RegionUse.table);
  const info = { name: board.name, ranges: addressRanges(board), tableDa: kept?.da };
  const crash = board.native?.crash;
  const setup = {
    table: { da: TABLE_DA_MARK, len: TABLE_LEN_MARK },
    crash: crash && { da: crash.da, value: crash.value, poke: `poke${8 * crash.width}` },
  };
  const file = (path: string): string => JSON.stringify(resolve(runtimeDir, path));
  const texts = [info, declared, setup].map((value) => JSON.stringify(value));
  const boot = `import { bootEspruino } from ${file('boot-espruino.js')};`;
  if (board.mailbox?.remoteBase === undefined) return `${boot}\nbootEspruino(${texts.join(', ')});\n`;
  const { imports, driver } = mailboxDriverParts(board, mailboxDir);
  return [
    boot,
    `import { mailboxHal } from ${file('hal/mailbox-hal.js')};`,
    ...imports,
    `bootEspruino(${texts.join(', ')}, (registers) => mailboxHal(registers, ${driver}));\n`,
  ].join('\n');
}

/** The bundled `code` as Espruino runs it; `shape` says how it is printed. */
export async function lowerProgram(
  code: string,
  shape: MinifyOptions,
): Promise<{ readonly code: string; readonly map: SourceMap }> {
  const lowered = lower(code);
  const printed = await minify(lowered.code, {
    ...shape,
    ecma: 5,
    sourceMap: { asObject: true },
    ...(shape.compress ? { compress: { ...(shape.compress as object), negate_iife: false } } : {}),
    // Strings hold bytes: a character beyond ASCII in the text would be two of them.
    format: { ...shape.format, ascii_only: true },
  });
  const { code: text, map } = hoist({
    code: printed.code!,
    map: chain(lowered.map as unknown as AnyMap, printed.map as AnyMap),
  });
  // rollup takes decoded mappings too; its types know of the other form only.
  return { code: text, map: map as unknown as SourceMap };
}

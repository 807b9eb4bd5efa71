/** Loads firmware.config.ts and turns it into a checked firmware. */
import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { boards, findBoard } from '../../boards/index.js';
import { configFailed, configMissing, unknownBoard } from '../errors.js';
import type { FirmwareDeclaration } from './define.js';
import type { Firmware } from './firmware.js';
import * as configuration from './index.js';
import { checkShape } from './shape.js';
import { checkFirmware } from './validate/index.js';

export const CONFIG_FILE = 'firmware.config.ts';

/**
 * Loads the configuration in folder `dir`; `board` overrides the board it names.
 * @throws ProblemError with every problem found, each with its declaration's place
 */
export async function loadFirmware(dir: string, board?: string): Promise<Firmware> {
  const folder = resolve(dir);
  const configFile = join(folder, CONFIG_FILE);
  if (!existsSync(folder) || !statSync(folder).isDirectory() || !existsSync(configFile)) {
    throw configMissing(configFile);
  }
  return resolveFirmware(await importConfig(configFile), configFile, board);
}

/** Checks a declaration that comes from `configFile`; throws ProblemError. */
export function resolveFirmware(declared: unknown, configFile: string, boardName?: string): Firmware {
  const declaration: FirmwareDeclaration = checkShape(declared, configFile);
  const wanted = boardName ?? declaration.board;
  const board = typeof wanted === 'string' ? findBoard(wanted) : wanted;
  if (!board) {
    const place = boardName === undefined ? (declaration.where ?? configFile) : undefined;
    throw unknownBoard(
      String(wanted),
      boards.map(({ name }) => name),
      place,
    );
  }
  const dir = dirname(configFile);
  const firmware = {
    name: declaration.name,
    board,
    entry: declaration.entry === undefined ? undefined : resolve(dir, declaration.entry),
    resources: declaration.resources,
    engine: declaration.engine ?? 'quickjs',
    espruino: declaration.espruino,
    sections: declaration.sections ?? [],
    placement: declaration.placement ?? {},
    attach: declaration.attach ?? false,
    minify: declaration.minify ?? true,
    sources: declaration.sources ?? false,
    profile: declaration.profile ?? 'auto',
    debug: declaration.debug ?? 'lines',
    dir,
    configFile,
    where: declaration.where ?? configFile,
  };
  checkFirmware(firmware);
  return firmware;
}

async function importConfig(file: string): Promise<unknown> {
  const own = fileURLToPath(import.meta.url);
  const jiti = createJiti(own, {
    // The configuration must get this very SDK, however the project is installed; formats that it shares with the
    // firmware come from the runtime.
    virtualModules: { 'rproc-sdk': configuration },
    alias: { 'rproc-sdk/runtime': join(dirname(own), '../../runtime', `index${extname(own)}`) },
    fsCache: false,
    moduleCache: false,
    interopDefault: true,
  });
  try {
    return await jiti.import(file, { default: true });
  } catch (error) {
    throw configFailed(file, error);
  }
}

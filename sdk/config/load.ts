/** Loads firmware.config.ts and turns it into a checked firmware. */
import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { type Board, boards, findBoard } from '../../boards/index.js';
import { configFailed, configMissing, unknownBoard } from '../errors.js';
import type { FirmwareDeclaration } from './define.js';
import type { Resource } from './resources.js';
import { checkFirmware, checkShape } from './validate.js';

export const CONFIG_FILE = 'firmware.config.ts';

/** A firmware whose declaration holds. */
export interface Firmware {
  readonly name: string;
  readonly board: Board;
  /** Absolute path. */
  readonly entry: string;
  readonly resources: readonly Resource[];
  readonly minify: boolean;
  /** The image carries the original sources. */
  readonly sources: boolean;
  /** Absolute path of the folder with the configuration. */
  readonly dir: string;
  /** Absolute path of the configuration file. */
  readonly configFile: string;
}

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
    entry: resolve(dir, declaration.entry),
    resources: declaration.resources,
    minify: declaration.minify ?? true,
    sources: declaration.sources ?? false,
    dir,
    configFile,
  };
  checkFirmware(firmware, declaration.where ?? configFile);
  return firmware;
}

async function importConfig(file: string): Promise<unknown> {
  // The configuration must get this very SDK, however the project is installed.
  const own = fileURLToPath(import.meta.url);
  const index = join(dirname(own), '..', `index${extname(own)}`);
  const jiti = createJiti(own, {
    alias: { 'rproc-sdk': index },
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

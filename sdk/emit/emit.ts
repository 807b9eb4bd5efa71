/** `rproc emit` as a function: what a firmware in C needs to carry the declared resource table. */
import { join, resolve } from 'node:path';
import { cpus } from '../../boards/cpus.js';
import type { Firmware } from '../config/firmware.js';
import { loadFirmware } from '../config/load.js';
import { writeAll } from '../files/write-all.js';
import { tableObject } from '../table/table-object.js';
import { cHeader } from './c-header.js';
import { deviceTree } from './device-tree.js';
import { cLinkerScript, type ScriptOptions, scriptFragment } from './scripts.js';

/** What to emit, and numbers of the linker script. */
export interface EmitOptions extends Partial<ScriptOptions> {
  /** Folder with firmware.config.ts; the current folder when left out. */
  readonly dir?: string;
  /** Folder for the files; `dir` when left out. */
  readonly output?: string;
  /** Board instead of the one that the configuration names. */
  readonly board?: string;
}

/** What was written. */
export interface EmitResult {
  readonly firmware: Firmware;
  /** Absolute paths. */
  readonly files: {
    /** ELF relocatable with `.resource_table` and the trace buffers. */
    readonly object: string;
    readonly header: string;
    /** A complete linker script. */
    readonly script: string;
    /** What a script of the author's own INCLUDEs instead. */
    readonly fragment: string;
    readonly deviceTree: string;
  };
  /** Bytes of the resource table. */
  readonly tableBytes: number;
}

/** Armv7-M start-up code calls it so, and the entry of others may be named alike. */
const ENTRY = 'Reset_Handler';
const STACK_BYTES = 4096;

/** Writes all files or none; throws ProblemError. */
export async function emit(options: EmitOptions = {}): Promise<EmitResult> {
  const firmware = await loadFirmware(options.dir ?? '.', options.board);
  const { board, name, resources } = firmware;
  const folder = resolve(options.output ?? firmware.dir);
  const files = {
    object: join(folder, 'resource_table.o'),
    header: join(folder, 'resource_table.h'),
    script: join(folder, `${name}.ld`),
    fragment: join(folder, 'resource_table.ld'),
    deviceTree: join(folder, `${name}-reserved-memory.dtsi`),
  };
  const { entry = ENTRY, stack = STACK_BYTES, heap = 0 } = options;
  const table = tableObject(cpus[board.cpu].machine, resources, true);
  await writeAll([
    [files.object, table.object],
    [files.header, cHeader(firmware)],
    [files.script, cLinkerScript(firmware, { entry, stack, heap })],
    [files.fragment, scriptFragment(firmware)],
    [files.deviceTree, deviceTree(firmware)],
  ]);
  return { firmware, files, tableBytes: table.tableBytes };
}

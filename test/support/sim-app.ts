/** Programs for the simulated core, written by hand: JavaScript over the bare hal, without runtime/. */
import type { Board } from '../../boards/board.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { Simulation } from '../../host-sim/simulation.js';
import { type AppFields, packApp } from './pack-app.js';
import { image, table, trace } from './sim-images.js';

export const APP_DA = 0x10008000;
export const SCRATCH_DA = 0x10004000;
export const TABLE_LEN = 16 + 4 + 48;

export type { AppFields };

/** `.rproc.app`: header and source, with the table where `appImage` has it. */
export function appBytes(source: string, fields: AppFields = {}): Uint8Array {
  return packApp(source, { table_da: 0x10000000, table_len: TABLE_LEN, ...fields });
}

/** An image with a trace entry over SCRATCH_DA and this app; no app where it is undefined. */
export function appImage(app: Uint8Array | undefined): Uint8Array {
  const scratch = { at: SCRATCH_DA, memsz: 0x1000 };
  const segments = app ? [scratch, { at: APP_DA, data: app }] : [scratch];
  return image({ table: table([trace(SCRATCH_DA, 0x1000)]), segments });
}

/** What the programs are given: short names for the hal. */
const PRELUDE = `
const hal = globalThis.__rproc_hal;
const say = (text) => hal.log(Uint8Array.from(String(text), (c) => c.charCodeAt(0)));
`;

export interface Ran {
  readonly sim: Simulation;
  readonly errno: number;
  /** What the program logged, one entry a call. */
  readonly said: string[];
  /** The kernel's lines without the remoteproc prefix, from "powering up" on. */
  readonly lines: () => string[];
}

export interface AppOptions {
  readonly seed?: number;
  readonly fields?: AppFields;
  readonly board?: Board;
}

/** Boots a program and runs what is ready. */
export async function runApp(source: string, options: AppOptions = {}): Promise<Ran> {
  return runImage(appImage(appBytes(PRELUDE + source, options.fields)), options);
}

export async function runImage(file: Uint8Array, { seed, board = virtM4 }: AppOptions = {}): Promise<Ran> {
  const said: string[] = [];
  const sim = new Simulation({
    board,
    seed,
    recovery: false,
    onFirmwareLog: (bytes) => said.push(Buffer.from(bytes).toString('latin1')),
  });
  sim.setFirmware('fw.elf', file);
  const errno = await sim.start();
  sim.settle();
  const lines = (): string[] =>
    sim.kernel.log.lines.map(({ text }) => text.replace('remoteproc remoteproc0: ', '')).slice(1);
  return { sim, errno, said, lines };
}

/** Interrupts the core as Linux does, and lets it work. */
export function kickCore({ sim }: Ran): void {
  sim.core.kick(0);
  sim.settle();
}

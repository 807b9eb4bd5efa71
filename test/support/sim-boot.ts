/** A simulated Linux with a core that runs no code: it records what Linux asks of it. */
import type { Board } from '../../boards/board.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { type Core, type CoreStart, CrashType } from '../../host-sim/cores/core.js';
import type { FaultPlan } from '../../host-sim/faults/plan.js';
import type { KernelVersion } from '../../host-sim/kernel.js';
import type { Recorder } from '../../host-sim/recording/recorder.js';
import { type CoreParts, Simulation } from '../../host-sim/simulation.js';
import { pa } from '../../runtime/abi/address.js';
import { FwRscHdr, FwRscVdev, FwRscVdevVring, ResourceTable } from '../../runtime/abi/resource-table.js';
import { type ImageOptions, image, table } from './sim-images.js';

export class StubCore implements Core {
  /** `start`, `stop` and `kick N` in the order in which they came. */
  readonly calls: string[] = [];
  started: CoreStart | undefined;
  onStart: () => void | Promise<void> = () => {};
  onStop: () => void = () => {};
  onKick: (notifyid: number) => void = () => {};
  /** Absent: Linux has no way to ask. */
  request?: Core['request'];

  constructor(readonly parts: CoreParts) {}

  async start(what: CoreStart): Promise<void> {
    this.calls.push('start');
    this.started = what;
    this.parts.memory.moveInto((block) => block);
    await this.onStart();
  }

  async stop(): Promise<void> {
    this.calls.push('stop');
    this.onStop();
    this.parts.memory.release();
  }

  kick(notifyid: number): void {
    this.calls.push(`kick ${notifyid}`);
    this.onKick(notifyid);
  }

  /** From now on requests are recorded as `ask shutdown` and answered after `ms`, or never. */
  answerAfter(ms: number, granted = true): void {
    const { scheduler } = this.parts;
    this.request = (request, answered) => {
      this.calls.push(`ask ${request}`);
      if (ms !== Infinity) scheduler.at(scheduler.now + ms, () => answered(granted));
    };
  }
}

export interface BenchOptions {
  readonly recovery?: boolean;
  readonly board?: Board;
  readonly kernel?: KernelVersion;
  readonly recorders?: readonly Recorder[];
  /** Registered as detached; `loaderStarts` is what runs before Linux looks. */
  readonly detached?: boolean;
  readonly autoBoot?: boolean;
  /** Linux sees memory through a cache that is not coherent. */
  readonly cacheLine?: number;
  readonly faults?: FaultPlan;
}

/** Physical address of the tables on virt-m4, and their device address. */
export const TABLE_DA = 0x10000000;
const rproc0 = 'remoteproc remoteproc0: ';

export class Bench {
  readonly sim: Simulation;
  readonly core: StubCore;
  /** Kernel lines that `lines` has handed out. */
  private seen = 0;

  constructor(options: BenchOptions = {}) {
    let core!: StubCore;
    this.sim = new Simulation({
      board: options.board ?? virtM4,
      kernel: options.kernel,
      recorders: options.recorders,
      recovery: options.recovery ?? false,
      detached: options.detached,
      autoBoot: options.autoBoot,
      cacheLine: options.cacheLine,
      faults: options.faults,
      core: (parts) => {
        core = new StubCore(parts);
        return core;
      },
    });
    this.core = core;
    this.lines();
  }

  /** Starts `file`; the result and the log lines from "powering up" on. */
  async start(file?: Uint8Array): Promise<{ errno: number; log: string[] }> {
    if (file) this.sim.setFirmware('fw.elf', file);
    const errno = await this.sim.start();
    return { errno, log: this.lines() };
  }

  /** The boot loader loads `file` and lets the core run. */
  async loaderStarts(file: Uint8Array): Promise<void> {
    const errno = await this.sim.processors[0].bootByLoader(file);
    if (errno !== 0) throw new Error(this.lines().join('\n'));
  }

  /** `echo -n TEXT > PATH`, below the processor's directory in sysfs unless the path is absolute. */
  write(file: string, text: string): Promise<number> {
    const written = this.sim.sysfs.write(this.path(file), text);
    return this.sim.scheduler.finish(Promise.resolve(written));
  }

  /** `cat PATH`, as above. */
  read(file: string): string | number {
    return this.sim.sysfs.read(this.path(file));
  }

  private path(file: string): string {
    return file.startsWith('/') ? file : `/sys/class/remoteproc/remoteproc0/${file}`;
  }

  /** The core reports a crash; the lines of what Linux does about it, if `ms` virtual ms are enough. */
  async crash(type: number = CrashType.fatal, ms = 0): Promise<string[]> {
    this.core.parts.events.crashed({ type: type as CrashType, reason: 'broken by the test', stack: [] });
    await this.sim.run(() => false, ms);
    return this.lines();
  }

  /** Lines since the last call; those of the remoteproc device without their prefix. */
  lines(): string[] {
    const all = this.sim.kernel.log.lines.map(({ text }) => text);
    const fresh = all.slice(this.seen);
    this.seen = all.length;
    return fresh.map((text) => (text.startsWith(rproc0) ? text.slice(rproc0.length) : text));
  }

  /** The bytes at device address `da` now. */
  at(da: number, len: number): Uint8Array {
    const bytes = this.sim.memory.bytesAtDa(da, len);
    if (!bytes) throw new Error(`no memory at 0x${da.toString(16)}`);
    return bytes;
  }

  /** As the core has them, which may be something else. */
  coreHas(address: number, len: number): Uint8Array {
    return this.core.parts.memory.bytes(pa(address), len);
  }

  atPa(address: number, len: number): Uint8Array {
    return this.sim.memory.bytes(pa(address), len);
  }
}

/** One boot of an image with this table on a fresh system. */
export async function bootTable(entries: readonly Uint8Array[], options: BenchOptions & ImageOptions = {}) {
  const bench = new Bench(options);
  const bytes = options.table ?? table(entries);
  const tableAt = options.tableAt ?? tableAddress(options.board);
  const file = image({ tableAt, ...options, table: bytes });
  return { bench, file, table: bytes, ...(await bench.start(file)) };
}

function tableAddress(board: Board = virtM4): number {
  return board.memory.find(({ use }) => use === 'image')!.da;
}

/** The lines of a boot that gets as far as `lines`, for a file of this size. */
export function bootLog(file: Uint8Array, ...lines: readonly string[]): string[] {
  return ['powering up m4', `Booting fw image fw.elf, size ${file.length}`, ...lines];
}

/** Entry `i` of a table: where its payload starts. */
export function payloadOf(bytes: Uint8Array, i: number): number {
  const view = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  return view.getUint32(ResourceTable.size + 4 * i, true) + FwRscHdr.size;
}

/** What Linux writes into a vdev entry. */
export function vdevState(bytes: Uint8Array, i = 0) {
  const at = payloadOf(bytes, i);
  const { status, gfeatures, num_of_vrings } = FwRscVdev.unpack(bytes, at);
  const vrings = Array.from({ length: num_of_vrings }, (_, n) => {
    const { da, notifyid, pa } = FwRscVdevVring.unpack(bytes, at + FwRscVdev.size + n * FwRscVdevVring.size);
    return { da, notifyid, pa };
  });
  return { status, gfeatures, vrings };
}

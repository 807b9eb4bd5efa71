/** The remote core as a whole: resource table, virtio devices, trace, timers, over one hal. */

import type { DeclaredResource } from './abi/declared-resource.js';
import { utf8Encode } from './abi/utf8.js';
import { VIRTIO_ID_RPMSG } from './abi/virtio.js';
import { describeError, type FirmwareConsole, makeConsole } from './console.js';
import type { BoardInfo, Hal } from './hal/hal.js';
import { RpmsgDevice } from './rpmsg/device.js';
import { type LoadedTable, readTable } from './table.js';
import { Timers } from './timers.js';
import { TraceBuffer } from './trace.js';
import { Vdev } from './virtio/vdev.js';

/** How often a status byte is looked at when no kick comes: Linux changes it without telling (ms). */
const STATUS_POLL_BEFORE = 10;
const STATUS_POLL_LIVE = 100;

export class Remote {
  readonly vdevs: readonly Vdev[];
  /** The rpmsg device of each vdev with id 7, in table order. */
  readonly rpmsg: readonly RpmsgDevice[];
  readonly console: FirmwareConsole;
  readonly timers: Timers;
  readonly table: LoadedTable;
  /** One for each trace entry that was written to. */
  private readonly traceBuffers: TraceBuffer[] = [];
  /** When the status bytes are looked at next without a kick. */
  private statusDue = 0;
  /** What the hal's alarm was last set to. */
  private alarmAt = Infinity;
  private crashed = false;

  constructor(
    readonly hal: Hal,
    readonly board: BoardInfo,
    /** The entries as the configuration names them. */
    readonly declared: readonly DeclaredResource[] = [],
  ) {
    const table = readTable(hal);
    this.table = table;
    if (table.traces.length > 0) this.traceBuffer(0);
    this.console = makeConsole((line) => this.writeLine(line));
    this.timers = new Timers(
      () => hal.now(),
      () => this.armAlarm(),
    );
    const rpmsg: RpmsgDevice[] = [];
    this.vdevs = table.vdevs.map((entry) => {
      const vdev = new Vdev(hal, board, entry, this);
      if (vdev.id === VIRTIO_ID_RPMSG) {
        const device = new RpmsgDevice(hal, this.timers, vdev);
        vdev.drive(device);
        rpmsg.push(device);
      }
      return vdev;
    });
    this.rpmsg = rpmsg;
  }

  /** Begins to follow the host; the first look at the status bytes comes with the first alarm. */
  start(): void {
    // Nearly always there is one vdev; a loop would be a tenth of a kick's cost.
    this.hal.onKick(this.vdevs.length === 1 ? this.vdevs[0].poll : () => this.poll());
    this.hal.onAlarm(() => {
      try {
        this.alarm();
      } catch (error) {
        this.fail(error);
      }
    });
    this.statusDue = this.hal.now();
    this.armAlarm();
  }

  /** What nobody caught ends the core; what a crash itself throws only unwinds. */
  fail(error: unknown): never {
    if (this.crashed) throw error;
    return this.crash(error);
  }

  /** Ends the core with what was thrown; the trace keeps it too. */
  crash(error: unknown): never {
    this.crashed = true;
    const { reason, stack } = describeError(error);
    this.writeLine('crash: ' + reason + (stack ? '\n' + stack : ''));
    return this.hal.crash(reason, stack);
  }

  /** The buffer of trace entry `index`, empty when it is asked for the first time. */
  traceBuffer(index: number): TraceBuffer {
    const { da, len } = this.table.traces[index];
    const buffers = this.traceBuffers;
    if (!buffers[index]) buffers[index] = new TraceBuffer(this.hal.memory(da, len), len);
    return buffers[index];
  }

  /** Looks at the status bytes and the rings of all vdevs now. */
  poll(): void {
    for (const vdev of this.vdevs) vdev.poll();
  }

  private alarm(): void {
    const now = this.hal.now();
    this.alarmAt = Infinity;
    this.poll();
    this.timers.run(now);
    if (now >= this.statusDue) {
      let every = STATUS_POLL_LIVE;
      for (const vdev of this.vdevs) {
        if (!vdev.waits) continue;
        every = STATUS_POLL_BEFORE;
        const report = vdev.silence(now);
        if (report) this.writeLine(report);
      }
      this.statusDue = now + every;
    }
    this.armAlarm();
  }

  private armAlarm(): void {
    const at = this.vdevs.length ? Math.min(this.timers.next, this.statusDue) : this.timers.next;
    if (at === this.alarmAt) return;
    this.alarmAt = at;
    this.hal.setAlarm(at);
  }

  private writeLine(line: string): void {
    const bytes = utf8Encode(line + '\n');
    if (this.traceBuffers.length > 0) this.traceBuffers[0].write(bytes);
    this.hal.log(bytes);
  }
}

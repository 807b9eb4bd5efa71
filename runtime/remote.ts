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
/** After this long without DRIVER_OK the trace says what is seen (ms). */
const SILENCE = 15000;

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
  /** When a vdev that is not up is reported; once for each wait. */
  private reportAt = SILENCE;
  /** How often hosts had come and gone when the status bytes were looked at. */
  private changes = 0;

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
    const alarms = {
      start: (callback: () => void, delay: number) => this.timers.start(callback, delay, false, []),
      stop: (id: number) => this.timers.stop(id),
      fail: (error: unknown) => this.fail(error),
    };
    const rpmsg: RpmsgDevice[] = [];
    this.vdevs = table.vdevs.map((entry) => {
      const vdev = new Vdev(hal, board, entry, alarms);
      if (vdev.id === VIRTIO_ID_RPMSG) {
        const device = new RpmsgDevice(hal, alarms, vdev);
        vdev.attach(device);
        rpmsg.push(device);
      }
      return vdev;
    });
    this.rpmsg = rpmsg;
  }

  /** Begins to follow the host; the first look at the status bytes comes with the first alarm. */
  start(): void {
    const [first, ...more] = this.vdevs;
    // Nearly always there is one vdev; a loop would be a tenth of a kick's cost.
    const single = first !== undefined && more.length === 0;
    this.hal.onKick(single ? first.poll : () => this.poll());
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
  private fail(error: unknown): never {
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
    const known = this.traceBuffers[index];
    if (known) return known;
    this.traceBuffers[index] = new TraceBuffer(this.hal.memory(da, len), len);
    return this.traceBuffers[index];
  }

  private poll(): void {
    const vdevs = this.vdevs;
    for (let i = 0; i < vdevs.length; i++) vdevs[i].poll();
  }

  private alarm(): void {
    const now = this.hal.now();
    this.alarmAt = Infinity;
    for (let i = 0; i < this.vdevs.length; i++) this.vdevs[i].look();
    this.timers.run(now);
    if (now >= this.statusDue) {
      const live = !this.vdevs.some((vdev) => vdev.waits);
      const changes = this.vdevs.reduce((sum, vdev) => sum + vdev.changes, 0);
      if (live || changes !== this.changes) this.reportAt = now + SILENCE;
      else if (now >= this.reportAt) this.reportSilence();
      this.changes = changes;
      this.statusDue = now + (live ? STATUS_POLL_LIVE : STATUS_POLL_BEFORE);
    }
    this.armAlarm();
  }

  /** A firmware that waits for its host for ever is the commonest failure of all: say once what there is to see. */
  private reportSilence(): void {
    this.reportAt = Infinity;
    for (const vdev of this.vdevs) if (vdev.waits) this.writeLine(vdev.diagnosis(SILENCE));
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

/**
 * One virtio device of the resource table, seen from the remote. The host writes gfeatures, vring addresses
 * and the status byte into the loaded table only when its driver binds, so nothing but the status is read
 * before DRIVER_OK (drivers/remoteproc/remoteproc_virtio.c).
 */
import { hex, reportedDa } from '../abi/address.js';
import { FwRscVdev, FwRscVdevVring } from '../abi/resource-table.js';
import {
  VIRTIO_CONFIG_S_ACKNOWLEDGE,
  VIRTIO_CONFIG_S_DRIVER,
  VIRTIO_CONFIG_S_DRIVER_OK,
  VIRTIO_CONFIG_S_FAILED,
  VIRTIO_RING_F_EVENT_IDX,
} from '../abi/virtio.js';
import { u32At } from '../abi/words.js';
import type { BoardInfo, Hal } from '../hal/hal.js';
import { nothing } from '../nothing.js';
import type { VdevEntry } from '../table.js';
import type { Alarms } from '../timers.js';
import { HOST_RESTARTED, Virtqueue } from './virtqueue.js';

/** What a device driver on this side implements. */
export interface VdevDriver {
  /** For each vring: does the host post buffers that we fill? */
  readonly writable: readonly boolean[];
  /** DRIVER_OK appeared: rings and features are valid from now on. Returns what to call after each kick. */
  start(queues: readonly Virtqueue[], features: number): () => void;
  /** Status left DRIVER_OK: rings and buffers must not be touched any more. */
  stop(): void;
}

/** What a vdev needs of the core around it. */
export interface VdevEnv {
  readonly timers: Alarms;
  /** Ends the core with what nobody caught. */
  fail(error: unknown): never;
}

/** A virtio device of the resource table and how far the host has come with it. */
export class Vdev {
  /** Position among the vdevs of the table, from 0. */
  readonly index: number;
  /** Virtio device id: 7 is rpmsg. */
  readonly id: number;
  /** True between DRIVER_OK and the host's reset. */
  live = false;
  /** Follows the status byte and lets the driver work. A kick enters the stack here, so it is a plain closure. */
  readonly poll: () => void;
  private driver: VdevDriver | undefined;
  /** When it is reported that the host does not come; once for each wait. */
  private reportAt = TIMEOUT_MS;
  /** Who waits for DRIVER_OK. */
  private whenLive: (() => void)[] = [];
  private readonly bytes: Uint8Array;

  constructor(
    private readonly hal: Hal,
    private readonly board: BoardInfo,
    private readonly entry: VdevEntry,
    private readonly env: VdevEnv,
  ) {
    this.index = entry.index;
    this.id = entry.id;
    this.bytes = entry.bytes;
    const status = entry.bytes.subarray(FwRscVdev.offset.status);
    /** The status byte as last followed; -1 while there is no driver to tell of it. */
    let seen = 0;
    let work = nothing;
    this.poll = () => {
      try {
        if (status[0] !== seen) {
          const ok = (status[0] & VIRTIO_CONFIG_S_DRIVER_OK) !== 0;
          seen = this.driver ? status[0] : -1;
          if (ok !== this.live) work = this.follow(ok);
        }
        work();
      } catch (error) {
        if (error !== HOST_RESTARTED) env.fail(error);
        work = restart;
        this.poll();
      }
    };
    const restart = (): void => {
      this.follow(false);
      work = this.follow(true);
      work();
    };
  }

  /** The status byte, read anew each time. */
  get status(): number {
    return this.bytes[FwRscVdev.offset.status];
  }

  /** A driver of this side waits for the host. */
  get waits(): boolean {
    return this.driver !== undefined && !this.live;
  }

  /** Features that the host accepted; valid while `live`. */
  get features(): number {
    return u32At(this.bytes, FwRscVdev.offset.gfeatures);
  }

  /** The configuration space, live; empty when the entry has none. */
  get config(): Uint8Array {
    // The entry ends with it.
    return this.bytes.subarray(FwRscVdev.size + this.vrings * FwRscVdevVring.size);
  }

  /** Hands the device to `driver`, which is started when the host sets DRIVER_OK and stopped when it resets. */
  attach(driver: VdevDriver): void {
    this.drive({
      writable: driver.writable,
      start: (queues, features) => {
        const run = driver.start(queues, features);
        return () => {
          for (const queue of queues) queue.look();
          run();
        };
      },
      stop: () => driver.stop(),
    });
  }

  /** As `attach`, for a driver whose work throws HOST_RESTARTED itself. */
  drive(driver: VdevDriver): void {
    this.driver = driver;
  }

  /** Starts or stops the driver; what it does on its rings from now on. */
  private follow(ok: boolean): () => void {
    const driver = this.driver;
    if (!driver) return nothing;
    this.live = ok;
    this.reportAt = this.hal.now() + TIMEOUT_MS;
    if (!ok) {
      driver.stop();
      return nothing;
    }
    const run = driver.start(this.bringUp(driver.writable), this.features);
    const waiting = this.whenLive;
    this.whenLive = [];
    for (const tell of waiting) tell();
    return run;
  }

  /**
   * Fulfilled when the host has set DRIVER_OK. Rejects after `timeoutMs` (15 s when left out) with an Error that says what
   * the status byte tells and where it is.
   */
  ready(timeoutMs = TIMEOUT_MS): Promise<void> {
    if (this.live) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const tell = () => {
        this.env.timers.stop(alarm);
        resolve();
      };
      const alarm = this.env.timers.start(() => {
        this.whenLive = this.whenLive.filter((other) => other !== tell);
        reject(new Error(this.diagnosis(timeoutMs)));
      }, timeoutMs);
      this.whenLive.push(tell);
    });
  }

  /**
   * What to tell of a host that has not come, when it is time to: a firmware that waits for its host for ever is the
   * commonest failure of all.
   */
  silence(now: number): string | undefined {
    if (now < this.reportAt) return undefined;
    this.reportAt = Infinity;
    return this.diagnosis(TIMEOUT_MS);
  }

  /** Why the host is not there, as far as this side can see. */
  diagnosis(afterMs: number): string {
    const at = hex(this.entry.da + FwRscVdev.offset.status);
    return (
      'vdev ' +
      this.index +
      ' (virtio id ' +
      this.id +
      ') is not up after ' +
      afterMs / 1000 +
      ' s: its status byte at ' +
      at +
      ' is ' +
      hex(this.status, 1) +
      ', ' +
      statusText(this.status, this.board, this.hal)
    );
  }

  private get vrings(): number {
    return this.bytes[FwRscVdev.offset.num_of_vrings];
  }

  private bringUp(writable: readonly boolean[]): Virtqueue[] {
    const events = (this.features & (1 << VIRTIO_RING_F_EVENT_IDX)) !== 0;
    const queues: Virtqueue[] = [];
    for (let i = 0; i < this.vrings; i++) {
      const vring = this.bytes.subarray(FwRscVdev.size + i * FwRscVdevVring.size);
      const config = {
        da: reportedDa(this.board.ranges, u32At(vring, FwRscVdevVring.offset.da)),
        num: u32At(vring, FwRscVdevVring.offset.num),
        align: u32At(vring, FwRscVdevVring.offset.align),
        notifyid: u32At(vring, FwRscVdevVring.offset.notifyid),
      };
      queues.push(new Virtqueue(this.hal, this.board, config, writable[i], events));
    }
    return queues;
  }
}

/** As long as Linux's senders wait for a buffer (ms). */
const TIMEOUT_MS = 15000;

function statusText(status: number, { tableDa }: BoardInfo, { table: { da } }: Hal): string {
  if (status & VIRTIO_CONFIG_S_FAILED)
    return 'Linux gave up on the device: its log says why the driver failed';
  if (status & VIRTIO_CONFIG_S_DRIVER) return 'a driver is being bound: its log says what it waits for';
  if (status & VIRTIO_CONFIG_S_ACKNOWLEDGE)
    return 'Linux knows the device, but no driver for its id is loaded';
  return tableDa !== undefined && tableDa !== da
    ? 'and Linux keeps the table at ' + hex(tableDa) + ' while ' + hex(da) + ' is watched here'
    : 'Linux has not registered the device, or works on another copy of the table than the one at ' + hex(da);
}

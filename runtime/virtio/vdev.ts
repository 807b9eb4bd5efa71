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
import type { BoardInfo, Hal } from '../hal/hal.js';
import type { VdevEntry } from '../table.js';
import type { Alarms } from '../timers.js';
import { Virtqueue } from './virtqueue.js';

/** What a device driver on this side implements. */
export interface VdevDriver {
  /** For each vring: does the host post buffers that we fill? */
  readonly writable: readonly boolean[];
  /** DRIVER_OK appeared: rings and features are valid from now on. Returns what to call after each kick. */
  start(queues: readonly Virtqueue[], features: number): () => void;
  /** Status left DRIVER_OK: rings and buffers must not be touched any more. */
  stop(): void;
  /** The rings are not those any more that `start` was given, though the status byte says so; asked now and then. */
  lost?(): boolean;
}

/** What a vdev needs of the core around it. */
export interface VdevEnv extends Alarms {
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
  /** How often `live` has changed. */
  changes = 0;
  /** Follows the status byte and lets the driver work. A kick enters the stack here, so it is a plain closure. */
  readonly poll: () => void;
  /** As `poll`, but also finds a driver that was unbound and bound again between two looks at the status byte. */
  readonly look: () => void;
  private driver: VdevDriver | undefined;
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
    const status = entry.bytes.subarray(STATUS, STATUS + 1);
    /** The status byte as last followed; -1 while there is no driver to tell of it. */
    let seen = 0;
    let work: (() => void) | undefined;
    this.poll = () => {
      try {
        if (status[0] !== seen) {
          const ok = (status[0] & VIRTIO_CONFIG_S_DRIVER_OK) !== 0;
          seen = this.driver ? status[0] : -1;
          if (ok !== this.live) work = this.follow(ok);
        }
        if (work !== undefined) work();
      } catch (error) {
        env.fail(error);
      }
    };
    this.look = () => {
      const { driver } = this;
      if (this.live && driver && driver.lost && driver.lost()) {
        // The byte says DRIVER_OK again: seen as a change, it starts the driver on the new rings.
        this.follow(false);
        work = undefined;
        seen = 0;
      }
      this.poll();
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
    return FwRscVdev.over(this.bytes).gfeatures;
  }

  /** The configuration space, live; empty when the entry has none. */
  get config(): Uint8Array {
    const { num_of_vrings, config_len } = FwRscVdev.over(this.bytes);
    const start = FwRscVdev.size + num_of_vrings * FwRscVdevVring.size;
    return this.bytes.subarray(start, start + config_len);
  }

  /** Hands the device to `driver`, which is started when the host sets DRIVER_OK and stopped when it resets. */
  attach(driver: VdevDriver): void {
    this.driver = driver;
  }

  /** Starts or stops the driver; what it does on its rings from now on. */
  private follow(ok: boolean): (() => void) | undefined {
    const driver = this.driver;
    if (!driver) return undefined;
    this.live = ok;
    this.changes++;
    if (!ok) {
      driver.stop();
      return undefined;
    }
    const work = driver.start(this.bringUp(driver.writable), this.features);
    const waiting = this.whenLive;
    this.whenLive = [];
    for (const tell of waiting) tell();
    return work;
  }

  /**
   * Fulfilled when the host has set DRIVER_OK. Rejects after `timeoutMs` (15 s when left out) with an Error that says what
   * the status byte tells and where it is.
   */
  ready(timeoutMs = READY_TIMEOUT_MS): Promise<void> {
    if (this.live) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const tell = () => {
        this.env.stop(alarm);
        resolve();
      };
      const alarm = this.env.start(() => {
        this.whenLive = this.whenLive.filter((other) => other !== tell);
        reject(new Error(this.diagnosis(timeoutMs)));
      }, timeoutMs);
      this.whenLive.push(tell);
    });
  }

  /** Why the host is not there, as far as this side can see. */
  diagnosis(afterMs: number): string {
    const at = hex(this.entry.da + STATUS);
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

  private bringUp(writable: readonly boolean[]): Virtqueue[] {
    const entry = FwRscVdev.unpack(this.bytes);
    const events = (entry.gfeatures & (1 << VIRTIO_RING_F_EVENT_IDX)) !== 0;
    const queues: Virtqueue[] = [];
    for (let i = 0; i < entry.num_of_vrings; i++) {
      const vring = FwRscVdevVring.unpack(this.bytes, FwRscVdev.size + i * FwRscVdevVring.size);
      const at = reportedDa(this.board.ranges, vring.da);
      const config = { da: at, num: vring.num, align: vring.align, notifyid: vring.notifyid };
      queues.push(new Virtqueue(this.hal, this.board, config, writable[i], events));
    }
    return queues;
  }
}

const STATUS = FwRscVdev.offset.status;
/** As long as Linux's senders wait for a buffer. */
const READY_TIMEOUT_MS = 15000;

function statusText(status: number, { tableDa }: BoardInfo, { table }: Hal): string {
  if (status & VIRTIO_CONFIG_S_FAILED)
    return 'Linux gave up on the device: its log says why the driver failed';
  if (status & VIRTIO_CONFIG_S_DRIVER) return 'a driver is being bound: its log says what it waits for';
  if (status & VIRTIO_CONFIG_S_ACKNOWLEDGE)
    return 'Linux knows the device, but no driver for its id is loaded';
  if (tableDa !== undefined && tableDa !== table.da)
    return 'and Linux keeps the table at ' + hex(tableDa) + ' while ' + hex(table.da) + ' is watched here';
  return (
    'Linux has not registered the device, or works on another copy of the table than the one at ' +
    hex(table.da)
  );
}

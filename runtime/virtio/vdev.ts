/**
 * One virtio device of the resource table, seen from the remote. The host writes gfeatures, vring addresses
 * and the status byte into the loaded table only when its driver binds, so nothing but the status is read
 * before DRIVER_OK (drivers/remoteproc/remoteproc_virtio.c).
 */
import { da } from '../abi/address.js';
import { FwRscVdev, FwRscVdevVring } from '../abi/resource-table.js';
import { VIRTIO_CONFIG_S_DRIVER_OK } from '../abi/virtio.js';
import type { BoardInfo, Hal } from '../hal/hal.js';
import type { VdevEntry } from '../table.js';
import { Virtqueue } from './virtqueue.js';

/** What a device driver on this side implements. */
export interface VdevDriver {
  /** For each vring: does the host post buffers that we fill? */
  readonly writable: readonly boolean[];
  /** DRIVER_OK appeared: rings and features are valid from now on. Returns what to call after each kick. */
  start(queues: readonly Virtqueue[], features: number): () => void;
  /** Status left DRIVER_OK: rings and buffers must not be touched any more. */
  stop(): void;
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
  private readonly bytes: Uint8Array;

  constructor(
    private readonly hal: Hal,
    private readonly board: BoardInfo,
    entry: VdevEntry,
  ) {
    this.index = entry.index;
    this.id = entry.id;
    this.bytes = entry.bytes;
    const statusAt = FwRscVdev.offset.status;
    const status = entry.bytes.subarray(statusAt, statusAt + 1);
    /** The status byte as last followed; -1 while there is no driver to tell of it. */
    let seen = 0;
    let work: (() => void) | undefined;
    this.poll = () => {
      if (status[0] !== seen) {
        const ok = (status[0] & VIRTIO_CONFIG_S_DRIVER_OK) !== 0;
        seen = this.driver ? status[0] : -1;
        if (ok !== this.live) work = this.follow(ok);
      }
      if (work !== undefined) work();
    };
  }

  /** The status byte, read anew each time. */
  get status(): number {
    return this.bytes[FwRscVdev.offset.status];
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
    if (ok) return driver.start(this.bringUp(driver.writable), this.features);
    driver.stop();
    return undefined;
  }

  private bringUp(writable: readonly boolean[]): Virtqueue[] {
    const entry = FwRscVdev.unpack(this.bytes);
    const queues: Virtqueue[] = [];
    for (let i = 0; i < entry.num_of_vrings; i++) {
      const vring = FwRscVdevVring.unpack(this.bytes, FwRscVdev.size + i * FwRscVdevVring.size);
      const config = { da: da(vring.da), num: vring.num, align: vring.align, notifyid: vring.notifyid };
      queues.push(new Virtqueue(this.hal, this.board, config, writable[i]));
    }
    return queues;
  }
}

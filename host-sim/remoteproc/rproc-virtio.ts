/** remoteproc_virtio.c: each vdev entry becomes a platform device, and while the core runs a virtio device. */
import type { Pa } from '../../runtime/abi/address.js';
import { pageAlign } from '../../runtime/abi/pages.js';
import { FwRscVdev, FwRscVdevVring, RVDEV_NUM_VRINGS } from '../../runtime/abi/resource-table.js';
import { vringLayout, vringSize } from '../../runtime/abi/vring.js';
import { EINVAL, ENOMEM } from '../errno.js';
import { probeFailed } from '../kernel.js';
import type { Device } from '../printk.js';
import { type DmaMemory, DmaPool } from '../soc/dma-pool.js';
import type { VirtioTransport } from '../virtio/bus.js';
import { Virtqueue, type VirtqueueCallback } from '../virtio/virtqueue.js';
import { allocatedCarveout } from './carveouts.js';
import { checkCarveoutDa, type MemEntry } from './mem-entry.js';
import type { Rproc } from './rproc.js';

/** Parsed once from the table; later changes of num and align there are not seen. */
interface Vring {
  readonly name: string;
  readonly num: number;
  readonly align: number;
  readonly notifyid: number;
  /** Offset of its entry in the table. */
  readonly entryAt: number;
}

type VringEntry = ReturnType<typeof FwRscVdevVring.over>;

/** `rproc_handle_vdev()` and the probe of the `rproc-virtio` driver behind it. */
export function handleVdev(rproc: Rproc, table: Uint8Array, at: number, avail: number): number {
  const tooShort = avail < FwRscVdev.size;
  const rsc = tooShort ? undefined : FwRscVdev.unpack(table, at);
  if (!rsc || FwRscVdev.size + FwRscVdevVring.size * rsc.num_of_vrings + rsc.config_len > avail) {
    rproc.err('vdev rsc is truncated');
    return -EINVAL;
  }
  if (rsc.reserved[0] !== 0 || rsc.reserved[1] !== 0) {
    rproc.err('vdev rsc has non zero reserved bytes');
    return -EINVAL;
  }
  if (rsc.num_of_vrings > RVDEV_NUM_VRINGS) {
    rproc.err(`too many vrings: ${rsc.num_of_vrings}`);
    return -EINVAL;
  }
  rproc.dbg(() => {
    const features = `dfeatures 0x${rsc.dfeatures.toString(16)}`;
    return `vdev rsc: id ${rsc.id | 0}, ${features}, cfg len ${rsc.config_len}, ${rsc.num_of_vrings} vrings`;
  });
  const index = rproc.vdevCount++;
  const id = rproc.platform.ids.next();
  const device = { prefix: `rproc-virtio rproc-virtio.${id}.auto`, parent: rproc };
  const result = probe(rproc, table, at, index, device);
  rproc.vdevCleanups.push(() => rproc.platform.ids.free(id));
  if (result < 0) {
    // The driver core swallows the error: the core boots without this vdev.
    probeFailed(rproc.kernel, device, `rproc-virtio.${id}.auto`, 'rproc-virtio', result);
  }
  return 0;
}

function probe(rproc: Rproc, table: Uint8Array, at: number, index: number, device: Device): number {
  const { num_of_vrings, id } = FwRscVdev.unpack(table, at);
  const entries = Array.from({ length: num_of_vrings }, (_, i) =>
    FwRscVdevVring.over(table, at + FwRscVdev.size + i * FwRscVdevVring.size),
  );
  for (const [i, { da, num, align }] of entries.entries()) {
    rproc.dbg(() => `vdev rsc: vring${i}: da 0x${da.toString(16)}, qsz ${num | 0}, align ${align | 0}`);
    if (num !== 0 && align !== 0) continue;
    rproc.err(`invalid qsz (${num | 0}) or alignment (${align | 0})`);
    return -EINVAL;
  }
  const vrings: Vring[] = [];
  for (const [i, entry] of entries.entries()) {
    const name = vringName(index, i);
    const size = pageAlign(vringSize(entry.num, entry.align));
    const known = rproc.findCarveoutByName(name);
    if (known) {
      if (checkCarveoutDa(known, entry.da, size, (text) => rproc.err(text)) < 0) {
        freeVrings(rproc, entries, vrings);
        return -ENOMEM;
      }
    } else {
      rproc.carveouts.push(allocatedCarveout(rproc, name, entry.da, size));
    }
    const notifyid = rproc.notifyids.next();
    const entryAt = at + FwRscVdev.size + i * FwRscVdevVring.size;
    vrings.push({ name, num: entry.num, align: entry.align, notifyid, entryAt });
    entry.notifyid = notifyid;
    cleanVring(rproc, vrings[i]);
  }
  rproc.vdevCleanups.push(() => {
    for (const vring of vrings) rproc.notifyids.free(vring.notifyid);
  });

  const { bus } = rproc.platform;
  let unregister: (() => void) | undefined;
  const subdev = {
    start(): number {
      if (!rproc.ops.kick) {
        rproc.kernel.log.err(device, `.kick method not defined for ${rproc.name}`);
        return -EINVAL;
      }
      const pool = vdevPool(rproc, index, device);
      const registered = bus.register(id, device, new RprocTransport(rproc, at, index, vrings, pool));
      unregister = () => bus.unregister(registered);
      rproc.kernel.log.info(device, `registered ${registered.name} (type ${id})`);
      return 0;
    },
    stop(): void {
      unregister?.();
      unregister = undefined;
    },
  };
  rproc.subdevs.push(subdev);
  rproc.vdevCleanups.push(() => {
    rproc.subdevs.splice(rproc.subdevs.lastIndexOf(subdev), 1);
  });
  return 0;
}

/** `rproc_free_vring()` for the rings that were set up: their ids are free again and the table says so. */
function freeVrings(rproc: Rproc, entries: readonly VringEntry[], vrings: readonly Vring[]): void {
  for (let i = vrings.length - 1; i >= 0; i--) {
    rproc.notifyids.free(vrings[i].notifyid);
    entries[i].da = 0;
    entries[i].notifyid = 0xffffffff;
    cleanVring(rproc, vrings[i]);
  }
}

/** The vring's entry has changed, in a table that the core may see: when Linux attaches, or while the core runs. */
function cleanVring(rproc: Rproc, { entryAt }: Vring): void {
  rproc.table?.clean?.(entryAt, FwRscVdevVring.size);
}

/** Where the vdev's buffers come from: its `vdevNbuffer` carveout, or the parent's memory. */
function vdevPool(rproc: Rproc, index: number, device: Device): DmaMemory {
  const name = `vdev${index}buffer`;
  const mem = rproc.findCarveoutByName(name);
  if (!mem || mem.pa === undefined) return rproc.dma;
  if (mem.ofResmIdx !== undefined) {
    const node = `${name}@${mem.pa.toString(16)}`;
    rproc.kernel.log.info(device, `assigned reserved memory node ${node}`);
  } else if (mem.alloc) {
    rproc.kernel.log.warn(device, `vdev ${index} buffer already mapped`);
  }
  const pool = new DmaPool(mem.pa, mem.len);
  return {
    alloc: (size) => (rproc.dma.fails?.(size) ? undefined : pool.alloc(size)),
    free: (address) => pool.free(address),
    bytes: (address, len) => rproc.dma.bytes(address, len),
    peek: (address, len) => rproc.dma.peek(address, len),
    cache: rproc.dma.cache,
  };
}

/** False where Linux would work outside of the ring's memory, or at odd addresses: both end badly there. */
function fits({ num, align }: Vring, mem: MemEntry): boolean {
  const { used, size } = vringLayout(num, align, mem.pa! % 2 ** 32);
  return used > 0 && used % 2 === 0 && mem.pa! % 2 === 0 && size <= mem.len;
}

const vringName = (vdev: number, vring: number): string => `vdev${vdev}vring${vring}`;

/** The virtio transport of a vdev: everything lives in the table in effect. */
class RprocTransport implements VirtioTransport {
  /** Queues that a driver has now. */
  private queues: Virtqueue[] = [];

  constructor(
    private readonly rproc: Rproc,
    private readonly at: number,
    /** Of the vdev among those of its table. */
    private readonly index: number,
    private readonly rings: readonly Vring[],
    readonly dma: DmaMemory,
  ) {}

  get processor(): number {
    return this.rproc.index;
  }

  /** Who prints: the virtio device, under its driver's name once it has one. */
  device: Device = { prefix: 'virtio' };

  get status(): number {
    this.invalidate(FwRscVdev.offset.status, 1);
    return this.entry().status;
  }

  set status(value: number) {
    this.rproc.kernel.log.dbg(this.device, () => (value === 0 ? 'reset !' : `status: ${value}`));
    this.entry().status = value;
    this.clean(FwRscVdev.offset.status, 1);
  }

  get features(): number {
    this.invalidate(FwRscVdev.offset.dfeatures, 4);
    return this.entry().dfeatures;
  }

  finalizeFeatures(features: number): void {
    this.entry().gfeatures = features;
    this.clean(FwRscVdev.offset.gfeatures, 4);
  }

  get(offset: number, buf: Uint8Array): void {
    const at = this.config('rproc_virtio_get', offset, buf.length);
    if (at === undefined) return;
    const table = this.rproc.table!;
    table.invalidate?.(at, buf.length);
    buf.set(table.bytes().subarray(at, at + buf.length));
  }

  set(offset: number, data: Uint8Array): void {
    const at = this.config('rproc_virtio_set', offset, data.length);
    if (at === undefined) return;
    const table = this.rproc.table!;
    table.bytes().set(data, at);
    table.clean?.(at, data.length);
  }

  /** Where in the table `len` bytes of the config space are. */
  private config(caller: string, offset: number, len: number): number | undefined {
    const table = this.rproc.table!.bytes();
    this.invalidate(0, FwRscVdev.size);
    const { num_of_vrings, config_len } = this.entry();
    const at = this.at + FwRscVdev.size + FwRscVdevVring.size * num_of_vrings + offset;
    // The remote may have changed both; where its table ends Linux would go on.
    if (offset + len > config_len || at + len > table.length) {
      this.rproc.kernel.log.err(this.device, `${caller}: access out of bounds`);
      return undefined;
    }
    return at;
  }

  findVqs(names: readonly string[], callbacks: readonly VirtqueueCallback[]): Virtqueue[] | number {
    const queues: Virtqueue[] = [];
    for (const [i, name] of names.entries()) {
      const ring = this.rings[i];
      const mem = this.rproc.findCarveoutByName(vringName(this.index, i));
      if (mem && !ring) this.oops();
      if (!ring || !mem || mem.pa === undefined || !fits(ring, mem)) {
        this.delVqs();
        return -ENOMEM;
      }
      const bytes = this.rproc.dma.bytes(mem.pa as Pa, pageAlign(vringSize(ring.num, ring.align)));
      bytes.fill(0, 0, vringSize(ring.num, ring.align));
      this.rproc.dma.cache?.clean(mem.pa, vringSize(ring.num, ring.align));
      const { num, notifyid } = ring;
      this.rproc.dbg(() => `vring${i}: va (____ptrval____) qsz ${num} notifyid ${notifyid}`);
      const { gfeatures } = this.entry();
      const notify = (): void => {
        if (this.rproc.kernel.log.debug) this.rproc.dbg(() => `kicking vq index: ${notifyid}`);
        this.rproc.ops.kick!(this.rproc, notifyid);
      };
      const { cache } = this.dma;
      const queue = new Virtqueue(name, ring, mem.pa, bytes, gfeatures, callbacks[i], notify, cache);
      this.rproc.vrings.set(ring.notifyid, () => queue.interrupt());
      this.rproc.kernel.recorder?.ring({ ...ring, processor: this.rproc.index, fill: () => queue.fill });
      this.vringEntry(i).da = mem.da;
      cleanVring(this.rproc, ring);
      queues.push(queue);
    }
    this.queues = queues;
    return queues;
  }

  /**
   * A region of this name makes Linux set up a ring that the table does not have. vring_alloc_desc_extra() (6.1 to 7.2) allocates
   * nothing for its 0 entries and writes behind that. The real thread ends here, its locks taken; this one goes on as if
   * there were no memory for the ring.
   */
  private oops(): void {
    this.rproc.kernel.log.err(
      { prefix: 'BUG' },
      'kernel NULL pointer dereference, address: 000000000000001e',
    );
  }

  delVqs(): void {
    const { recorder, scheduler } = this.rproc.kernel;
    // Who still sleeps in a send must not touch the memory, which may hold the next driver's rings.
    for (const queue of this.queues) queue.broken = true;
    this.queues = [];
    for (const ring of this.rings) {
      this.rproc.vrings.delete(ring.notifyid);
      recorder?.ringGone(scheduler.now, this.rproc.index, ring.name);
    }
  }

  private entry() {
    return FwRscVdev.over(this.rproc.table!.bytes(), this.at);
  }

  private vringEntry(i: number) {
    return FwRscVdevVring.over(this.rproc.table!.bytes(), this.at + FwRscVdev.size + i * FwRscVdevVring.size);
  }

  private invalidate(offset: number, len: number): void {
    this.rproc.table!.invalidate?.(this.at + offset, len);
  }

  private clean(offset: number, len: number): void {
    this.rproc.table!.clean?.(this.at + offset, len);
  }
}

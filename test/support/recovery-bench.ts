/** A system that is about to crash. */
import { type BenchOptions, bootTable } from './sim-boot.js';
import { carveout, type ImageOptions, type Segment, trace, vdev } from './sim-images.js';

/** Where the table is loaded. */
export const AT = 0x10000000;
/** What a first crash logs without a recovery. */
export const HANDLED = ['crash detected in m4: type fatal error', 'handling crash #1 in m4'];
/** What the vdev of `entries` logs when it starts. */
export const VIRTIO = [
  'rproc-virtio rproc-virtio.0.auto: assigned reserved memory node vdev0buffer@30068000',
  'virtio_rpmsg_bus virtio0: rpmsg host is online',
  'rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)',
];
export const entries = [carveout('a'), trace(0x10001000, 64), vdev()];
export const DATA: Segment = { at: 0x10002000, data: Uint8Array.from([1, 2, 3, 4]), memsz: 16 };

/** A running core with `entries` in its table, and nothing logged yet; crashes are recovered from. */
export async function booted(options: BenchOptions & ImageOptions = {}) {
  const { bench, file } = await bootTable(entries, { recovery: true, segments: [DATA], ...options });
  bench.lines();
  bench.core.calls.length = 0;
  return { bench, file, rproc: bench.sim.rproc };
}

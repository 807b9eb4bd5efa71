/** What every part of the simulated Linux shares. */
import { ENODEV, ENXIO } from './errno.js';
import type { Device, KernelLog } from './printk.js';
import type { Recorder } from './recording/recorder.js';
import type { Scheduler } from './soc/scheduler.js';

/** Kernels whose behaviour is known; where they differ the chosen one decides. */
export const kernelVersions = ['6.1', '6.12', '7.2'] as const;
/** One of `kernelVersions`. */
export type KernelVersion = (typeof kernelVersions)[number];

/** The releases that were read for each, as `uname -r` tells them. */
export const releases: { readonly [version in KernelVersion]: string } = {
  '6.1': '6.1.170',
  '6.12': '6.12.117',
  '7.2': '7.2.13',
};

/** What every part of the Linux half has at hand. */
export interface Kernel {
  readonly version: KernelVersion;
  readonly log: KernelLog;
  readonly scheduler: Scheduler;
  /** Told what happens, where somebody wants to know. */
  readonly recorder?: Required<Recorder>;
}

/** What the driver core says when `driver` fails to probe `device`; the error goes no further (drivers/base/dd.c). */
export function probeFailed(
  { log, version }: Kernel,
  device: Device,
  name: string,
  driver: string,
  errno: number,
): void {
  if (errno === -ENODEV || errno === -ENXIO) return;
  if (version === '6.1') log.warn({ prefix: driver }, `probe of ${name} failed with error ${errno}`);
  else log.err(device, `probe with driver ${driver} failed with error ${errno}`);
}

/** Lowest free ids from a base, as the kernel's idr and ida give them. */
export class IdAllocator {
  private readonly used = new Set<number>();
  /** No id below this one is free. */
  private lowest: number;

  constructor(private readonly first = 0) {
    this.lowest = first;
  }

  /** The lowest free id. */
  next(): number {
    while (this.used.has(this.lowest)) this.lowest++;
    this.used.add(this.lowest);
    return this.lowest++;
  }

  /** Takes exactly `id`; false when it is taken. */
  take(id: number): boolean {
    if (this.used.has(id)) return false;
    this.used.add(id);
    return true;
  }

  free(id: number): void {
    this.used.delete(id);
    if (id >= this.first && id < this.lowest) this.lowest = id;
  }
}

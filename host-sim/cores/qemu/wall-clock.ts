/** The wall clock of this machine, and two ways of waiting for it. */
import { performance } from 'node:perf_hooks';
import type { RealTime, Source } from '../../soc/real-time.js';

/** Nobody sleeps longer than this without a look at the sources: what they say need not wake a thread that is blocked. */
const LOOK_MS = 50;
/** A blocked thread looks this often at first; answers come within some tens of microseconds. */
const FIRST_NAP_MS = 0.02;
const LAST_NAP_MS = 1;

export class WallClock implements RealTime {
  readonly sources = new Set<Source>();
  private readonly begin = performance.now();
  private readonly cell = new Int32Array(new SharedArrayBuffer(4));
  private nap = FIRST_NAP_MS;
  private end: () => void = () => {};

  now(): number {
    return performance.now() - this.begin;
  }

  wait(ms: number): Promise<void> {
    this.nap = FIRST_NAP_MS;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end(), Math.min(Math.max(ms, 0), LOOK_MS));
      this.end = () => {
        this.end = () => {};
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake(): void {
    this.nap = FIRST_NAP_MS;
    this.end();
  }

  block(ms: number): void {
    Atomics.wait(this.cell, 0, 0, Math.min(this.nap, Math.max(ms, 0)));
    this.nap = Math.min(this.nap * 2, LAST_NAP_MS);
  }
}

/** `struct mutex`: one kernel thread at a time, the others wait in the order in which they came. */
import { EINTR } from './errno.js';
import type { Scheduler } from './soc/scheduler.js';

export class Mutex {
  private held = false;
  private waiting: { wake: () => void; readonly interruptible: boolean; interrupted: boolean }[] = [];

  constructor(private readonly scheduler: Scheduler) {}

  /** `mutex_is_locked()`. */
  get taken(): boolean {
    return this.held;
  }

  /** `mutex_trylock()`. */
  tryLock(): boolean {
    if (this.held) return false;
    this.held = true;
    return true;
  }

  /** `mutex_lock_interruptible()`: 0, or -EINTR when a signal came first. `mutex_lock()`, which no signal ends, without. */
  async lock(interruptible = true): Promise<number> {
    if (this.tryLock()) return 0;
    const waiter = { wake() {}, interruptible, interrupted: false };
    this.waiting.push(waiter);
    await this.scheduler.sleep(Infinity, (wake) => {
      waiter.wake = wake;
    });
    return waiter.interrupted ? -EINTR : 0;
  }

  /** Hands the lock to who waits longest. */
  unlock(): void {
    const next = this.waiting.shift();
    if (next) next.wake();
    else this.held = false;
  }

  /** A signal for everybody who waits; who cannot be interrupted waits on. */
  interrupt(): void {
    const ended = this.waiting.filter(({ interruptible }) => interruptible);
    this.waiting = this.waiting.filter(({ interruptible }) => !interruptible);
    for (const waiter of ended) {
      waiter.interrupted = true;
      waiter.wake();
    }
  }

  /** Runs `body` under the lock; what `lock` returns when a signal came first. */
  async guard(body: () => Promise<number> | number, interruptible = true): Promise<number> {
    if (!this.tryLock()) {
      const result = await this.lock(interruptible);
      if (result < 0) return result;
    }
    try {
      return await body();
    } finally {
      this.unlock();
    }
  }
}

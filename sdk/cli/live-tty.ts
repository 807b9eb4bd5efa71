/** `rproc run --tty`: the simulation follows the wall clock, and each ttyRPMSGn is a real terminal of this machine. */
import { performance } from 'node:perf_hooks';
import type { RpmsgTty, Simulation } from '../../host-sim/index.js';
import type { LiveRun } from '../testing/run-image.js';
import { PseudoTerminal } from './pseudo-terminal.js';

/** How long nothing is looked at when nothing is due. */
const IDLE_MS = 50;
/** Real ms between two looks at the terminals, of a system that does not wait for them. */
const TURN_MS = 5;

/** `say` tells people where a terminal is. */
export function liveTty(say: (text: string) => void): LiveRun {
  return {
    async run(sim, done, timeoutMs) {
      const live = new Live(sim, say);
      try {
        return await live.run(done, timeoutMs);
      } finally {
        live.close();
      }
    },
  };
}

class Live {
  private readonly lines = new Map<RpmsgTty, Line>();
  private interrupted = false;
  private wake: () => void = () => {};
  private readonly interrupt = (): void => {
    this.interrupted = true;
    this.wake();
  };

  constructor(
    private readonly sim: Simulation,
    private readonly say: (text: string) => void,
  ) {
    process.on('SIGINT', this.interrupt).on('SIGTERM', this.interrupt);
  }

  async run(done: () => boolean, timeoutMs: number): Promise<boolean> {
    const { sim } = this;
    if (sim.scheduler.isReal) return this.runBeside(done, timeoutMs);
    const { scheduler } = sim;
    const begin = performance.now() - scheduler.now;
    const end = scheduler.now + timeoutMs;
    for (;;) {
      await this.connect();
      for (const line of this.lines.values()) line.send();
      const now = Math.min(performance.now() - begin, end);
      const down = () => sim.rproc.state === 'crashed' || sim.processors[0].crashedUnheard;
      const ended = sim.runUntil(done, Math.max(0, now - scheduler.now)) || down();
      for (const line of this.lines.values()) line.receive();
      if (ended || this.interrupted || now >= end) break;
      await this.sleep(Math.min(scheduler.nextAlarm - now, IDLE_MS));
    }
    return this.interrupted;
  }

  /** With a core that runs by itself; Linux looks when it hears of it, or somebody types. */
  private async runBeside(done: () => boolean, timeoutMs: number): Promise<boolean> {
    const { sim } = this;
    const { scheduler } = sim;
    this.wake = () => scheduler.wake();
    const end = scheduler.now + timeoutMs;
    const down = () => sim.rproc.state === 'crashed' || sim.processors[0].crashedUnheard;
    let ended = false;
    while (!ended && !this.interrupted && scheduler.now < end) {
      await this.connect();
      for (const line of this.lines.values()) line.send();
      const looks = () => this.interrupted || down() || done();
      ended = await sim.run(looks, Math.min(TURN_MS, end - scheduler.now));
      for (const line of this.lines.values()) line.receive();
    }
    return this.interrupted;
  }

  close(): void {
    process.off('SIGINT', this.interrupt).off('SIGTERM', this.interrupt);
    for (const line of this.lines.values()) line.close();
  }

  /** Terminals for ttys that are new; those of ttys that are gone hang up. */
  private async connect(): Promise<void> {
    for (const [tty, line] of this.lines) {
      if (!tty.hungUp) continue;
      line.close();
      this.lines.delete(tty);
      this.say(`rpmsg-tty ${tty.name} is gone`);
    }
    for (const tty of [...this.sim.rpmsgTty.ttys]) {
      if (this.lines.has(tty)) continue;
      const terminal = await PseudoTerminal.open();
      this.lines.set(tty, new Line(tty, terminal, () => this.wake()));
      this.say(`rpmsg-tty ${tty.name} is at ${terminal.path}`);
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, ms));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A tty and its terminal. */
class Line {
  /** What programs wrote and the firmware had no buffer for yet. */
  private pending: Uint8Array[] = [];

  constructor(
    private readonly tty: RpmsgTty,
    private readonly terminal: PseudoTerminal,
    wake: () => void,
  ) {
    terminal.onData = (data) => {
      this.pending.push(data);
      wake();
    };
  }

  /** As much as the firmware takes now. */
  send(): void {
    while (this.pending.length > 0) {
      const [data] = this.pending;
      const written = this.tty.write(data);
      if (written < 0) return;
      if (written < data.length) this.pending[0] = data.subarray(written);
      else this.pending.shift();
    }
  }

  /** What the firmware wrote; it stays in the tty, which has a limit, while nobody reads the terminal. */
  receive(): void {
    if (!this.terminal.hasRoom) return;
    const data = this.tty.read();
    if (data.length > 0) this.terminal.write(data);
  }

  close(): void {
    this.terminal.close();
  }
}

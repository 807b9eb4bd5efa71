/** One seeded run with faults, and the judgement on it. */
import { virtM4 } from '../../../boards/virt-m4.js';
import { type InjectedFault, Simulation } from '../../../host-sim/index.js';
import { formatLine } from '../../../host-sim/printk.js';
import { EchoDriver } from './echo-driver.js';
import { HEAD, type Scenario, scenarioOf } from './plans.js';

/** How a run ended, and why not better. */
export type Ending =
  /** Everything that was sent came back by itself. */
  | 'whole'
  /** An interrupt of Linux was lost and Linux waits for ever; the next one brought everything. */
  | 'waits for an interrupt'
  /** A ring was damaged, with or without a line in the log. */
  | 'damaged ring'
  /** No memory: the driver could not be bound. */
  | 'no memory'
  /** Linux could not start the core again, and as Linux it counts a user who is not there. */
  | 'stays down';

export interface RunResult {
  readonly seed: number;
  readonly ending: Ending;
  /** What must never be; the run failed if there is anything. */
  readonly complaints: readonly string[];
  readonly injected: readonly InjectedFault[];
  readonly received: number;
  readonly carried: number;
  readonly timeouts: number;
  readonly gaveUp: number;
  readonly virtualMs: number;
  /** Log, trace, transcript and faults: a replay must give the same text. */
  readonly record: string;
}

/**
 * Longer than the firmware takes to look at its rings by itself, any late kick, and a restart of a core that does not
 * answer the question before it (500 ms).
 */
const SETTLE = 1200;
/** No run takes longer than this, virtual ms. */
const BOUND = 400_000;

export async function runWithFaults(image: Uint8Array, seed: number): Promise<RunResult> {
  const scenario = scenarioOf(seed);
  const { kernel, faults, interleave } = scenario;
  const sim = new Simulation({ board: virtM4, kernel, seed, faults, interleave, recovery: true });
  const echo = new EchoDriver(sim);
  const run = new FaultRun(sim, echo, scenario);
  sim.registerDriver(echo.driver);
  sim.setFirmware('faults.elf', image);
  let ending: Ending = 'whole';
  try {
    ending = await run.play();
  } catch (error) {
    run.complaints.push(`host exception: ${(error as Error).stack}`);
  }
  const { injected } = sim.faults!;
  const lines = sim.kernel.log.lines.map(formatLine);
  const trace = sim.rproc.traces.map((_, i) => sim.trace(i));
  return {
    ...{ seed, ending, injected, complaints: run.judged() },
    ...{ received: echo.received, carried: echo.carried, timeouts: echo.timeouts, gaveUp: echo.gaveUp },
    virtualMs: sim.scheduler.now,
    record: [...lines, ...trace, ...echo.transcript, ...injected.map((fault) => JSON.stringify(fault))].join(
      '\n',
    ),
  };
}

class FaultRun {
  readonly complaints: string[] = [];

  constructor(
    private readonly sim: Simulation,
    private readonly echo: EchoDriver,
    private readonly scenario: Scenario,
  ) {}

  async play(): Promise<Ending> {
    const { sim, echo } = this;
    const { bursts, replyEvery, quietAt } = this.scenario;
    echo.replyEvery = replyEvery;
    let errno = await sim.start();
    if (errno < 0) this.expect(this.had('firmware.vanish', 'memory.fail'), `the boot failed: ${errno}`);
    for (const { at, sizes, trying } of bursts) this.sendAt(sim.scheduler.now + at, sizes, trying);
    await sim.run(() => false, quietAt);
    sim.faults!.stop();
    if (errno < 0) errno = await sim.start();
    this.expect(errno === 0, `a boot without faults failed: ${errno}`);
    const ending = await this.settle();
    await this.startAnew(ending);
    this.expect(sim.scheduler.now < BOUND, `took ${sim.scheduler.now} virtual ms`);
    return ending;
  }

  /** Complaints that no damaged ring explains. */
  judged(): string[] {
    const damaged = this.sim.faults!.injected.find(({ kind }) => kind === 'rings.corrupt');
    const early = this.echo.complaints.filter(({ time }) => damaged === undefined || time < damaged.time);
    return [...this.complaints, ...early.map(({ time, text }) => `${time} ${text}`)];
  }

  private sendAt(time: number, sizes: readonly number[], trying: boolean): void {
    const { scheduler } = this.sim;
    scheduler.at(time, () => {
      if (!this.echo.send(sizes, trying)) this.sendAt(scheduler.now + 1, sizes, trying);
    });
  }

  /** Nothing more goes wrong: now everything has to come right, or there is a reason why it cannot. */
  private async settle(): Promise<Ending> {
    const { sim, echo } = this;
    const whole = () => sim.rproc.state === 'running' && echo.bound && echo.complete;
    // Late kicks, drivers on their way back, and the firmware's own look at its rings.
    await sim.run(() => false, SETTLE);
    // While a sender sleeps its 15 s in a call, the other half of a restart waits.
    if (sim.rproc.state === 'offline' && this.had('core.restart')) await sim.run(() => false, SETTLE);
    if (whole() && (await this.alive())) {
      echo.checkGaps();
      return 'whole';
    }
    const { state } = sim.rproc;
    if (state !== 'running') {
      this.expect(state === 'offline', `the core is ${state}`);
      this.expect(this.had('firmware.vanish', 'memory.fail'), `the core is ${state} for no reason`);
      return 'stays down';
    }
    // What Linux would wait for as well: any interrupt.
    for (const notifyid of [...sim.rproc.vrings.keys()]) sim.rproc.vqInterrupt(notifyid);
    sim.core.kick(0);
    await sim.run(whole, SETTLE);
    if (echo.bound && (await this.alive())) {
      echo.checkGaps();
      this.expect(this.had('kicks.drop', 'rings.corrupt'), 'waited for an interrupt that was not lost');
      return this.had('kicks.drop') ? 'waits for an interrupt' : 'damaged ring';
    }
    if (this.had('rings.corrupt')) return 'damaged ring';
    const unprobed = sim.kernel.log.lines.some(({ text }) => /probe.* failed with error -12/.test(text));
    this.expect(
      !echo.bound && unprobed && this.had('memory.fail'),
      `hangs: ${echo.bound ? 'bound' : 'no channel'}`,
    );
    return 'no memory';
  }

  /** A message goes there and back. */
  private async alive(): Promise<boolean> {
    const { sim, echo } = this;
    const before = echo.received;
    echo.send([HEAD], false);
    return sim.run(() => echo.received > before && echo.complete, SETTLE);
  }

  /** No fault leaves anything behind: after a stop and a start all is as on the first day. */
  private async startAnew(ending: Ending): Promise<void> {
    const { sim, echo } = this;
    if (ending === 'stays down') return;
    const stopped = await sim.stop();
    if (sim.rproc.state === 'crashed' && sim.kernel.version === '6.1') return;
    this.expect(stopped === 0, `stop: ${stopped}`);
    this.expect((await sim.start()) === 0, 'start after all the faults');
    await sim.run(() => echo.bound, SETTLE);
    this.expect(echo.bound && (await this.alive()), 'no echo after a stop and a start');
    this.expect((await sim.stop()) === 0, 'the last stop');
  }

  private had(...kinds: readonly string[]): boolean {
    return this.sim.faults!.injected.some(({ kind }) => kinds.includes(kind));
  }

  private expect(holds: boolean, complaint: string): void {
    if (!holds) this.complaints.push(`${this.sim.scheduler.now} ${complaint}`);
  }
}

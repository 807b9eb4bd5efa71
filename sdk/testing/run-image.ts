/** Boots an image in the simulator with the stock host drivers and says how it went: `rproc run` as a function. */
import type { Board } from '../../boards/board.js';
import { bootFailed, coreCrashed, coreDown, timedOut } from '../../host-sim/errors.js';
import {
  clientSample,
  type FaultPlan,
  type InjectedFault,
  type KernelVersion,
  type LogLine,
  type ProcessorOptions,
  type Recorder,
  Simulation,
} from '../../host-sim/index.js';
import type { Problem } from '../../runtime/abi/problem.js';
import { RawScriptPlayer, type RawStep } from './raw-script.js';

/** Host drivers that can be loaded; each binds to the channel names of its id table. */
export const hostDrivers: readonly string[] = ['client-sample', 'tty', 'raw'];

export interface RunOptions {
  readonly image: Uint8Array;
  /** Name for messages; its last part is the firmware's file name. */
  readonly file: string;
  readonly board: Board;
  readonly kernel?: KernelVersion;
  /** All of `hostDrivers` when left out. */
  readonly drivers?: readonly string[];
  /** Played on the /dev/rpmsgN of the channel `rpmsg-raw`. */
  readonly rawScript?: readonly RawStep[];
  /** Text in the kernel log or the trace that ends the run well. */
  readonly until?: string;
  /** `dev_dbg` lines as well. */
  readonly debug?: boolean;
  /** A boot loader starts the image, and Linux attaches to it. */
  readonly attach?: boolean;
  /** What executes the image; a simulated core when left out. */
  readonly core?: ProcessorOptions['core'];
  /** Virtual ms, real ones with a core that runs by itself. */
  readonly timeoutMs?: number;
  /** Of the firmware's Math.random, of what goes wrong and of the interleaving. */
  readonly seed?: number;
  /** What goes wrong. Linux then recovers cores that crash for it, where the board's driver does so. */
  readonly faults?: FaultPlan;
  /** Linux and the core run beside each other, in an order that the seed decides. */
  readonly interleave?: boolean;
  readonly onLog?: (line: LogLine) => void;
  /** Told what happens, to the end of the core's shutdown. */
  readonly recorders?: readonly Recorder[];
  /** Ends a run with a core that runs by itself. */
  readonly signal?: AbortSignal;
  /** Lets the time of a booted system pass some other way than at once, and as long as it likes. */
  readonly live?: LiveRun;
}

/** A run that something outside of the simulation takes part in. */
export interface LiveRun {
  /** Lets time pass until `done()`, a crash, or its own end; true when somebody has interrupted it. */
  run(sim: Simulation, done: () => boolean, timeoutMs: number): Promise<boolean>;
}

/** What `run --json` prints. */
export interface RunReport {
  readonly file: string;
  readonly board: string;
  readonly kernel: string;
  readonly seed: number;
  readonly outcome:
    | ('drivers done' | 'driver failed' | 'until seen' | 'timeout' | 'until not seen')
    | ('interrupted' | 'crashed' | 'core down' | 'boot failed');
  /** Exit status of the command. */
  readonly exit: 0 | 1;
  /** Errno of the boot, 0 when it succeeded. */
  readonly errno: number;
  readonly log: readonly LogLine[];
  /** Text of each trace buffer, as debugfs shows it when the run ends. */
  readonly trace: readonly string[];
  /** Channels that the firmware announced. */
  readonly channels: readonly { readonly name: string; readonly src: number; readonly dst: number }[];
  readonly counters: { readonly sent: number; readonly received: number };
  readonly virtualMs: number;
  /** What went wrong on purpose, in order. */
  readonly faults: readonly InjectedFault[];
  readonly problem: Problem | undefined;
}

/** Loads host drivers by the names of `hostDrivers`; `goodbye` hears of each sample that has said goodbye. */
export function loadDrivers(sim: Simulation, names: readonly string[], goodbye: () => void = () => {}): void {
  if (names.includes('client-sample')) sim.registerDriver(clientSample(sim.kernel.log, goodbye));
  if (names.includes('tty')) sim.registerDriver(sim.rpmsgTty.driver());
  if (names.includes('raw')) sim.registerDriver(sim.rpmsgChar.driver());
}

export async function runImage(options: RunOptions): Promise<RunReport> {
  const { board, kernel = '6.12', seed = 1, faults, interleave } = options;
  const lines: { onLog(line: LogLine): void } = { onLog() {} };
  const sim = new Simulation({
    ...{ board, kernel, seed, faults, interleave, recorders: options.recorders },
    ...{ recovery: faults ? undefined : false, detached: options.attach, core: options.core },
    onLog: (line) => lines.onLog(line),
  });
  try {
    return await runIn(sim, lines, options);
  } finally {
    sim.dispose();
  }
}

/** `lines` is told what is printed. */
async function runIn(
  sim: Simulation,
  lines: { onLog(line: LogLine): void },
  options: RunOptions,
): Promise<RunReport> {
  const { image, file, board, kernel = '6.12', seed = 1, until, timeoutMs = 10000, faults } = options;
  let untilSeen = false;
  lines.onLog = (line) => {
    untilSeen ||= until !== undefined && line.text.includes(until);
    options.onLog?.(line);
  };
  sim.kernel.log.debug = options.debug ?? false;
  let goodbyes = 0;
  const { drivers = hostDrivers, rawScript, live, signal } = options;
  const ended = () => signal?.aborted === true;
  signal?.addEventListener('abort', () => sim.scheduler.wake());
  loadDrivers(sim, drivers, () => goodbyes++);
  const player = rawScript && new RawScriptPlayer(sim, rawScript);
  sim.setFirmware(file.split(/[\\/]/).at(-1)!, image);
  if (options.attach) await sim.processors[0].bootByLoader(image);

  const errno = await sim.start();
  let interrupted = false;
  const bound = () => sim.channels.filter(({ name, ept }) => ept && name === 'rpmsg-client-sample').length;
  const driversDone = () =>
    !live && until === undefined && (player ? player.done : goodbyes > 0) && goodbyes >= bound();
  // The trace is only searched where the firmware may have written to it: when it has nothing to do.
  const traceHas = () => until !== undefined && sim.rproc.traces.some((_, i) => sim.trace(i).includes(until));
  // Crashes that belong to the faults are recovered from; any other one ends the run.
  const crashed = () => sim.crash !== undefined && !sim.faults?.explains(sim.crash);
  if (errno === 0) {
    const done = () => {
      player?.advance();
      return player?.problem !== undefined || driversDone() || untilSeen || traceHas();
    };
    if (live) interrupted = await live.run(sim, done, timeoutMs);
    else if (faults || sim.scheduler.isReal) await sim.run(() => ended() || done() || crashed(), timeoutMs);
    else sim.runUntil(done, timeoutMs);
    interrupted ||= ended();
    sim.faults?.stop();
    untilSeen ||= traceHas();
    if (!interrupted && !untilSeen && !sim.crash) player?.giveUp();
    if (!sim.crash) sim.settle();
  }
  const trace = sim.rproc.traces.map((_, i) => sim.trace(i));
  const { outcome, problem } = judge();
  const virtualMs = sim.scheduler.now;
  const counters = { ...sim.rpmsg.counters };
  if (errno === 0) await sim.stop();

  function judge(): Pick<RunReport, 'outcome' | 'problem'> {
    if (errno !== 0) {
      const lines = sim.kernel.log.lines.filter(({ level }) => level === 'err').map(({ text }) => text);
      return { outcome: 'boot failed', problem: bootFailed(file, errno, lines).problems[0] };
    }
    if (crashed() || (sim.crash && sim.rproc.state !== 'running')) {
      return { outcome: 'crashed', problem: coreCrashed(sim.crash!).problems[0] };
    }
    if (faults && sim.rproc.state === 'offline') {
      const lines = sim.kernel.log.lines.filter(({ level }) => level === 'err').map(({ text }) => text);
      return { outcome: 'core down', problem: coreDown(sim.rproc.state, lines).problems[0] };
    }
    if (player?.problem) return { outcome: 'driver failed', problem: player.problem };
    if (untilSeen) return { outcome: 'until seen', problem: undefined };
    if (interrupted) return { outcome: 'interrupted', problem: undefined };
    if (driversDone()) return { outcome: 'drivers done', problem: undefined };
    if (until === undefined) return { outcome: 'timeout', problem: undefined };
    return {
      outcome: 'until not seen',
      problem: timedOut(`"${until}" in the log or the trace`, timeoutMs, sim.scheduler.isReal).problems[0],
    };
  }

  return {
    ...{ file, board: board.name, kernel, seed, outcome },
    exit: problem ? 1 : 0,
    errno,
    log: sim.kernel.log.lines,
    trace,
    channels: sim.channelHistory.map(({ name, src, dst }) => ({ name, src, dst })),
    counters,
    virtualMs,
    faults: sim.faults?.injected ?? [],
    problem,
  };
}

/** `rproc run FILE.elf --host linux`: a real kernel in a guest of QEMU boots the image, the core runs here. */
import { performance } from 'node:perf_hooks';
import type { Board } from '../../boards/board.js';
import { ETIME } from '../../host-sim/errno.js';
import { bootFailed, coreCrashed, scriptFailed, timedOut } from '../../host-sim/errors.js';
import { kernelBuilt, RealSystem } from '../../host-sim/linux/index.js';
import type { ShmCoreName } from '../../host-sim/shm/index.js';
import { type Problem, ProblemError } from '../../runtime/abi/problem.js';
import { utf8Decode } from '../../runtime/abi/utf8.js';
import type { RawStep } from '../testing/raw-script.js';
import { readInput } from './files.js';
import { type Output, printJson, printProblems } from './output.js';

/** How long a read of a script waits, ms. */
const READ_MS = 5000;

export interface RealRunOptions {
  readonly image: Uint8Array;
  readonly file: string;
  readonly board: Board;
  readonly core: ShmCoreName;
  /** Where an emulated core waits for a debugger. */
  readonly gdbPort?: number;
  readonly version: string;
  readonly drivers: readonly string[];
  readonly rawScript: readonly RawStep[] | undefined;
  readonly until: string | undefined;
  readonly timeoutMs: number;
  readonly seed: number;
  readonly debug: boolean;
  /** The guest's shell on this terminal, or a file of commands. */
  readonly shell: boolean | string;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Runs it; the exit status of the command. */
export async function runRealLinux(options: RealRunOptions, output: Output): Promise<number> {
  const { image, file, board, core, gdbPort, version, drivers, seed, debug, shell, json } = options;
  const kernel = kernelBuilt(version);
  const clock = () => performance.now();
  const begin = clock();
  const name = file.split(/[\\/]/).at(-1)!;
  const quiet = json || shell === true;
  const onLog = quiet ? undefined : (text: string) => output.out(`${text}\n`);
  const system = new RealSystem({
    ...{ kernel, board, core, gdbPort, image, name, drivers, seed, clock, debug, onLog },
    shell: shell === true,
    recovery: shell ? undefined : false,
  });
  try {
    await system.boot();
    if (shell === true) {
      await Promise.race([system.guest.over, aborted(options.signal)]);
      return 0;
    }
    if (typeof shell === 'string') return await playShell(system, shell, output);
    const result = await exchange(system, options);
    const trace = await system.trace();
    const channels = (await system.channels()).map(({ name, src, dst }) => ({ name, src, dst }));
    const { counters } = system.remote;
    const report = {
      ...{ file, board: board.name, kernel: kernel.release, seed, ...result },
      ...{ log: system.log, trace: trace === '' ? [] : [trace], channels, counters, realMs: clock() - begin },
    };
    if (json) printJson(output, report);
    else {
      if (trace !== '') output.out(`\n# cat /sys/kernel/debug/remoteproc/remoteproc0/trace0\n${trace}`);
      if (result.problem) printProblems(output, new ProblemError(result.problem));
      output.err(
        `\n${result.outcome}: Linux ${kernel.release}, ${counters.kicksOut} kicks from the firmware, ${counters.kicksIn} to it, ${((clock() - begin) / 1000).toFixed(3)} s real time\n`,
      );
    }
    return result.exit;
  } finally {
    await system.close();
  }
}

interface Result {
  readonly outcome: string;
  readonly exit: 0 | 1;
  readonly errno: number;
  readonly problem: Problem | undefined;
}

/** Boots the image and lets the host drivers do what they do. */
async function exchange(system: RealSystem, options: RealRunOptions): Promise<Result> {
  const { file, rawScript, until, timeoutMs, signal } = options;
  const errno = await system.start();
  if (errno !== 0) {
    const error = bootFailed(file, errno, system.log.slice(-3));
    return { outcome: 'boot failed', exit: 1, errno, problem: error.problems[0] };
  }
  const done = (outcome: string, exit: 0 | 1 = 0, problem?: Problem): Result => ({
    outcome,
    exit,
    errno,
    problem,
  });
  if (rawScript) {
    const failed = await playScript(system, rawScript);
    if (failed) return done('driver failed', 1, failed);
    if (until === undefined) return done('drivers done');
  }
  let ticks = 0;
  const samples = () =>
    system.log.filter((text) => text.includes('rpmsg_client_sample') && text.includes('new channel')).length;
  const goodbyes = () => system.log.filter((text) => text.endsWith('goodbye!')).length;
  const seen = async (): Promise<boolean> => {
    if (signal.aborted || system.crashes.length > 0) return true;
    if (until === undefined) return goodbyes() > 0 && goodbyes() >= samples();
    if (system.log.some((text) => text.includes(until))) return true;
    // The trace is read through the guest's shell: less often.
    return ticks++ % 20 === 0 && (await system.trace()).includes(until);
  };
  const ended = await system.waitFor(seen, timeoutMs);
  const [crash] = system.crashes;
  if (crash) return done('crashed', 1, coreCrashed(crash).problems[0]);
  if (signal.aborted) return done('interrupted', 1);
  if (until !== undefined) {
    return ended
      ? done('until seen')
      : done('until not seen', 1, timedOut(`"${until}"`, timeoutMs, true).problems[0]);
  }
  return done(ended ? 'drivers done' : 'timeout');
}

/** A script of writes and reads on the first channel `rpmsg-raw`; what went wrong, if anything. */
async function playScript(system: RealSystem, steps: readonly RawStep[]): Promise<Problem | undefined> {
  const { guest } = system;
  const failed = (where: string, what: string) => scriptFailed(where, what, system.log.at(-1)).problems[0];
  let fd = -1;
  const open = async () => {
    fd = (await guest.ask('open /dev/rpmsg0')).status;
    return fd >= 0;
  };
  if (!(await system.waitFor(open, READ_MS))) {
    return failed(steps[0]?.where ?? '', 'there is no channel "rpmsg-raw"');
  }
  for (const { where, ...step } of steps) {
    if (step.kind === 'wait') await new Promise((resolve) => setTimeout(resolve, step.ms));
    else if (step.kind === 'write') {
      const { status } = await guest.ask(`send ${fd} ${Buffer.from(step.data).toString('hex')}`);
      if (status < 0) return failed(where, `write gives errno ${status}`);
    } else {
      const { status, data } = await guest.ask(`recv ${fd} ${READ_MS}`);
      if (status < 0)
        return failed(where, status === -ETIME ? 'no message came' : `read gives errno ${status}`);
      const hex = Buffer.from(step.data).toString('hex');
      if (data.toString() !== hex) return failed(where, `expected hex:${hex}, got hex:${data}`);
    }
  }
  return undefined;
}

/** A file of commands for the guest's shell; the status of the last one. */
async function playShell(system: RealSystem, path: string, output: Output): Promise<number> {
  let status = 0;
  for (const line of utf8Decode(await readInput(path)).split('\n')) {
    if (line.trim() === '') continue;
    output.out(`# ${line}\n`);
    const answer = await system.guest.sh(`cd /sys/class/remoteproc/remoteproc0; ${line}`);
    output.out(answer.output);
    status = answer.status;
  }
  return status;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

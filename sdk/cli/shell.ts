/** `rproc run --shell`: a prompt on the simulated Linux, or a file of lines that are typed at it. */
import { createInterface, type Interface } from 'node:readline';
import type { Board } from '../../boards/board.js';
import {
  formatLine,
  type KernelVersion,
  type ProcessorOptions,
  Shell,
  Simulation,
} from '../../host-sim/index.js';
import { utf8Decode } from '../../runtime/abi/utf8.js';
import { loadDrivers } from '../testing/run-image.js';
import { readInput } from './files.js';
import type { Output } from './output.js';

/** What the shell prints in front of each line. */
const PROMPT = '# ';
/** At a prompt the virtual clock follows the wall clock in steps of so many ms. */
const STEP_MS = 50;

export interface ShellOptions {
  readonly image: Uint8Array;
  /** Its last part is the firmware's name in /lib/firmware. */
  readonly file: string;
  readonly board: Board;
  readonly kernel: KernelVersion;
  readonly seed: number;
  /** Host drivers that are loaded from the start. */
  readonly drivers: readonly string[];
  /** Prints `dev_dbg` lines as well. */
  readonly debug: boolean;
  /** A boot loader has started the image; Linux finds it `detached`. */
  readonly attach: boolean;
  /** A file of commands; without one they come from the terminal, or from stdin when that is none. */
  readonly script?: string;
  /** What executes the image; a simulated core when left out. */
  readonly core?: ProcessorOptions['core'];
}

/** Runs commands until there are no more, or `exit`. The status of the last one. */
export async function runShell(options: ShellOptions, output: Output): Promise<number> {
  const script = options.script === undefined ? undefined : await readInput(options.script);
  const { board, kernel, seed } = options;
  const sim = new Simulation({
    ...{ board, kernel, seed, detached: options.attach, autoBoot: true, core: options.core },
    onLog: (line) => output.out(`${formatLine(line)}\n`),
  });
  try {
    return await runIn(sim, script, options, output);
  } finally {
    sim.dispose();
  }
}

async function runIn(
  sim: Simulation,
  script: Uint8Array | undefined,
  options: ShellOptions,
  output: Output,
): Promise<number> {
  sim.kernel.log.debug = options.debug;
  loadDrivers(sim, options.drivers);
  sim.setFirmware(options.file.split(/[\\/]/).at(-1)!, options.image);
  if (options.attach) await sim.processors[0].bootByLoader(options.image);
  const shell = new Shell(sim, {
    out: (data) => output.out(utf8Decode(data)),
    err: (text) => output.err(text),
  });
  if (script) {
    for (const line of utf8Decode(script).split('\n')) {
      if (line.trim() === '') continue;
      output.out(`${PROMPT}${line}\n`);
      await shell.run(line);
      if (shell.exited) break;
    }
  } else await converse(sim, shell, output);
  return shell.status;
}

/** Reads lines until the end of input; while nobody types, time goes on. */
async function converse(sim: Simulation, shell: Shell, output: Output): Promise<void> {
  const terminal = process.stdin.isTTY === true;
  const reader = createInterface({ input: process.stdin, output: terminal ? process.stdout : undefined });
  const { isReal } = sim.scheduler;
  const clock = isReal ? runsBeside(sim) : terminal ? followWallClock(sim) : undefined;
  try {
    await readLines(reader, terminal, async (line) => {
      await clock?.hold();
      if (!terminal) output.out(`${PROMPT}${line}\n`);
      await shell.run(line);
      clock?.resume();
      return shell.exited;
    });
  } finally {
    await clock?.hold();
    reader.close();
  }
}

async function readLines(
  reader: Interface,
  prompt: boolean,
  run: (line: string) => Promise<boolean>,
): Promise<void> {
  reader.setPrompt(prompt ? PROMPT : '');
  reader.prompt();
  for await (const line of reader) {
    if (await run(line)) return;
    reader.prompt();
  }
}

/** With a core that runs by itself Linux does so as well, between commands. */
function runsBeside(sim: Simulation): { hold(): Promise<void>; resume(): void } {
  let held = false;
  let running: Promise<unknown> = Promise.resolve();
  const clock = {
    async hold() {
      held = true;
      sim.scheduler.wake();
      await running;
    },
    resume() {
      held = false;
      running = sim.run(() => held, Infinity);
    },
  };
  clock.resume();
  return clock;
}

/** Lets virtual time pass as the wall clock does, between commands. */
function followWallClock(sim: Simulation): { hold(): Promise<void>; resume(): void } {
  let running: Promise<unknown> = Promise.resolve();
  let timer: ReturnType<typeof setInterval> | undefined;
  const clock = {
    async hold() {
      clearInterval(timer);
      await running;
    },
    resume() {
      timer = setInterval(() => {
        running = running.then(() => sim.run(() => false, STEP_MS));
      }, STEP_MS);
    },
  };
  clock.resume();
  return clock;
}

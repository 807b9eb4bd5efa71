/** Starts test workers and makes sure that each of them ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { EVENTS_FD, type WorkerEvent } from './events.js';

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It was stopped because its time was over. */
  readonly timedOut: boolean;
}

export interface WorkerOptions {
  readonly files: readonly string[];
  /** Real milliseconds that the process may take. */
  readonly limitMs: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Keeps what the worker prints until it has ended, so that workers side by side do not mix their lines. */
  readonly buffered?: boolean;
  onEvent(event: WorkerEvent): void;
}

/** `worker.ts` in the source tree, `worker.js` in dist. */
function workerFile(): string {
  const candidates = ['./worker.js', './worker.ts'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(path));
  if (!found) throw new Error(`the test worker is missing: ${candidates[0]}`);
  return found;
}

/** Stops the worker and what it started: it leads a process group of its own. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

/** Runs one worker over `files`; settles when the process is gone and all its events were delivered. */
export function runWorker(options: WorkerOptions): Promise<WorkerEnd> {
  // tsx comes from this package's own dependencies: a user's project need not have it.
  const args = [
    '--enable-source-maps',
    '--import',
    import.meta.resolve('tsx'),
    workerFile(),
    ...options.files,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: options.buffered ? ['ignore', 'pipe', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit', 'pipe'],
      detached: process.platform !== 'win32',
    });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, options.limitMs);
    // A worker in a group of its own does not get the terminal's Ctrl-C.
    const onSignal = (signal: NodeJS.Signals) => {
      killGroup(child);
      release();
      process.kill(process.pid, signal);
    };
    const onExit = () => killGroup(child);
    const release = () => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('exit', onExit);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('exit', onExit);

    const printed: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => printed.push(chunk));
    let text = '';
    const events = child.stdio[EVENTS_FD] as Readable;
    events.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        options.onEvent(JSON.parse(text.slice(0, end)) as WorkerEvent);
        text = text.slice(end + 1);
      }
    });
    // Before 'close' can come, whatever the worker left running has to let go of its pipes.
    child.on('exit', () => killGroup(child));
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('close', (code, signal) => {
      release();
      process.stdout.write(Buffer.concat(printed));
      resolve({ code, signal, timedOut });
    });
  });
}

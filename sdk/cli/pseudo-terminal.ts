/**
 * Pseudo-terminals for programs like minicom or cat. Node cannot open one; util-linux's `script`, which every Linux has, does:
 * it holds the terminal's other end, and passes on what it reads there and in its own input.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { noPseudoTerminal } from '../../host-sim/errors.js';

/** What `script` may take until the terminal is there. */
const OPEN_MS = 5000;
/** Bytes on their way to the terminal from which on no more should be written. */
const FULL = 64 * 1024;

export class PseudoTerminal {
  /** Told what programs write to the terminal. */
  onData: (data: Uint8Array) => void = () => {};

  private constructor(
    /** `/dev/pts/5` */
    readonly path: string,
    private readonly child: ChildProcessByStdio<Writable, Readable, Readable>,
  ) {
    child.stdout.on('data', (chunk: Buffer) => this.onData(new Uint8Array(chunk)));
    // The terminal may go before its last bytes have.
    child.stdin.on('error', () => {});
  }

  /** A raw terminal without echo. Throws ProblemError where the system has none. */
  static async open(): Promise<PseudoTerminal> {
    // The shell holds the terminal open between two programs, and ends when this process has.
    const hold = `while kill -0 ${process.pid} 2>/dev/null; do sleep 1; done`;
    const child = spawn('script', ['-qfc', `stty raw -echo && tty && ${hold}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, SHELL: '/bin/sh' },
    });
    const path = await firstLine(child).catch((error: Error) => {
      child.kill('SIGKILL');
      throw noPseudoTerminal(error.message);
    });
    return new PseudoTerminal(path, child);
  }

  /** False while programs do not read what was written. */
  get hasRoom(): boolean {
    return this.child.stdin.writableLength < FULL;
  }

  /** For programs that read the terminal. */
  write(data: Uint8Array): void {
    this.child.stdin.write(data);
  }

  /** Hangs up. */
  close(): void {
    this.child.kill('SIGKILL');
  }
}

/** The terminal's path, which the shell in it prints first. */
function firstLine(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let complaints = '';
    const timer = setTimeout(() => reject(new Error('"script" does not answer')), OPEN_MS);
    const settle = (): void => {
      clearTimeout(timer);
      child.stdout.off('data', read);
    };
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const line = /^(\/dev\/\S+)\r?\n/.exec(text);
      if (!line) return;
      settle();
      resolve(line[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code) => {
      settle();
      reject(new Error(`"script" ended with ${code}: ${complaints.trim() || text.trim() || 'no message'}`));
    });
  });
}

/** Plays a script of writes and reads on the /dev/rpmsgN of a channel named `rpmsg-raw`: `rproc run --driver raw=SCRIPT`. */
import { EAGAIN } from '../../host-sim/errno.js';
import { scriptFailed, scriptLine } from '../../host-sim/errors.js';
import { O_NONBLOCK, O_RDWR, type OpenFile, type Simulation } from '../../host-sim/index.js';
import type { Problem } from '../../runtime/abi/problem.js';
import { utf8Decode, utf8Encode } from '../../runtime/abi/utf8.js';

/** One line: `> text` writes a message, `< text` expects one, `wait 10` lets virtual ms pass. */
export type RawStep = { readonly where: string } & (
  | { readonly kind: 'write' | 'read'; readonly data: Uint8Array }
  | { readonly kind: 'wait'; readonly ms: number }
);

/** Parses a script; `file` is its name for messages. Throws ProblemError with the line that is wrong. */
export function parseRawScript(text: string, file: string): RawStep[] {
  const steps: RawStep[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const where = `${file}:${i + 1}`;
    const wait = /^wait +(\d+(?:\.\d+)?)\s*$/.exec(line);
    const message = /^([<>])(?: (.*))?$/.exec(line);
    const data = message && payload(message[2] ?? '');
    if (wait) steps.push({ where, kind: 'wait', ms: Number(wait[1]) });
    else if (message && data) steps.push({ where, kind: message[1] === '>' ? 'write' : 'read', data });
    else throw scriptLine(where, line);
  });
  return steps;
}

/** Text as it stands, or bytes behind `hex:`; undefined when those are no hexadecimal bytes. */
function payload(text: string): Uint8Array | undefined {
  if (!text.startsWith('hex:')) return utf8Encode(text);
  const digits = text.slice('hex:'.length).replace(/\s/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.substr(2 * i, 2), 16),
  );
}

/** A program that plays the script; `advance` runs it until it has to wait. */
export class RawScriptPlayer {
  /** What went wrong, and in which line. */
  problem: Problem | undefined;
  private file: OpenFile | undefined;
  private next = 0;
  private waitUntil: number | undefined;

  constructor(
    private readonly sim: Simulation,
    private readonly steps: readonly RawStep[],
  ) {}

  /** True when there is nothing left to do: all lines are played, or one of them failed. */
  get done(): boolean {
    return this.problem !== undefined || this.next === this.steps.length;
  }

  /** Plays lines until one has to wait. */
  advance(): void {
    this.file ??= this.open();
    while (this.file && !this.done && this.play(this.file, this.steps[this.next])) this.next++;
  }

  /** The run is over: what the line at hand was waiting for did not come. */
  giveUp(): void {
    if (this.done) return;
    const { where, kind } = this.steps[this.next];
    if (!this.file) this.fail(where, 'there is no channel "rpmsg-raw"');
    else if (kind === 'read') this.fail(where, 'no message came');
    else if (kind === 'write') this.fail(where, 'the firmware gives no buffer back');
    else this.fail(where, 'the run ended first');
  }

  private open(): OpenFile | undefined {
    const path = this.sim.dev.list().find((name) => /^\/dev\/rpmsg\d+$/.test(name));
    if (path === undefined) return undefined;
    const file = this.sim.dev.open(path, O_RDWR | O_NONBLOCK);
    return typeof file === 'number' ? undefined : file;
  }

  /** False when the line has to wait, or failed. */
  private play(file: OpenFile, step: RawStep): boolean {
    if (step.kind === 'wait') return this.wait(step.ms);
    const result = step.kind === 'write' ? file.write(step.data) : file.read(4096);
    if (result === -EAGAIN) return false;
    if (typeof result === 'number' && result < 0) {
      this.fail(step.where, `${step.kind} gives errno ${result}`);
      return false;
    }
    if (step.kind === 'write' || same(result as Uint8Array, step.data)) return true;
    this.fail(step.where, `expected ${show(step.data)}, got ${show(result as Uint8Array)}`);
    return false;
  }

  private wait(ms: number): boolean {
    const { scheduler } = this.sim;
    if (this.waitUntil === undefined) {
      this.waitUntil = scheduler.now + ms;
      scheduler.at(this.waitUntil, () => {});
    }
    if (scheduler.now < this.waitUntil) return false;
    this.waitUntil = undefined;
    return true;
  }

  private fail(where: string, what: string): void {
    const last = this.sim.kernel.log.lines.at(-1)?.text;
    this.problem = scriptFailed(where, what, last).problems[0];
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** As the script would say it. */
function show(data: Uint8Array): string {
  const text = utf8Decode(data);
  const plain = /^[\x20-\x7e]*$/.test(text) && !text.startsWith('hex:');
  if (plain) return `"${text}"`;
  return `hex:${[...data].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}

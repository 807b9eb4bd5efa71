/** QEMU's control protocol (docs/interop/qmp-spec.txt in QEMU's source): JSON lines over a socket. */
import type { Duplex } from 'node:stream';
import { qemuSilent } from '../../errors.js';

/** How long QEMU may take to answer, ms: it answers within one, unless the machine has no time for it. */
const ANSWER_MS = 20000;

interface Line {
  readonly QMP?: unknown;
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly event?: string;
}

interface Pending {
  readonly command: string;
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class QmpClient {
  /** Told the name of each event. */
  onEvent: (name: string) => void = () => {};
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private rest = '';

  constructor(private readonly socket: Duplex) {
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.received(text));
    socket.on('error', () => {});
  }

  /** Runs a command and gives what it returns. Rejects with what QEMU says is wrong, or RP5062 when it does not answer. */
  execute(command: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.send(command);
      // A timer that keeps the process alive: nothing else here does.
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(qemuSilent(command, ANSWER_MS));
      }, ANSWER_MS);
      this.pending.set(id, { command, resolve, reject, timer });
    });
  }

  /** Runs a command whose answer nobody waits for; at once, also while Node's event loop stands still. */
  send(command: string): number {
    const id = ++this.lastId;
    this.socket.write(`${JSON.stringify({ execute: command, id })}\n`);
    return id;
  }

  /** Resolves at the next event of this name. */
  event(name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const before = this.onEvent;
      const timer = setTimeout(() => reject(qemuSilent(`event ${name}`, ANSWER_MS)), ANSWER_MS);
      this.onEvent = (happened) => {
        before(happened);
        if (happened !== name) return;
        this.onEvent = before;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** There is nobody at the other end any more. */
  end(error: Error): void {
    for (const { reject, timer } of this.pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.pending.clear();
  }

  private received(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) if (line.trim() !== '') this.handle(JSON.parse(line) as Line);
  }

  private handle({ id, error, event, return: value }: Line): void {
    if (event !== undefined) this.onEvent(event);
    const command = id === undefined ? undefined : this.pending.get(id);
    if (!command) return;
    this.pending.delete(id!);
    clearTimeout(command.timer);
    if (error) command.reject(new Error(`QEMU refuses ${command.command}: ${error.desc}`));
    else command.resolve(value);
  }
}

/** What mailbox models are made of: register blocks that never crash, and interrupt lines that stay up until served. */
import { hex } from '../../../runtime/abi/address.js';

/** One CPU's view of a register block; offsets in bytes from its first register, values unsigned. */
export interface Peripheral {
  read32(offset: number): number;
  write32(offset: number, value: number): void;
}

/** What a guest did that the hardware has no answer to. It is counted and told, never thrown. */
export class RegisterWarnings {
  count = 0;

  constructor(
    readonly block: string,
    private readonly report: (text: string) => void = () => {},
  ) {}

  warn(text: string): void {
    this.count++;
    this.report(`${this.block}: ${text}`);
  }

  /** A read of a register that is not modelled: all ones, as from a bus without a device. */
  unknownRead(offset: number): number {
    this.warn(`read of unknown register +${hex(offset, 3)}`);
    return 0xffffffff;
  }

  unknownWrite(offset: number, value: number): void {
    this.warn(`write of ${hex(value >>> 0)} to unknown register +${hex(offset, 3)}`);
  }

  readOnly(offset: number, value: number): void {
    this.warn(`write of ${hex(value >>> 0)} to read-only register +${hex(offset, 3)}`);
  }
}

/**
 * A level-triggered interrupt: `serve` runs as a task of its own when the line goes up, and again as long as it is up
 * when `serve` returns. A `serve` that returns true goes on in later tasks; the line is not looked at before `done`.
 */
export class InterruptLine {
  /** How often `serve` ran. */
  served = 0;
  private high = false;
  private posted = false;

  constructor(
    private readonly post: (task: () => void) => void,
    private readonly serve: () => unknown,
  ) {}

  get level(): boolean {
    return this.high;
  }

  set(high: boolean): void {
    this.high = high;
    if (!high || this.posted) return;
    this.posted = true;
    this.post(() => this.run());
  }

  /** An interrupt without a cause. */
  spurious(): void {
    this.post(() => this.serve());
  }

  /** The handler that went on has come to its end. */
  done(): void {
    this.posted = false;
    this.set(this.high);
  }

  private run(): void {
    if (!this.high) {
      this.posted = false;
      return;
    }
    this.served++;
    if (this.serve() !== true) this.done();
  }
}

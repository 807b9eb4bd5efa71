/** What mailbox models are made of: register blocks that never crash, and interrupt lines that stay up until served. */
import { hex } from '../../../runtime/abi/address.js';

/** One CPU's view of a register block; offsets in bytes from its first register, values unsigned. */
export interface Peripheral {
  read32(offset: number): number;
  write32(offset: number, value: number): void;
  /** Absent where the registers are words. */
  read8?(offset: number): number;
  write8?(offset: number, value: number): void;
}

/** One access of `width` bytes, 1 or 4; a byte of a register that is a word is the word's. */
export function readRegister(block: Peripheral, offset: number, width: number): number {
  if (width !== 1) return block.read32(offset);
  return block.read8 ? block.read8(offset) : block.read32(offset) & 0xff;
}

export function writeRegister(block: Peripheral, offset: number, width: number, value: number): void {
  if (width === 1 && block.write8) block.write8(offset, value & 0xff);
  else block.write32(offset, value >>> 0);
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

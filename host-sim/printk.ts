/** The simulated kernel's log: the lines that `dmesg` shows, with the device prefix of each. */
import type { Scheduler } from './soc/scheduler.js';

/** Which of `dev_err`, `dev_warn`, `dev_info` and `dev_dbg` printed it. */
export type LogLevel = 'err' | 'warn' | 'info' | 'dbg';

/** A line of the kernel log. */
export interface LogLine {
  /** Virtual ms since the simulation began. */
  readonly time: number;
  readonly level: LogLevel;
  /** With the device prefix, without a time stamp. */
  readonly text: string;
}

/** What prints: `<driver> <device>: ` goes in front of each line. */
export interface Device {
  readonly prefix: string;
}

/** `dmesg`: what has been printed so far, and the calls that print. */
export class KernelLog {
  readonly lines: LogLine[] = [];
  /** Whether `dev_dbg` lines are wanted; hot paths ask before they put a line together. */
  debug = false;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly listener: (line: LogLine) => void = () => {},
  ) {}

  /** `dev_err()` */
  err(device: Device, text: string): void {
    this.print('err', device, text);
  }

  /** `dev_warn()` */
  warn(device: Device, text: string): void {
    this.print('warn', device, text);
  }

  /** `dev_info()` */
  info(device: Device, text: string): void {
    this.print('info', device, text);
  }

  /** `dev_dbg()`: does not ask for the text while nobody wants it. */
  dbg(device: Device, text: () => string): void {
    if (this.debug) this.print('dbg', device, text());
  }

  /** `dynamic_hex_dump()` with DUMP_PREFIX_NONE, 16 bytes to a line and their characters. */
  hexDump(prefix: string, bytes: Uint8Array): void {
    if (!this.debug) return;
    for (let at = 0; at < bytes.length; at += 16) {
      const row = [...bytes.subarray(at, at + 16)];
      const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
      const text = row
        .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
        .join('');
      this.print('dbg', { prefix }, `${hex.padEnd(49)}${text}`);
    }
  }

  private print(level: LogLevel, device: Device, text: string): void {
    const line = { time: this.scheduler.now, level, text: `${device.prefix}: ${text}` };
    this.lines.push(line);
    this.listener(line);
  }
}

/** `dev_warn_ratelimited()`: ten messages within five seconds. */
export class RateLimit {
  private begin = -Infinity;
  private printed = 0;
  private missed = 0;

  /** -1 when the message is swallowed, else how many were before it. */
  pass(now: number): number {
    let missed = 0;
    if (now - this.begin > 5000) {
      missed = this.missed;
      this.begin = now;
      this.printed = 0;
      this.missed = 0;
    }
    if (this.printed < 10) {
      this.printed++;
      return missed;
    }
    this.missed++;
    return -1;
  }
}

/** As `dmesg` prints it: `[    0.001234] text`. */
export function formatLine(line: LogLine): string {
  return `[${(line.time / 1000).toFixed(6).padStart(12)}] ${line.text}`;
}

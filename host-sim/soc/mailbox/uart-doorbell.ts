/**
 * A socket behind a UART, one byte a kick or a word (boards/mailbox/registers/doorbell-words.ts), with Linux at its other end.
 * UARTs differ in their registers; those of QEMU hold one byte each way as we use them.
 */
import { DOORBELL_NOTIFYIDS, DoorbellWord } from '../../../boards/mailbox/registers/doorbell-words.js';
import { ETIME } from '../../errno.js';
import type { MailboxModel, MailboxWires } from './mailbox.js';
import { type Peripheral, RegisterWarnings } from './peripheral.js';

export interface UartDoorbellConfig {
  /** Virtual ms that a byte takes from the transmit register to the socket; 0 sends it within the write. */
  readonly transmitMs: number;
}

/** What QEMU does unless its socket is full. */
export const uartDoorbellModel: UartDoorbellConfig = { transmitMs: 0 };

/** How long Linux waits for an answer, ms: as the generic driver does where kicks are calls. */
const SHUTDOWN_MS = 500;
const DETACH_MS = 200;

export abstract class UartDoorbellModel implements MailboxModel, Peripheral {
  readonly warnings: RegisterWarnings;
  readonly remote: Peripheral = this;
  /** Bytes in the socket that the UART has not taken: it takes one when its register is empty. */
  private readonly socket: number[] = [];
  private granted = false;

  constructor(
    protected readonly wires: MailboxWires,
    private readonly config: UartDoorbellConfig = uartDoorbellModel,
  ) {
    this.warnings = new RegisterWarnings('uart', wires.warn);
  }

  abstract read32(offset: number): number;
  abstract write32(offset: number, value: number): void;
  /** `qemu_chr_fe_can_receive()` */
  protected abstract canReceive(): boolean;
  protected abstract receive(byte: number): void;
  /** The byte in the transmit register has gone. */
  protected abstract transmitted(): void;

  /** Bytes on their way to the remote. */
  get pending(): number {
    return this.socket.length;
  }

  /** A write to the socket: it takes any number. */
  kick(notifyid: number): number {
    return this.toRemote(notifyid & 0xff);
  }

  shutdown(): number {
    return this.ask(DoorbellWord.shutdown, SHUTDOWN_MS);
  }

  detach(): number {
    return this.ask(DoorbellWord.detach, DETACH_MS);
  }

  echoRequest(): number {
    return this.toRemote(DoorbellWord.echo);
  }

  /** Leaves an abort request for the remote. */
  abortRequest(): number {
    return this.toRemote(DoorbellWord.abort);
  }

  /** The socket is looked at by QEMU's main loop, not within the guest's access. */
  protected pumpSoon(): void {
    this.wires.scheduler.post(() => this.pump());
  }

  /** The guest wrote a byte into the transmit register, which is full from here on. */
  protected transmit(byte: number): void {
    const { scheduler } = this.wires;
    const gone = (): void => {
      this.transmitted();
      scheduler.post(() => this.arrived(byte));
    };
    if (this.config.transmitMs === 0) gone();
    else scheduler.at(scheduler.now + this.config.transmitMs, gone);
  }

  private pump(): void {
    if (this.socket.length > 0 && this.canReceive()) this.receive(this.socket.shift()!);
  }

  private toRemote(byte: number): number {
    this.socket.push(byte);
    this.pump();
    return 0;
  }

  /** A refusal is no answer to wait for: Linux goes on when its time is over, as with a mailbox that has no word for it. */
  private ask(word: number, ms: number): number {
    this.granted = false;
    this.toRemote(word);
    return this.wires.scheduler.runUntil(() => this.granted, ms) ? 0 : -ETIME;
  }

  /** Linux's end. */
  private arrived(byte: number): void {
    if (byte < DOORBELL_NOTIFYIDS) this.wires.kicked(byte);
    else {
      if (byte === DoorbellWord.granted) this.granted = true;
      this.wires.word?.(byte);
    }
  }
}

/**
 * i.MX Messaging Unit from the remote's side. Linux (drivers/remoteproc/imx_rproc.c) writes notifyid << 16, ignores what
 * it receives and looks at all vrings; so does this driver. Linux waits up to 100 ms for each of its words to be read.
 */
import type { Da } from '../../runtime/abi/address.js';
import type { Mailbox, MailboxEvents, Registers } from '../../runtime/hal/mailbox.js';
import { Outbox } from './outbox.js';
import { type ImxMuLayout, muReceive, muTransmit } from './registers/imx-mu.js';

export interface ImxMuConfig {
  /** First register of this core's side of the MU. */
  readonly base: Da;
  readonly layout: ImxMuLayout;
  /** Register index that this core writes to: the host's `rx`. */
  readonly tx: number;
  /** Register index that this core reads from: the host's `tx`. */
  readonly rx: number;
}

/** Register 1 in all board files. */
export const imxMuChannels = { tx: 1, rx: 1 } as const;

export function imxMu(registers: Registers, config: ImxMuConfig): Mailbox {
  const { base, layout } = config;
  const tr = (base + layout.TR + 4 * config.tx) as Da;
  const rr = (base + layout.RR + 4 * config.rx) as Da;
  const tsr = (base + layout.TSR) as Da;
  const rsr = (base + layout.RSR) as Da;
  const tcr = (base + layout.TCR) as Da;
  const rcr = (base + layout.RCR) as Da;
  const empty = muTransmit(layout, config.tx);
  const full = muReceive(layout, config.rx);
  const outbox = new Outbox();
  let events: MailboxEvents | undefined;

  function set(register: Da, bits: number): void {
    registers.write32(register, (registers.read32(register) | bits) >>> 0);
  }

  function clear(register: Da, bits: number): void {
    registers.write32(register, (registers.read32(register) & ~bits) >>> 0);
  }

  function send(notifyid: number): boolean {
    if ((registers.read32(tsr) & empty) === 0) return false;
    registers.write32(tr, (notifyid << 16) >>> 0);
    return true;
  }

  return {
    enable(to) {
      events = to;
      clear(tcr, empty);
      set(rcr, full);
    },
    disable() {
      events = undefined;
      outbox.clear();
      clear(tcr, empty);
      clear(rcr, full);
    },
    ring(notifyid) {
      if (!(notifyid >= 0 && notifyid <= 0xffff)) {
        throw new RangeError('notifyid ' + notifyid + ' does not fit the upper half of an MU word');
      }
      if (outbox.empty && send(notifyid)) return true;
      outbox.add(notifyid);
      set(tcr, empty);
      return false;
    },
    interrupt() {
      if (events && (registers.read32(rsr) & full) !== 0) {
        // Reading lets Linux go on; whatever it sends from now on interrupts again.
        registers.read32(rr);
        events.kicked('all');
      }
      if (!outbox.empty && outbox.drain(send)) clear(tcr, empty);
    },
    busy: () => !outbox.empty,
    answer: () => true,
  };
}

/**
 * Xilinx IPI from the remote's side. Linux (drivers/remoteproc/xlnx_r5_remoteproc.c) writes a notifyid into its message
 * buffer, ignores what it receives and looks at all vrings. This driver does not touch the buffers: where those of an RPU
 * are is the board's matter, and a kick that follows another overwrites its notifyid.
 */
import type { Da } from '../../runtime/abi/address.js';
import type { Mailbox, MailboxEvents, Registers } from '../../runtime/hal/mailbox.js';
import { Ipi } from './registers/zynqmp-ipi.js';

export interface ZynqmpIpiConfig {
  /** First register of this core's agent. */
  readonly base: Da;
  /** Bit of the host's agent in TRIG, OBR and ISR. */
  readonly hostBit: number;
}

export function zynqmpIpi(registers: Registers, config: ZynqmpIpiConfig): Mailbox {
  const at = (offset: number): Da => (config.base + offset) as Da;
  const trig = at(Ipi.TRIG);
  const obr = at(Ipi.OBR);
  const isr = at(Ipi.ISR);
  const host = (1 << config.hostBit) >>> 0;
  let events: MailboxEvents | undefined;
  let waiting = false;

  function send(): boolean {
    if ((registers.read32(obr) & host) !== 0) return false;
    registers.write32(trig, host);
    return true;
  }

  return {
    enable(to) {
      events = to;
      waiting = false;
      registers.write32(at(Ipi.IER), host);
    },
    disable() {
      events = undefined;
      waiting = false;
      registers.write32(at(Ipi.IDR), host);
    },
    /** All notifyids are one: nothing interrupts when the host has acknowledged, so who kicks must poll while `busy`. */
    ring() {
      waiting = !send();
      return !waiting;
    },
    interrupt() {
      if (events && (registers.read32(isr) & host) !== 0) {
        registers.write32(isr, host);
        events.kicked('all');
      }
      if (waiting) waiting = !send();
    },
    busy: () => waiting,
    answer: () => true,
  };
}

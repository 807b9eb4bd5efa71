/**
 * STM32 IPCC from the remote's side. Channels carry nothing but "occupied": the sender sets it, the receiver frees it.
 * Linux's half is drivers/mailbox/stm32-ipcc.c below drivers/remoteproc/stm32_rproc.c.
 */
import type { Da } from '../../runtime/abi/address.js';
import { HostRequest } from '../../runtime/abi/host-request.js';
import type { Mailbox, MailboxEvents, Registers } from '../../runtime/hal/mailbox.js';
import { IPCC_CR_RXOIE, IPCC_CR_TXFIE, IPCC_PROC, IPCC_TX_SHIFT, Ipcc } from './registers/stm32-ipcc.js';

export interface Stm32IpccConfig {
  /** First register of the IPCC, that of processor 0. */
  readonly base: Da;
  /** Which processor this core is. */
  readonly processor: 0 | 1;
  /** Channel of each notifyid. stm32_rproc has channels for the two vrings of one vdev. */
  readonly vqs: readonly number[];
  readonly shutdown: number;
  readonly detach: number;
}

/** The M4 of an STM32MP15, all but the base: channels of stm32mp151.dtsi. */
export const stm32mp15Ipcc = { processor: 1, vqs: [0, 1], shutdown: 2, detach: 3 } as const;

export function stm32Ipcc(registers: Registers, config: Stm32IpccConfig): Mailbox {
  const own = config.base + IPCC_PROC * config.processor;
  const other = config.base + IPCC_PROC * (1 - config.processor);
  const cr = (own + Ipcc.CR) as Da;
  const mr = (own + Ipcc.MR) as Da;
  const scr = (own + Ipcc.SCR) as Da;
  const ownSr = (own + Ipcc.SR) as Da;
  const otherSr = (other + Ipcc.SR) as Da;
  const shutdown = 1 << config.shutdown;
  const detach = 1 << config.detach;
  const vqs = config.vqs;
  let received = shutdown | detach;
  for (let i = 0; i < vqs.length; i++) received |= 1 << vqs[i];

  let events: MailboxEvents | undefined;
  /** Channels to occupy as soon as they are free. */
  let waiting = 0;

  function mask(bits: number): void {
    registers.write32(mr, (registers.read32(mr) | bits) >>> 0);
  }

  function unmask(bits: number): void {
    registers.write32(mr, (registers.read32(mr) & ~bits) >>> 0);
  }

  function send(bits: number): void {
    registers.write32(scr, (bits << IPCC_TX_SHIFT) >>> 0);
  }

  /** Hands on what came. A vring's channel is freed first: a kick that comes while the ring is worked on must show. */
  function receive(to: MailboxEvents): void {
    const occupied = registers.read32(otherSr) & ~registers.read32(mr) & received;
    for (let i = 0; i < vqs.length; i++) {
      const bit = 1 << vqs[i];
      if ((occupied & bit) === 0) continue;
      registers.write32(scr, bit);
      to.kicked(i);
    }
    // These stay occupied until they are answered, and would interrupt all the time meanwhile.
    const asked = occupied & (shutdown | detach);
    if (asked === 0) return;
    mask(asked);
    if (asked & shutdown) to.requested(HostRequest.shutdown);
    if (asked & detach) to.requested(HostRequest.detach);
  }

  function sendWaiting(): void {
    if (waiting === 0) return;
    const free = waiting & ~registers.read32(ownSr);
    if (free === 0) return;
    waiting &= ~free;
    mask(free << IPCC_TX_SHIFT);
    send(free);
  }

  return {
    enable(to) {
      events = to;
      waiting = 0;
      registers.write32(mr, 0xffffffff);
      // What Linux asked of the core before it was reset is no matter of this life.
      registers.write32(scr, shutdown | detach);
      unmask(received);
      registers.write32(cr, IPCC_CR_RXOIE | IPCC_CR_TXFIE);
    },
    disable() {
      events = undefined;
      waiting = 0;
      registers.write32(cr, 0);
      registers.write32(mr, 0xffffffff);
    },
    ring(notifyid) {
      const channel = vqs[notifyid];
      if (channel === undefined) {
        throw new RangeError('no IPCC channel for notifyid ' + notifyid + ': Linux has ' + vqs.length);
      }
      const bit = 1 << channel;
      if ((waiting & bit) === 0 && (registers.read32(ownSr) & bit) === 0) {
        send(bit);
        return true;
      }
      // Linux frees the channel after it has queued its work, which may have run already: it needs another one.
      waiting |= bit;
      unmask(bit << IPCC_TX_SHIFT);
      return false;
    },
    interrupt() {
      if (events) receive(events);
      sendWaiting();
    },
    busy: () => waiting !== 0,
    /** Linux only sees that the channel is free; there is no way to refuse but to let it wait until it gives up. */
    answer(request, granted) {
      const bit = request === HostRequest.shutdown ? shutdown : request === HostRequest.detach ? detach : 0;
      if (bit === 0 || !granted) return true;
      registers.write32(scr, bit);
      unmask(bit);
      return true;
    },
  };
}

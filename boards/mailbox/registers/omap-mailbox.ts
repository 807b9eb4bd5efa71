/**
 * Registers and words of the OMAP4-type mailbox (OMAP4/5, DRA7, K3): FIFOs of 32-bit words and an interrupt block for
 * each user. Sources: drivers/mailbox/omap-mailbox.c (MAILBOX_* and OMAP4_MAILBOX_* macros), drivers/remoteproc/omap_remoteproc.h.
 */

/** Writing puts a word into FIFO m, reading takes the oldest. */
export const MAILBOX_MESSAGE = (m: number): number => 0x040 + 4 * m;
/** Bit 0: FIFO m is full. */
export const MAILBOX_FIFOSTATUS = (m: number): number => 0x080 + 4 * m;
/** Words in FIFO m. */
export const MAILBOX_MSGSTATUS = (m: number): number => 0x0c0 + 4 * m;
/** Count field of MSGSTATUS. */
export const MSGSTATUS_COUNT = 0x7f;
/** Events that user u has enabled; write 1 to clear. */
export const MAILBOX_IRQSTATUS = (u: number): number => 0x104 + 0x10 * u;
export const MAILBOX_IRQENABLE = (u: number): number => 0x108 + 0x10 * u;
export const MAILBOX_IRQENABLE_CLR = (u: number): number => 0x10c + 0x10 * u;
export const MAILBOX_IRQ_NEWMSG = (m: number): number => (1 << (2 * m)) >>> 0;
export const MAILBOX_IRQ_NOTFULL = (m: number): number => (1 << (2 * m + 1)) >>> 0;

/** Words that are no notifyid (`enum omap_rp_mbox_messages`). */
export const RpMbox = {
  READY: 0xffffff00,
  PENDING_MSG: 0xffffff01,
  CRASH: 0xffffff02,
  ECHO_REQUEST: 0xffffff03,
  ECHO_REPLY: 0xffffff04,
  ABORT_REQUEST: 0xffffff05,
  SUSPEND_AUTO: 0xffffff10,
  SUSPEND_SYSTEM: 0xffffff11,
  SUSPEND_ACK: 0xffffff12,
  SUSPEND_CANCEL: 0xffffff13,
  /** Not in kernel 7.2.13, where 0xFFFFFF14 ends the list: TI's kernels and the graceful-shutdown patches for ti_k3_*. */
  SHUTDOWN: 0xffffff14,
  SHUTDOWN_ACK: 0xffffff15,
} as const;

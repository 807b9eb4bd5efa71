/** A doorbell at register level: both drivers work, and what they do to the mailbox's registers decides what arrives. */
import type { Board, MailboxData } from '../../boards/board.js';
import { zynqmpIpiAgents } from '../../boards/mailbox/registers/zynqmp-ipi.js';
import type { GuestMailbox } from '../cores/quickjs/guest-mailbox.js';
import { ETIME } from '../errno.js';
import { noMailbox } from '../errors.js';
import { mailboxModel } from '../soc/mailbox/index.js';
import type { MailboxModel, MailboxWires } from '../soc/mailbox/mailbox.js';
import { InterruptLine } from '../soc/mailbox/peripheral.js';
import type { Scheduler } from '../soc/scheduler.js';
import type { Doorbell } from './doorbell.js';

/** Which user of an OMAP-type mailbox the core is: the model's, no device tree says. */
const REMOTE_USER = 1;

/**
 * The board's mailbox with what it does not know filled in: where the core sees the registers is taken to be where Linux does,
 * or for an RPU where TF-A has them. Throws ProblemError RP5050 for a board without one.
 */
function simulatedMailbox(board: Board): {
  readonly name: string;
  readonly mailbox: MailboxData & { readonly remoteBase: number };
} {
  const { name, mailbox } = board;
  if (!mailbox) throw noMailbox(name);
  const remoteBase = mailbox.remoteBase ?? mailbox.linuxBase ?? zynqmpIpiAgents.rpu0.base;
  return {
    name,
    mailbox: { ...mailbox, remoteBase, channels: { remoteUser: REMOTE_USER, ...mailbox.channels } },
  };
}

/** A model of the board's mailbox, and what the core needs to reach it. */
export interface WiredMailbox {
  readonly model: MailboxModel;
  readonly guest: GuestMailbox;
}

/** Bytes that the registers take, of any mailbox. */
const WINDOW = 0x1000;

/** `interrupt` makes the core serve its mailbox; a core that does not run is told when it does. */
export function wireMailbox(
  board: Board,
  scheduler: Scheduler,
  to: Pick<MailboxWires, 'kicked' | 'word'> & { interrupt(): void },
): WiredMailbox {
  const known = simulatedMailbox(board);
  const line = new InterruptLine(
    (task) => scheduler.post(task),
    () => {
      to.interrupt();
      return true;
    },
  );
  const { kicked, word } = to;
  const model = mailboxModel(known, { scheduler, remoteInterrupt: (high) => line.set(high), kicked, word });
  const guest = { board: known, registers: model.remote, size: WINDOW, served: () => line.done() };
  return { model, guest };
}

export function registerDoorbell(model: MailboxModel): Doorbell {
  return {
    kick: (notifyid) => model.kick(notifyid),
    canAsk: model.shutdown !== undefined && model.detach !== undefined,
    // How long Linux waits is the model's.
    ask: async (request) => (request === 'shutdown' ? model.shutdown?.() : model.detach?.()) ?? -ETIME,
    echo: () => void model.echoRequest?.(),
    // What waits in the registers is found by the core when it gets there.
    running() {},
    // The core's own driver sends what there is to say.
    crashed() {},
  };
}

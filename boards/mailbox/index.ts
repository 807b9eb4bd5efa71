/** Which driver a board's mailbox needs, made from the board's data. */
import { type Da, da } from '../../runtime/abi/address.js';
import type { Mailbox, Registers } from '../../runtime/hal/mailbox.js';
import type { MailboxData } from '../board.js';
import { channel, ipccChannels, muLayout } from './data.js';
import { imxMu } from './imx-mu.js';
import { omapMailbox } from './omap-mailbox.js';
import { imxMuLayouts } from './registers/imx-mu.js';
import { stm32Ipcc, stm32mp15Ipcc } from './stm32-ipcc.js';
import { uartDoorbell } from './uart-doorbell.js';
import { zynqmpIpi, zynqmpIpiFromApu } from './zynqmp-ipi.js';

/** The part of a board that a driver is made from. */
export interface MailboxBoard {
  readonly name: string;
  readonly mailbox?: MailboxData;
}

/**
 * The driver of the board's mailbox over `registers`. Throws an Error that says what is missing where the board has no
 * mailbox or does not know where it lies on the remote's side.
 */
export function mailboxDriver(board: MailboxBoard, registers: Registers): Mailbox {
  const { mailbox } = board;
  if (!mailbox) throw new Error('board ' + board.name + ' has no mailbox: its kicks do not go through one');
  const base = remoteBase(board.name, mailbox);
  switch (mailbox.type) {
    case 'stm32-ipcc':
      return stm32Ipcc(registers, { ...stm32mp15Ipcc, base, ...ipccChannels(board.name, mailbox) });
    case 'imx-mu': {
      // The board's channels are the host's: its rx is where this core writes.
      const tx = channel(board.name, mailbox, 'rx');
      const rx = channel(board.name, mailbox, 'tx');
      return imxMu(registers, { base, layout: imxMuLayouts[muLayout(board.name, mailbox)], tx, rx });
    }
    case 'omap-mailbox': {
      const rx = channel(board.name, mailbox, 'hostTx');
      const tx = channel(board.name, mailbox, 'hostRx');
      const user = channel(board.name, mailbox, 'remoteUser');
      return omapMailbox(registers, { base, rx, tx, user });
    }
    case 'zynqmp-ipi':
      return zynqmpIpi(registers, { ...zynqmpIpiFromApu, base });
    case 'cmsdk-uart':
      return uartDoorbell(registers, { base });
  }
}

function remoteBase(board: string, mailbox: MailboxData): Da {
  if (mailbox.remoteBase === undefined) {
    throw new Error(
      'board ' +
        board +
        ': where the remote core sees its ' +
        mailbox.type +
        ' is not known; set mailbox.remoteBase from the reference manual',
    );
  }
  return da(mailbox.remoteBase);
}

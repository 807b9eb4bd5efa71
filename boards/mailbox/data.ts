/** What a board says about its mailbox, read the same way by the remote's driver and by the simulator's model. */
import type { MailboxData } from '../board.js';
import type { ImxMuLayoutName } from './registers/imx-mu.js';
import { zynqmpIpiAgents } from './registers/zynqmp-ipi.js';

/** Layout of an i.MX MU; throws an Error for one that is not known. */
export function muLayout(board: string, mailbox: MailboxData): ImxMuLayoutName {
  const name = mailbox.layout;
  if (name === 'imx6sx' || name === 'imx7ulp' || name === 'v2') return name;
  throw new Error('board ' + board + ': unknown layout "' + name + '" of the imx-mu; imx6sx, imx7ulp or v2');
}

/** A channel number of the board's data; throws an Error where it is not there. */
export function channel(board: string, mailbox: MailboxData, name: string): number {
  const number = mailbox.channels ? mailbox.channels[name] : undefined;
  if (number === undefined) {
    throw new Error(
      'board ' +
        board +
        ': channel "' +
        name +
        '" of its ' +
        mailbox.type +
        ' is not known; set mailbox.channels',
    );
  }
  return number;
}

/** Channels of an STM32 IPCC: that of each notifyid, and those of Linux's two requests. */
export function ipccChannels(board: string, mailbox: MailboxData) {
  return {
    vqs: [channel(board, mailbox, 'vq0'), channel(board, mailbox, 'vq1')],
    shutdown: channel(board, mailbox, 'shutdown'),
    detach: channel(board, mailbox, 'detach'),
  };
}

/**
 * Bit of the IPI agent that Linux has: the APU's when left out. Device trees whose mailbox has `xlnx,ipi-id = <7>` give it the
 * agent of PL0.
 */
export function ipiHostBit(mailbox: MailboxData): number {
  return mailbox.channels?.host ?? zynqmpIpiAgents.apu.bit;
}

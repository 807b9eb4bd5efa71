/** Which driver a board's mailbox needs and what it is made from, as plain data: the build writes it into programs. */
import { type Da, da } from '../../runtime/abi/address.js';
import type { MailboxData } from '../board.js';
import { channel, ipccChannels, ipiHostBit, muLayout } from './data.js';
import type { ImxMuConfig } from './imx-mu.js';
import type { OmapMailboxConfig } from './omap-mailbox.js';
import { imxMuLayouts } from './registers/imx-mu.js';
import { type Stm32IpccConfig, stm32mp15Ipcc } from './stm32-ipcc.js';
import type { ZynqmpIpiConfig } from './zynqmp-ipi.js';

/** The part of a board that a driver is made from. */
export interface MailboxBoard {
  readonly name: string;
  readonly mailbox?: MailboxData;
}

export type DriverData =
  | { readonly type: 'stm32-ipcc'; readonly config: Stm32IpccConfig }
  | { readonly type: 'imx-mu'; readonly config: ImxMuConfig }
  | { readonly type: 'omap-mailbox'; readonly config: OmapMailboxConfig }
  | { readonly type: 'zynqmp-ipi'; readonly config: ZynqmpIpiConfig }
  /** The first register of the UART. */
  | { readonly type: 'cmsdk-uart' | 'pl011-uart' | 'ns16550-uart'; readonly config: Da };

/** Throws an Error that says what is missing where the board has no mailbox or does not know where it lies on the remote's side. */
export function driverData({ name, mailbox }: MailboxBoard): DriverData {
  if (!mailbox) throw new Error('board ' + name + ' has no mailbox: its kicks do not go through one');
  const base = remoteBase(name, mailbox);
  const { type } = mailbox;
  switch (type) {
    case 'stm32-ipcc':
      return { type, config: { ...stm32mp15Ipcc, base, ...ipccChannels(name, mailbox) } };
    case 'imx-mu': {
      // The board's channels are the host's: its rx is where this core writes.
      const tx = channel(name, mailbox, 'rx');
      const rx = channel(name, mailbox, 'tx');
      return { type, config: { base, layout: imxMuLayouts[muLayout(name, mailbox)], tx, rx } };
    }
    case 'omap-mailbox': {
      const rx = channel(name, mailbox, 'hostTx');
      const tx = channel(name, mailbox, 'hostRx');
      const user = channel(name, mailbox, 'remoteUser');
      return { type, config: { base, rx, tx, user } };
    }
    case 'zynqmp-ipi':
      return { type, config: { base, hostBit: ipiHostBit(mailbox) } };
    case 'cmsdk-uart':
    case 'pl011-uart':
    case 'ns16550-uart':
      return { type, config: base };
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

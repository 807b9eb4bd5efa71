/** Which model a board's mailbox needs, made from the same data as the remote's driver. */
import type { MailboxData } from '../../../boards/board.js';
import { channel, ipccChannels, ipiHostBit, muLayout } from '../../../boards/mailbox/data.js';
import { imxMuLayouts } from '../../../boards/mailbox/registers/imx-mu.js';
import { CmsdkUartModel } from './cmsdk-uart.js';
import { ImxMuModel, imxMuModel } from './imx-mu.js';
import type { MailboxModel, MailboxWires } from './mailbox.js';
import { Ns16550UartModel } from './ns16550-uart.js';
import { k3MailboxModel, OmapMailboxModel } from './omap-mailbox.js';
import { Pl011UartModel } from './pl011-uart.js';
import { Stm32IpccModel, stm32mp15IpccModel } from './stm32-ipcc.js';
import { ZynqmpIpiModel, zynqmpRpu0Model } from './zynqmp-ipi.js';

/** Works for every board that has a mailbox: unlike a driver, a model needs no address. Throws as `mailboxDriver` does. */
export function mailboxModel(
  board: { readonly name: string; readonly mailbox?: MailboxData },
  wires: MailboxWires,
): MailboxModel {
  const { name, mailbox } = board;
  if (!mailbox) throw new Error(`board ${name} has no mailbox: its kicks do not go through one`);
  const number = (what: string): number => channel(name, mailbox, what);
  switch (mailbox.type) {
    case 'stm32-ipcc':
      return new Stm32IpccModel(wires, { ...stm32mp15IpccModel, ...ipccChannels(name, mailbox) });
    case 'imx-mu': {
      const layout = imxMuLayouts[muLayout(name, mailbox)];
      return new ImxMuModel(wires, { ...imxMuModel, layout, tx: number('tx'), rx: number('rx') });
    }
    case 'omap-mailbox': {
      const { hostUser, remoteUser } = { ...k3MailboxModel, ...mailbox.channels };
      const fifos = { hostRx: number('hostRx'), hostTx: number('hostTx') };
      return new OmapMailboxModel(wires, { ...k3MailboxModel, ...fifos, hostUser, remoteUser });
    }
    case 'zynqmp-ipi':
      return new ZynqmpIpiModel(wires, { ...zynqmpRpu0Model, hostBit: ipiHostBit(mailbox) });
    case 'cmsdk-uart':
      return new CmsdkUartModel(wires);
    case 'pl011-uart':
      return new Pl011UartModel(wires);
    case 'ns16550-uart':
      return new Ns16550UartModel(wires);
  }
}

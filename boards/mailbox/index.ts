/** Which driver a board's mailbox needs, made from the board's data. */
import type { Mailbox, Registers } from '../../runtime/hal/mailbox.js';
import { cmsdkUart } from './cmsdk-uart.js';
import { driverData, type MailboxBoard } from './driver-data.js';
import { imxMu } from './imx-mu.js';
import { ns16550Uart } from './ns16550-uart.js';
import { omapMailbox } from './omap-mailbox.js';
import { pl011Uart } from './pl011-uart.js';
import { stm32Ipcc } from './stm32-ipcc.js';
import { uartDoorbell } from './uart-doorbell.js';
import { zynqmpIpi } from './zynqmp-ipi.js';

export type { MailboxBoard } from './driver-data.js';

/** The driver of the board's mailbox over `registers`. Throws as `driverData` does. */
export function mailboxDriver(board: MailboxBoard, registers: Registers): Mailbox {
  const driver = driverData(board);
  switch (driver.type) {
    case 'stm32-ipcc':
      return stm32Ipcc(registers, driver.config);
    case 'imx-mu':
      return imxMu(registers, driver.config);
    case 'omap-mailbox':
      return omapMailbox(registers, driver.config);
    case 'zynqmp-ipi':
      return zynqmpIpi(registers, driver.config);
    case 'cmsdk-uart':
      return uartDoorbell(cmsdkUart(registers, driver.config));
    case 'pl011-uart':
      return uartDoorbell(pl011Uart(registers, driver.config));
    case 'ns16550-uart':
      return uartDoorbell(ns16550Uart(registers, driver.config));
  }
}

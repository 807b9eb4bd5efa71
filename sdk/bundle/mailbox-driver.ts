/** The code that a program for a native board begins with: its mailbox's driver, and no other, made from the board's data. */
import { resolve } from 'node:path';
import type { Board } from '../../boards/board.js';
import { type DriverData, driverData } from '../../boards/mailbox/driver-data.js';
import { isNative } from '../native/layout.js';

/** File in boards/mailbox/ and the function in it that makes the driver, or the UART below a doorbell. */
const MAKERS: { readonly [type in DriverData['type']]: readonly [file: string, make: string] } = {
  'stm32-ipcc': ['stm32-ipcc.js', 'stm32Ipcc'],
  'imx-mu': ['imx-mu.js', 'imxMu'],
  'omap-mailbox': ['omap-mailbox.js', 'omapMailbox'],
  'zynqmp-ipi': ['zynqmp-ipi.js', 'zynqmpIpi'],
  'cmsdk-uart': ['cmsdk-uart.js', 'cmsdkUart'],
  'pl011-uart': ['pl011-uart.js', 'pl011Uart'],
  'ns16550-uart': ['ns16550-uart.js', 'ns16550Uart'],
};

/**
 * Lines of a module; none for a board whose kicks are the engine's matter. `runtimeDir` and `mailboxDir` hold the built files.
 * Throws as `driverData` does.
 */
export function mailboxDriverCode(board: Board, runtimeDir: string, mailboxDir: string): string {
  if (!isNative(board)) return '';
  const { imports, driver } = mailboxDriverParts(board, mailboxDir);
  const connect = JSON.stringify(resolve(runtimeDir, 'hal/connect-mailbox.js'));
  return [
    ...imports,
    `import { connectMailbox } from ${connect};`,
    `connectMailbox((registers) => ${driver}, ${board.native.crash !== undefined});\n`,
  ].join('\n');
}

/** Import lines, and the expression that makes the driver over `registers`. Throws as `driverData` does. */
export function mailboxDriverParts(
  board: Board,
  mailboxDir: string,
): { readonly imports: readonly string[]; readonly driver: string } {
  const { type, config } = driverData(board);
  const [file, make] = MAKERS[type];
  const imports = [[resolve(mailboxDir, file), make]];
  let driver = `${make}(registers, ${JSON.stringify(config)})`;
  if (type.endsWith('-uart')) {
    imports.push([resolve(mailboxDir, 'uart-doorbell.js'), 'uartDoorbell']);
    driver = `uartDoorbell(${driver})`;
  }
  return {
    imports: imports.map(([from, name]) => `import { ${name} } from ${JSON.stringify(from)};`),
    driver,
  };
}

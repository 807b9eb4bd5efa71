/**
 * A core whose kicks go through its mailbox: the board's own driver runs inside of the guest, beneath the program, and its
 * register accesses come out here. On a real core the start-up code does what `installDriver` does.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { QuickJSHandle } from 'quickjs-emscripten';
import type { MailboxData } from '../../../boards/board.js';
import type { Peripheral } from '../../soc/mailbox/peripheral.js';
import type { Instance } from './engine.js';

/** The registers that the core finds its mailbox at. */
export interface GuestMailbox {
  /** With everything that the driver needs to know. */
  readonly board: { readonly name: string; readonly mailbox: MailboxData & { readonly remoteBase: number } };
  readonly registers: Peripheral;
  /** Bytes from `remoteBase` on. */
  readonly size: number;
  /** The core has served its interrupt, or begins to listen: the line may be looked at again. */
  served(): void;
}

/** Built files, of this package or of the checkout: what a core runs is JavaScript. */
const dist = fileURLToPath(
  new URL(/[\\/]dist[\\/]/.test(import.meta.url) ? '../../../' : '../../../dist/', import.meta.url),
);

/** Puts the board's driver between the hal and the program; the error that it threw, if any. */
export function installDriver(
  { context, runtime }: Instance,
  { board }: GuestMailbox,
): QuickJSHandle | undefined {
  runtime.setModuleLoader((name) => readFileSync(dist + name, 'utf8'));
  const source = `
    import { mailboxHal } from './runtime/hal/mailbox-hal.js';
    import { mailboxDriver } from './boards/mailbox/index.js';
    const hal = globalThis.__rproc_hal;
    globalThis.__rproc_hal = mailboxHal(hal, mailboxDriver(${JSON.stringify(board)}, hal));`;
  const evaluated = context.evalCode(source, 'mailbox.js', { type: 'module' });
  // Firmware must not reach files of this machine.
  runtime.removeModuleLoader();
  return evaluated.error ?? runtime.executePendingJobs().error;
}

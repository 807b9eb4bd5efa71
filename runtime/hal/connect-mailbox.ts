/**
 * Puts the board's mailbox driver between the engine and the stack. The build calls it first in programs for boards with
 * machine code; the same image runs on simulated cores too.
 */
import type { EngineHal } from './hal.js';
import type { Mailbox, Registers } from './mailbox.js';
import { mailboxHal } from './mailbox-hal.js';
import { HAL_GLOBAL } from './quickjs.js';

/** `crashIsTold`: the core's start-up code tells the host of every crash, so that the driver need not do it as well. */
export function connectMailbox(driver: (registers: Registers) => Mailbox, crashIsTold: boolean): void {
  const scope = globalThis as unknown as { [name: string]: EngineHal | undefined };
  const engine = scope[HAL_GLOBAL];
  // A simulated core has kicks: as calls, or through a driver that the simulator has put in.
  if (!engine || engine.kick) return;
  const mailbox = driver(engine);
  if (crashIsTold) mailbox.crashed = undefined;
  scope[HAL_GLOBAL] = mailboxHal(engine, mailbox);
}

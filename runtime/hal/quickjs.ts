/**
 * The hal of QuickJS cores: the engine's start-up (C on a real core, guest-hal.js in the simulator) leaves it
 * in a global before it runs the program.
 */
import type { Hal } from './hal.js';

/** Name of the global that holds the hal. */
export const HAL_GLOBAL = '__rproc_hal';

export function quickjsHal(scope: { [name: string]: unknown }): Hal {
  const hal = scope[HAL_GLOBAL];
  if (!hal) throw new Error(HAL_GLOBAL + ' is missing');
  return hal as Hal;
}

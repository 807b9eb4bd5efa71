/** First thing in every bundle for Espruino, as boot.ts is in others: the engine's own hal, and what the engine lacks. */
import type { DeclaredResource } from './abi/declared-resource.js';
import { setCurrent } from './current.js';
import { giveGlobals } from './firmware-globals.js';
import { type EspruinoScope, type EspruinoSetup, espruinoHal } from './hal/espruino.js';
import { FirmwarePromise } from './hal/espruino-promise.js';
import type { BoardInfo, Hal } from './hal/hal.js';
import { Remote } from './remote.js';

declare const global: { [name: string]: unknown };

export function bootEspruino(
  board: BoardInfo,
  declared: readonly DeclaredResource[],
  setup: EspruinoSetup,
  overMailbox?: (hal: Hal) => Hal,
): void {
  const hal = espruinoHal(global as unknown as EspruinoScope, setup, overMailbox);
  const remote = new Remote(hal, board, declared);
  hal.onJobsDone(() => FirmwarePromise.tellUnhandled((reason) => remote.crash(reason)));
  setCurrent(remote);
  giveGlobals(global, remote);
  remote.start();
}

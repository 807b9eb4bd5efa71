/**
 * First thing in every bundle: makes the remote out of the engine's hal and gives firmware its globals. The
 * build puts a call of `boot` in front of the author's entry.
 */
import type { DeclaredResource } from './abi/declared-resource.js';
import { setCurrent } from './current.js';
import { giveGlobals } from './firmware-globals.js';
import type { BoardInfo } from './hal/hal.js';
import { quickjsHal } from './hal/quickjs.js';
import { trackPromises } from './hal/tracked-promise.js';
import { Remote } from './remote.js';

export function boot(board: BoardInfo, declared: readonly DeclaredResource[]): void {
  const scope = globalThis as unknown as { [name: string]: unknown; Promise: PromiseConstructor };
  const hal = quickjsHal(scope);
  const jobsDone = trackPromises(scope, (reason) => remote.crash(reason));
  const remote = new Remote(hal, board, declared);
  hal.onJobsDone(jobsDone);
  setCurrent(remote);
  giveGlobals(scope, remote);
  remote.start();
}

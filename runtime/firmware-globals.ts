/** What firmware finds without importing it, on every engine (the declarations are in index.ts). */
import type { Remote } from './remote.js';

/** Puts `console` and the timers of `remote` into an engine's global scope. */
export function giveGlobals(scope: { [name: string]: unknown }, remote: Remote): void {
  const start =
    (repeat: boolean) =>
    (callback: () => void, delay?: number, ...args: unknown[]) =>
      remote.timers.start(callback, delay, repeat, args);
  scope.console = remote.console;
  scope.setTimeout = start(false);
  scope.setInterval = start(true);
  scope.clearTimeout = scope.clearInterval = (id: number) => remote.timers.stop(id);
}

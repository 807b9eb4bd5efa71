/** No emulator outlives this process, however it ends. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const cleanups = new Set<() => void>();

function cleanUp(): void {
  for (const cleanup of [...cleanups]) cleanup();
}

/** Calls `cleanup` when the process exits, also with an uncaught error; until the function that it returns is called. */
export function atExit(cleanup: () => void): () => void {
  if (cleanups.size === 0) process.on('exit', cleanUp);
  cleanups.add(cleanup);
  return () => {
    cleanups.delete(cleanup);
    if (cleanups.size === 0) process.off('exit', cleanUp);
  };
}

/**
 * A command line that ends with this process also where it is killed and runs no handler: util-linux's setpriv asks the
 * kernel for it (PR_SET_PDEATHSIG). Without setpriv a SIGKILL leaves QEMU behind.
 */
export function boundToUs(command: string, args: readonly string[]): [string, string[]] {
  const setpriv = findOnPath('setpriv');
  return setpriv ? [setpriv, ['--pdeathsig', 'KILL', command, ...args]] : [command, [...args]];
}

/** The file that a command's name leads to; undefined when it is not installed. */
export function findOnPath(command: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, command);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

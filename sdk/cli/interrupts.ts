/** Ctrl-C: what was begun is finished. */

/** For files that are written. Runs `work`; a SIGINT or SIGTERM that comes meanwhile ends the process when it is done. */
export async function holdingInterrupts<T>(work: () => Promise<T>): Promise<T> {
  let held: NodeJS.Signals | undefined;
  const hold = (signal: NodeJS.Signals): void => {
    held = signal;
  };
  process.on('SIGINT', hold).on('SIGTERM', hold);
  try {
    return await work();
  } finally {
    process.off('SIGINT', hold).off('SIGTERM', hold);
    if (held) process.kill(process.pid, held);
  }
}

/** The first SIGINT or SIGTERM aborts the signal, a second one ends the process; `off` ends that. */
export function onInterrupt(): { readonly signal: AbortSignal; off(): void } {
  const controller = new AbortController();
  const abort = (): void => {
    off();
    controller.abort();
  };
  const off = (): void => {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  };
  process.on('SIGINT', abort).on('SIGTERM', abort);
  return { signal: controller.signal, off };
}

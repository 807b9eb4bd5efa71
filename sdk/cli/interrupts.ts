/** Ctrl-C while files are written: what was begun is finished, then the signal has its way. */

/** Runs `work`; a SIGINT or SIGTERM that comes meanwhile ends the process when it is done. */
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

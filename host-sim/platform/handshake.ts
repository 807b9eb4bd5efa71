/** What Linux says to a running core before it stops it or lets go of it (stm32_rproc.c). */
import type { Rproc } from '../remoteproc/rproc.js';
import type { Doorbell } from './doorbell.js';

/** `tx_tout` of the two channels, ms. */
const SHUTDOWN_MS = 500;
const DETACH_MS = 200;

/** The first half of `stm32_rproc_stop()`: a core that crashed, or never came up, is not asked. Goes on without an answer. */
export async function askShutdown(rproc: Rproc, doorbell: Doorbell): Promise<void> {
  if (rproc.state === 'offline' || rproc.state === 'crashed' || !doorbell.canAsk) return;
  if ((await doorbell.ask('shutdown', SHUTDOWN_MS)) < 0) {
    rproc.kernel.log.warn(rproc, 'warning: remote FW shutdown without ack');
  }
}

/** `stm32_rproc_detach()`. */
export async function askDetach(rproc: Rproc, doorbell: Doorbell): Promise<void> {
  if (doorbell.canAsk && (await doorbell.ask('detach', DETACH_MS)) < 0) {
    rproc.kernel.log.warn(rproc, 'warning: remote FW detach without ack');
  }
}

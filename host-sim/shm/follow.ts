/** Lets a remote live in real time: looks at its mailbox without a pause while there is traffic, seldom while there is none. */
import type { ShmRemote } from './remote.js';

/** How long nobody sleeps after something has happened, ms. */
const BUSY_MS = 3;
/** Looks at the mailbox between two turns of Node's own queues. */
const LOOKS = 32;
const IDLE_MS = 1;
/** What a look waits for next, where another process has to do it: that one gets this processor meanwhile. */
const NAP_MS = 0.05;

/** Runs until `ended()`; what the remote throws comes out of the promise. */
export async function follow(remote: ShmRemote, clock: () => number, ended: () => boolean): Promise<void> {
  let active = clock();
  while (!ended()) {
    for (let look = 0; look < LOOKS; look++) {
      if (await remote.poll()) active = clock();
      else if (remote.isOutside) nap();
    }
    if (clock() - active < BUSY_MS) await turn();
    else await sleep(Math.min(IDLE_MS, remote.idleMs));
  }
}

const cell = new Int32Array(new SharedArrayBuffer(4));
const nap = (): void => void Atomics.wait(cell, 0, 0, NAP_MS);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

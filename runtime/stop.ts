/** What firmware does before Linux takes the core away. Firmware that does not use it carries none of it. */
import type { StopReason } from './abi/host-request.js';
import { current } from './current.js';
import type { Remote } from './remote.js';

export type { StopReason } from './abi/host-request.js';

/**
 * Called with what Linux is about to do. Linux gets its answer when the handler has returned and its promise, if that is
 * what it returned, has settled. `false` refuses: a suspend is cancelled then, any other request stays without an answer.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: most handlers return nothing
export type StopHandler = (reason: StopReason) => void | boolean | PromiseLike<void | boolean>;

let owner: Remote | undefined;
let handlers: StopHandler[] = [];

/**
 * Adds a handler that runs before Linux stops the core or detaches from it, after `onUnbound` of the endpoints: Linux has
 * taken its virtio devices down by then, so nothing can be sent. Linux waits a little and then goes on, answer or not: 500 ms
 * before a stop, 200 ms before a detach (stm32_rproc.c). Most of its drivers do not ask at all; see docs/firmware/lifecycle.md.
 */
export function onStop(handler: StopHandler): void {
  const remote = current();
  if (owner !== remote) {
    const own: StopHandler[] = [];
    owner = remote;
    handlers = own;
    const { hal } = remote;
    if (hal.onRequest) hal.onRequest((reason, answer) => ask(remote, own, reason, answer));
  }
  handlers.push(handler);
}

/** What a handler throws ends in a rejection that nobody handles, and that crashes the core with its stack. */
function ask(
  remote: Remote,
  own: readonly StopHandler[],
  reason: StopReason,
  answer: (granted: boolean) => void,
): void {
  new Promise<unknown[]>((resolve) => {
    // Linux changed the status bytes without a kick.
    remote.poll();
    resolve(Promise.all(own.map((handler) => handler(reason))));
  }).then((results) => answer(results.indexOf(false) < 0));
}

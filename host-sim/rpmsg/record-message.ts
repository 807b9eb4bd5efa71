/** Messages on their way to a recorder. */
import { RPMSG_BUF_SIZE, RpmsgHdr } from '../../runtime/abi/rpmsg.js';
import type { Kernel } from '../kernel.js';
import type { VirtioDevice } from '../virtio/bus.js';

/** Shows the message in the buffer at `at` of `buffers` to whoever records the run. Callers ask first whether anybody does. */
export function recordMessage(
  { recorder, scheduler }: Kernel,
  { name, transport }: VirtioDevice,
  direction: 'in' | 'out',
  buffers: Uint8Array,
  at: number,
): void {
  const { len } = RpmsgHdr.unpack(buffers, at);
  const length = RpmsgHdr.size + len;
  const bytes = buffers.subarray(at, at + Math.min(length, RPMSG_BUF_SIZE));
  const from = { device: name, processor: transport.processor };
  recorder?.message({ time: scheduler.now, ...from, direction, bytes, length });
}

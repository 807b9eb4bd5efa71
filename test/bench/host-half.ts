/** What Linux's half of an echo costs, with the guest left out: the remote side of the rings is worked between the clocks. */
import { rpmsgBytes } from '../support/sim-remote.js';
import { rpmsgBench } from '../support/sim-rpmsg.js';

const BATCH = 64;
const NUM = 256;
const SIZE = 64;
const HEADER_SIZE = 16;
const NOTHING = new Uint8Array(0);

/** Returns a function that echoes `count` messages and says how many ms Linux worked for them. */
export async function hostHalf(): Promise<(count: number) => number> {
  const { bench, remote } = await rpmsgBench({ num: NUM });
  remote.announce('bench', 0x400);
  const [channel] = bench.sim.channels;
  let received = 0;
  const endpoint = channel.createEpt(() => {
    received++;
  })!;
  const data = new Uint8Array(SIZE);
  return (count) => {
    let ms = 0;
    received = 0;
    for (let sent = 0; sent < count; sent += BATCH) {
      let begin = performance.now();
      for (let i = 0; i < BATCH; i++) endpoint.trysendto(data, channel.dst);
      ms += performance.now() - begin;
      for (let i = 0; i < BATCH; i++) {
        remote.receive();
        const buffer = remote.tx.take()!;
        bench.atPa(buffer.addr, HEADER_SIZE).set(rpmsgBytes(channel.dst, endpoint.addr, NOTHING, SIZE));
        remote.tx.put(buffer.id, HEADER_SIZE + SIZE);
      }
      remote.tx.publish();
      bench.core.calls.length = 0;
      begin = performance.now();
      remote.interrupt(0);
      ms += performance.now() - begin;
    }
    if (received !== count) throw new Error(`${received} of ${count} messages came back`);
    return ms;
  };
}

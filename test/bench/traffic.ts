/** Message traffic between a simulated Linux and an echo firmware, in rounds that can be timed. */
import type { Board } from '../../boards/board.js';
import { type RpmsgEndpoint, Simulation, type SimulationOptions } from '../../host-sim/index.js';

const SIZE = 64;

export interface Traffic {
  readonly simulation: Simulation;
  /** `count` messages there and back, in batches of `batch`: a kick per batch. */
  echo(count: number, batch: number): void;
  /** `count` messages to the firmware, in batches of 64. */
  oneWayIn(count: number): void;
  /** `count` messages from the firmware, 64 for each request. */
  oneWayOut(count: number): void;
  /** Kicks in both directions for `count` echoed messages in batches of `batch`. */
  countKicks(count: number, batch: number): { toRemote: number; toHost: number };
}

/** Boots `image` and waits until its three endpoints are announced. */
export async function startTraffic(
  board: Board,
  image: Uint8Array,
  core?: SimulationOptions['core'],
): Promise<Traffic> {
  const simulation = new Simulation({ board, core });
  simulation.setFirmware('bench.elf', image);
  const errno = await simulation.start();
  if (errno !== 0) throw new Error(`bench image did not boot: ${errno}`);
  if (!simulation.runUntil(() => simulation.channels.length === 3, 1000)) throw new Error('no channels');

  let received = 0;
  const open = (name: string): { endpoint: RpmsgEndpoint; dst: number } => {
    const channel = simulation.channels.find((candidate) => candidate.name === name)!;
    const endpoint = channel.createEpt(() => {
      received++;
    })!;
    return { endpoint, dst: channel.dst };
  };
  const echo = open('bench-echo');
  const sink = open('bench-sink');
  const source = open('bench-source');
  const data = new Uint8Array(SIZE);

  function inBatches(to: typeof echo, count: number, batch: number): void {
    for (let sent = 0; sent < count; sent += batch) {
      for (let i = 0; i < batch; i++) {
        if (to.endpoint.trysendto(data, to.dst) !== 0) throw new Error('the host ran out of buffers');
      }
      simulation.settle();
    }
  }

  function expecting(count: number, run: () => void): void {
    received = 0;
    run();
    if (received !== count) throw new Error(`${received} of ${count} messages came back`);
  }

  return {
    simulation,
    echo: (count, batch) => expecting(count, () => inBatches(echo, count, batch)),
    oneWayIn: (count) => expecting(0, () => inBatches(sink, count, 64)),
    oneWayOut: (count) => expecting(count, () => inBatches(source, count / 64, 1)),
    countKicks(count, batch) {
      const before = { ...simulation.kicks };
      expecting(count, () => inBatches(echo, count, batch));
      const { toRemote, toHost } = simulation.kicks;
      return { toRemote: toRemote - before.toRemote, toHost: toHost - before.toHost };
    },
  };
}

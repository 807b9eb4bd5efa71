/** What a seed of the fault volume does: which faults, which traffic. */
import type { FaultPlan, KernelVersion, KickPlan } from '../../../host-sim/index.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import { below, between, type Random, streamOf } from '../../../host-sim/random.js';

/** Sends that the host driver makes: at this time, so many, so large. */
export interface Burst {
  /** Virtual ms after the boot. */
  readonly at: number;
  readonly sizes: readonly number[];
  /** With `rpmsg_trysendto()`, which fails where the other one sleeps. */
  readonly trying: boolean;
}

export interface Scenario {
  readonly seed: number;
  readonly kernel: KernelVersion;
  readonly faults: FaultPlan;
  readonly interleave: boolean;
  readonly bursts: readonly Burst[];
  /** The driver's callback sends the next message itself, for each of so many messages one. */
  readonly replyEvery: number;
  /** Virtual ms after which nothing more goes wrong. */
  readonly quietAt: number;
}

/** Bytes of epoch, number, acknowledgement and checksum; every message has them. */
export const HEAD = 16;
const MTU = 496;

export function scenarioOf(seed: number): Scenario {
  const random = streamOf(seed, 'scenario');
  const length = 20 + random() * 40;
  return {
    seed,
    kernel: kernelVersions[below(random, kernelVersions.length)],
    faults: planFrom(random, length),
    interleave: random() < 0.7,
    bursts: Array.from({ length: 1 + below(random, 6) }, () => burstFrom(random, length)),
    replyEvery: random() < 0.3 ? 1 + below(random, 4) : 0,
    // A driver that is away at most 200 ms is to have something to do when it is back.
    quietAt: length + (random() < 0.3 ? 250 : 0),
  };
}

function burstFrom(random: Random, length: number): Burst {
  const count = 1 + below(random, random() < 0.3 ? 20 : 5);
  const at = Math.round(random() * length * 1000) / 1000;
  const size = () => HEAD + (random() < 0.1 ? MTU - HEAD : below(random, 48));
  return { at, sizes: Array.from({ length: count }, size), trying: random() < 0.3 };
}

/** Mostly some faults together; now and then all, or none. */
function planFrom(random: Random, length: number): FaultPlan {
  const share = random() < 0.1 ? 1 : random() * 0.6;
  const some = <T>(make: () => T, weight = 1): T | undefined =>
    random() < share * weight ? make() : undefined;
  const moment = (often: number) =>
    random() < 0.5 ? often * random() : { at: [between(random, [0, length])] };
  return {
    kicks: some(() => {
      const both = kickPlan(random);
      return random() < 0.3 ? { toRemote: both, toHost: kickPlan(random) } : both;
    }, 1.5),
    host: {
      slow: some(() => ({ probability: random() * 0.5, ms: random() * 20 })),
      reset: some(() => moment(0.03)),
    },
    core: { crash: some(() => moment(0.03)), restart: some(() => moment(0.02)) },
    rings: { corrupt: some(() => random() * 0.1, 0.4) },
    firmware: { vanish: some(() => random() * 0.3, 0.3) },
    memory: { fail: some(() => random() * 0.2, 0.3) },
  };
}

function kickPlan(random: Random): KickPlan {
  const often = () => (random() < 0.5 ? 0 : random() * (random() < 0.1 ? 1 : 0.3));
  return {
    drop: often(),
    duplicate: often(),
    delay: often(),
    spurious: often(),
    delayMs: [0, random() * 10],
  };
}

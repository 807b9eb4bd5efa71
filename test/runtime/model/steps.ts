/** One run as plain data: what host and firmware do, step by step. A failing run prints its steps; they replay it. */
import fc from 'fast-check';
import { CLAIM_PEER, type Holding, PEER } from './firmware.js';
import { Died, Model, type Setup } from './model.js';
import { Broken, check } from './side.js';
import type { Kind } from './traffic.js';
import type { Sabotage } from './world.js';

/** What the host may do in the middle of the core's turn: in a handler, at a barrier, an index store or a kick. */
export const MEANWHILE = ['put', 'post', 'take0', 'take1', 'on0', 'off0', 'on1', 'off1', 'die'] as const;

export interface Meanwhile {
  /** How many such moments pass before. */
  readonly after: number;
  readonly what: (typeof MEANWHILE)[number];
}

export type Step =
  | {
      readonly op: 'put';
      readonly count: number;
      readonly size: number;
      readonly kind: Kind;
      readonly hold: Holding;
      readonly answer?: number;
      readonly decide: boolean;
    }
  | { readonly op: 'post'; readonly count: number; readonly decide: boolean }
  | { readonly op: 'take'; readonly ring: 0 | 1; readonly count: number; readonly repost: boolean }
  | { readonly op: 'interrupts'; readonly ring: 0 | 1; readonly on: boolean }
  | { readonly op: 'decide' | 'reset' | 'up' | 'restart' | 'recover' }
  | { readonly op: 'deliver' | 'spurious'; readonly meanwhile?: Meanwhile }
  | { readonly op: 'trySend' | 'send' | 'compose'; readonly size: number; readonly meanwhile?: Meanwhile }
  | { readonly op: 'tooLong' | 'claim' }
  | { readonly op: 'commit'; readonly index: number; readonly size: number; readonly meanwhile?: Meanwhile }
  | { readonly op: 'release' | 'letGo'; readonly index: number; readonly meanwhile?: Meanwhile };

export interface Run {
  readonly setup: Setup;
  readonly steps: readonly Step[];
}

/** Runs the steps from start to end, then lets everything come to rest. Throws Broken where a rule is broken. */
export function play({ setup, steps }: Run, sabotage: Sabotage = {}): Model {
  const model = new Model(setup, sabotage);
  for (const step of steps) playStep(model, step);
  rest(model);
  return model;
}

function playStep(model: Model, step: Step): void {
  if ('meanwhile' in step && step.meanwhile) arm(model, step.meanwhile);
  try {
    if (hostStep(model, step)) model.settle();
    else firmwareStep(model, step);
  } catch (error) {
    if (!(error instanceof Died)) throw error;
    // The core died in its handler: a new one goes on with the rings, or Linux starts both anew.
    if (!model.restart()) recover(model);
  }
  model.dieAfter = Infinity;
}

function arm(model: Model, { after, what }: Meanwhile): void {
  if (what === 'die') {
    model.dieAfter = after;
    return;
  }
  model.gap = {
    at: after,
    act: () => {
      if (what === 'put') model.put(after * 9, 'plain', { hold: 'no', answer: undefined });
      else if (what === 'post') model.post();
      else if (what === 'take0') model.take(0, 1 + after);
      else if (what === 'take1') model.take(1, 1 + after);
      else model.sides[Number(what.slice(-1))].setInterrupts(what.startsWith('on'));
      model.decideKicks();
    },
  };
}

/** False when the step is the firmware's. */
function hostStep(model: Model, step: Step): boolean {
  switch (step.op) {
    case 'put':
      if (!model.live) return true;
      for (let i = 0; i < step.count; i++) {
        model.put(step.size + i, step.kind, { hold: step.hold, answer: step.answer });
      }
      if (step.decide) model.decideKicks();
      return true;
    case 'post':
      if (!model.live) return true;
      for (let i = 0; i < step.count; i++) model.post();
      if (step.decide) model.decideKicks();
      return true;
    case 'take':
      if (!model.live) return true;
      for (let left = model.take(step.ring, step.count); left > 0 && step.repost && step.ring === 0; left--) {
        model.post();
      }
      if (step.repost) model.decideKicks();
      return true;
    case 'interrupts':
      if (model.live) model.sides[step.ring].setInterrupts(step.on);
      return true;
    case 'decide':
      if (model.live) model.decideKicks();
      return true;
    case 'reset':
      if (model.live) model.down();
      return true;
    case 'up':
      if (!model.live) model.up();
      return true;
    case 'restart':
      if (model.live) model.restart();
      return true;
    case 'recover':
      recover(model);
      return true;
    case 'deliver':
    case 'spurious':
      if (step.op === 'spurious' || model.mailbox) deliver(model);
      return true;
    default:
      return false;
  }
}

function recover(model: Model): void {
  model.lose();
  model.up();
  model.boot();
}

function deliver(model: Model): void {
  // What waited for DRIVER_OK goes out one by one.
  const plain = !model.gap && model.noticed;
  model.interrupt();
  if (!plain) return;
  for (const { kicks, name } of model.sides) {
    check(kicks <= 1, () => `${name}: ${kicks} kicks for one batch`);
  }
}

function firmwareStep(model: Model, step: Step): void {
  const { firmware } = model;
  const { endpoint } = firmware;
  const room = model.live && model.noticed && model.waiting === 0 && model.free > 0;
  const size = 'size' in step ? step.size : 0;
  let ok = room;
  model.turn(() => {
    switch (step.op) {
      case 'trySend':
        ok = model.sending('accepted', size, (data) => endpoint.trySendTo(PEER, data));
        break;
      case 'compose':
        ok = model.sending('accepted', size, (data) =>
          endpoint.compose((bytes) => {
            bytes.set(data);
            return data.length;
          }),
        );
        break;
      case 'send':
        model.sending('accepted', size, (data) => {
          endpoint.sendTo(PEER, data);
          return true;
        });
        break;
      case 'tooLong':
        ok = refusesTooLong(model);
        break;
      case 'claim':
        ok = claim(model);
        break;
      case 'commit':
        commit(model, step.index, size);
        break;
      case 'release':
        if (firmware.claimed.length > 0) {
          firmware.claimed.splice(step.index % firmware.claimed.length, 1)[0].buffer.release();
        }
        break;
      case 'letGo':
        if (firmware.held.length > 0) model.letGo(step.index % firmware.held.length);
        break;
      default:
        throw new Error(`model: step ${step.op}`);
    }
  });
  if (!model.preempted) check(ok === room, () => `${step.op}: ${ok} with ${room ? 'a' : 'no'} buffer for it`);
}

/** One byte too many: refused with a RangeError where a buffer is there, and nothing of it is taken. */
function refusesTooLong(model: Model): boolean {
  try {
    if (model.firmware.endpoint.trySendTo(PEER, new Uint8Array(model.mtu + 1))) {
      throw new Broken('a message beyond the MTU was sent');
    }
    return false;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return true;
  }
}

function claim(model: Model): boolean {
  const { firmware } = model;
  const buffer = firmware.endpoint.claim();
  if (!buffer) return false;
  check(buffer.bytes.length === model.mtu, () => `claimed ${buffer.bytes.length} bytes of ${model.mtu}`);
  firmware.claimed.push({ buffer, life: model.life });
  return true;
}

function commit(model: Model, index: number, wanted: number): void {
  const { claimed } = model.firmware;
  if (claimed.length === 0) return;
  const [{ buffer, life }] = claimed.splice(index % claimed.length, 1);
  const there = model.live && model.noticed && life === model.life;
  const sent = model.sending('committed', wanted, (data) => {
    if (there) buffer.bytes.set(data);
    return buffer.commit(data.length, CLAIM_PEER);
  });
  check(sent === there, () => `commit: ${sent} with the host ${there ? 'there' : 'away'}`);
}

/** Everything that is on its way arrives, everything that is kept is let go; then nothing may be left. */
function rest(model: Model): void {
  if (!model.live) model.up();
  const { firmware } = model;
  for (const side of model.sides) side.setInterrupts(true);
  model.turn(() => {
    while (firmware.held.length > 0) model.letGo(0);
    while (firmware.claimed.length > 0) firmware.claimed.pop()?.buffer.release();
  });
  const most = 3 + model.waiting;
  for (let round = 0; round < most; round++) {
    model.take(0, Infinity);
    while (model.post());
    model.take(1, Infinity);
    model.decideKicks();
    if (model.mailbox) model.interrupt();
    while (firmware.held.length > 0) model.turn(() => model.letGo(0));
  }
  const [input, output] = model.sides;
  check(
    model.traffic.accepted.length === 0,
    () => `${model.traffic.accepted.length} messages were never sent`,
  );
  check(
    model.traffic.committed.length === 0,
    () => `${model.traffic.committed.length} committed messages were never sent`,
  );
  check(output.ready + output.granted === 0, () => 'vring 1: buffers are missing in the end');
  check(input.granted === model.setup.num[0], () => 'vring 0: buffers are missing in the end');
}

const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 1, 495, 496, 4096));
const count = fc.integer({ min: 1, max: 4 });
const index = fc.nat({ max: 7 });
const meanwhile = fc.option(fc.record({ after: fc.nat({ max: 6 }), what: fc.constantFrom(...MEANWHILE) }), {
  nil: undefined,
});
const ring = fc.constantFrom<0 | 1>(0, 1);
const kind = fc.constantFrom<Kind>('plain', 'plain', 'plain', 'plain', 'dead', 'malformed');
const on = fc.boolean();

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('put' as const),
      count,
      size,
      kind,
      hold: fc.constantFrom<Holding>('no', 'no', 'no', 'keep', 'keep', 'within', 'again'),
      answer: fc.option(size, { nil: undefined }),
      decide: on,
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('post' as const), count, decide: on }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('take' as const), ring, count, repost: on }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('interrupts' as const), ring, on }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constantFrom('decide' as const, 'reset', 'up', 'up', 'restart', 'recover'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constantFrom('deliver' as const, 'deliver', 'spurious'), meanwhile }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constantFrom('trySend' as const, 'send', 'compose'), size, meanwhile }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('tooLong' as const, 'claim', 'claim', 'claim') }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('commit' as const), index, size, meanwhile }) },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constantFrom('release' as const, 'letGo', 'letGo'), index, meanwhile }),
  },
);

const entries = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(1, 2, 4, 8) },
  { weight: 4, arbitrary: fc.constantFrom(16, 32, 64) },
  { weight: 1, arbitrary: fc.constantFrom(128, 256, 512, 1024) },
);

const setup: fc.Arbitrary<Setup> = fc.record({
  num: fc.tuple(entries, entries),
  align: fc.constantFrom(4, 16, 64, 4096),
  size: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(64, 512) },
    { weight: 1, arbitrary: fc.constantFrom(16, 17, 20, 1024) },
  ),
  eventIdx: on,
  store16: on,
  barrier: on,
  start: fc.constantFrom(0, 0, 1, 32767, 65528, 65533, 65535),
  oldestFirst: on,
  doneInterrupts: on,
});

export const run: fc.Arbitrary<Run> = fc.record({
  setup,
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
});

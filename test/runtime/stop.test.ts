/** onStop: when handlers run, when Linux gets its answer, and what a failing handler does. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { setCurrent } from '../../runtime/current.js';
import { onStop, type StopHandler } from '../../runtime/stop.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { jobs, SimHost } from '../support/sim-hal.js';

const LIMIT = 1000;

/** A remote with these handlers, on a host that can ask. */
function setup(...handlers: readonly StopHandler[]) {
  const host = new SimHost({
    prepare(hal) {
      hal.onRequest = hal.listen;
    },
  });
  setCurrent(host.remote);
  for (const handler of handlers) onStop(handler);
  return { host, hal: host.hal };
}

test(
  'the reason is told; the answer goes out when the handler has returned',
  deadline(LIMIT, async () => {
    const reasons: string[] = [];
    const { hal } = setup((reason) => void reasons.push(reason));
    for (const reason of ['shutdown', 'detach', 'suspend-auto', 'suspend-system'] as const) hal.ask(reason);
    await jobs();
    assert.equal(reasons, ['shutdown', 'detach', 'suspend-auto', 'suspend-system']);
    assert.equal(
      hal.answers,
      reasons.map((reason) => `${reason} granted`),
    );
  }),
);

test(
  'a promise is waited for, and all handlers are; they run in the order of their making',
  deadline(LIMIT, async () => {
    const order: string[] = [];
    const settle: (() => void)[] = [];
    const slow = (name: string) => () => {
      order.push(name);
      return new Promise<void>((resolve) => settle.push(resolve));
    };
    const { hal } = setup(slow('first'), () => void order.push('second'), slow('third'));
    hal.ask('shutdown');
    await jobs();
    assert.equal([order, hal.answers], [['first', 'second', 'third'], []]);
    settle[1]();
    await jobs();
    assert.equal(hal.answers, []);
    settle[0]();
    await jobs();
    assert.equal(hal.answers, ['shutdown granted']);
  }),
);

test(
  'false refuses, also as a promise and from one of several',
  deadline(LIMIT, async () => {
    const { hal } = setup(
      () => undefined,
      async (reason) => reason === 'suspend-system',
    );
    hal.ask('suspend-auto');
    hal.ask('suspend-system');
    await jobs();
    assert.equal(hal.answers, ['suspend-auto refused', 'suspend-system granted']);
  }),
);

test(
  'onUnbound comes first: Linux took its driver down without a kick',
  deadline(LIMIT, async () => {
    const order: string[] = [];
    const { host, hal } = setup(() => void order.push('stop'));
    host.up();
    const endpoint = host.rpmsg.createEndpoint({ name: 'a', src: 1024 }, () => {});
    endpoint.onUnbound = () => void order.push('unbound');
    host.send(2000, 1024, 'hello');
    host.down();
    hal.ask('shutdown');
    await jobs();
    assert.equal(order, ['unbound', 'stop']);
  }),
);

test(
  'what a handler throws or rejects with is nobody’s to handle: no answer, and the runtime crashes the core with it',
  deadline(LIMIT, async () => {
    const seen: unknown[] = [];
    const onRejection = (reason: unknown) => void seen.push(reason);
    const known = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', onRejection);
    try {
      const thrown = setup(() => {
        throw new Error('thrown');
      });
      thrown.hal.ask('shutdown');
      const rejected = setup(async () => {
        throw new Error('rejected');
      });
      rejected.hal.ask('shutdown');
      await jobs();
      await jobs();
      assert.equal([thrown.hal.answers, rejected.hal.answers], [[], []]);
      assert.equal(seen.map(String), ['Error: thrown', 'Error: rejected']);
    } finally {
      process.off('unhandledRejection', onRejection);
      for (const listener of known) process.on('unhandledRejection', listener);
    }
  }),
);

test(
  'handlers belong to their core; without one, and where the host cannot ask, nothing is registered',
  deadline(LIMIT, async () => {
    const calls: string[] = [];
    const one = setup(() => void calls.push('one'));
    const other = setup(() => void calls.push('other'));
    other.hal.ask('detach');
    one.hal.ask('detach');
    await jobs();
    assert.equal(calls, ['other', 'one']);
    assert.throws(() => setup().hal.ask('shutdown'), /has no handler/);
    const mute = new SimHost();
    setCurrent(mute.remote);
    onStop(() => {});
    assert.is(mute.hal.onRequest, undefined);
  }),
);

test.run();

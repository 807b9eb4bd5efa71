/** Linux asks a simulated core: who answers, when, and what a core that is gone says. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HostRequest } from '../../../runtime/abi/host-request.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { type Ran, runApp } from '../../support/sim-app.js';

const LIMIT = 20_000;

/** Asks; the answers that came when everything that is ready has run. */
function ask({ sim }: Ran, request: HostRequest): { answers: boolean[] } {
  const answers: boolean[] = [];
  sim.core.request!(request, (granted) => answers.push(granted));
  assert.equal(answers, [], 'not within the call');
  sim.settle();
  return { answers };
}

test(
  'without a handler: stop and detach granted, suspend refused, echo answered',
  deadline(LIMIT, async () => {
    const ran = await runApp('');
    for (const [request, granted] of [
      ['shutdown', true],
      ['detach', true],
      ['echo', true],
      ['suspend-auto', false],
      ['suspend-system', false],
    ] as const) {
      assert.equal(ask(ran, request).answers, [granted], request);
    }
    assert.is(ran.sim.rproc.state, 'running');
  }),
);

test(
  'a handler decides, later if it likes; echoes do not come to it',
  deadline(LIMIT, async () => {
    const ran = await runApp(`
      const later = [];
      hal.onRequest((request, answer) => { say(request); later.push(answer); hal.setAlarm(hal.now() + 5); });
      hal.onAlarm(() => { later.shift()(later.length === 0); if (later.length) hal.setAlarm(hal.now()); });
    `);
    const first = ask(ran, 'shutdown');
    const second = ask(ran, 'suspend-auto');
    assert.equal(ask(ran, 'echo').answers, [true]);
    assert.equal([ran.said, first.answers, second.answers], [['shutdown', 'suspend-auto'], [], []]);
    ran.sim.runUntil(() => second.answers.length > 0, 20);
    assert.equal([first.answers, second.answers], [[false], [true]]);
    assert.ok(ran.sim.scheduler.now >= 5);
  }),
);

test(
  'an abort request crashes the core, and so does a handler that throws, with its reason',
  deadline(LIMIT, async () => {
    const aborted = await runApp('');
    assert.equal(ask(aborted, 'abort').answers, []);
    assert.is(aborted.sim.crash?.reason, 'the host asked for a crash');
    const thrown = await runApp('hal.onRequest(() => { throw new TypeError("no"); });');
    assert.equal(ask(thrown, 'detach').answers, []);
    assert.is(thrown.sim.crash?.reason, 'TypeError: no');
    const stuck = await runApp('hal.onRequest(() => { for (;;); });');
    assert.equal(ask(stuck, 'shutdown').answers, []);
    assert.match(stuck.sim.crash!.reason, /^watchdog: /);
  }),
);

test(
  'a core that crashed, stopped or is in its next life does not answer',
  deadline(LIMIT, async () => {
    const crashed = await runApp('hal.onKick(() => { throw 1; });');
    crashed.sim.core.kick(0);
    assert.equal(ask(crashed, 'shutdown').answers, []);
    const ran = await runApp(
      'hal.onRequest((request, answer) => { say(request); hal.onKick(() => answer(true)); });',
    );
    const early: boolean[] = [];
    ran.sim.core.request!('detach', (granted) => early.push(granted));
    await ran.sim.core.stop();
    ran.sim.settle();
    assert.equal([ran.said, early], [[], []]);
    assert.equal(ask(ran, 'shutdown').answers, []);
  }),
);

test(
  'promise jobs of a handler run before its call is over',
  deadline(LIMIT, async () => {
    const ran = await runApp(
      'hal.onRequest((request, answer) => { Promise.resolve().then(() => 0).then(() => answer(request === "detach")); });',
    );
    assert.equal(ask(ran, 'detach').answers, [true]);
    assert.equal(ask(ran, 'shutdown').answers, [false]);
  }),
);

test.run();

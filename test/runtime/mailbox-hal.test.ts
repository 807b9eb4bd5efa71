/** runtime/hal/mailbox-hal.ts over a mailbox of the test's own: order, requests, retries, what is passed on. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { da } from '../../runtime/abi/address.js';
import type { HostRequest } from '../../runtime/abi/host-request.js';
import type { RequestHandler } from '../../runtime/hal/hal.js';
import type { Mailbox, MailboxEvents } from '../../runtime/hal/mailbox.js';
import { mailboxHal } from '../../runtime/hal/mailbox-hal.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { BASE, SimHal } from '../support/sim-hal.js';

const LIMIT = 1000;

function setup(onRequest?: RequestHandler) {
  const log: string[] = [];
  const base = new SimHal();
  base.store16 = (at, value) => base.write16(at, value);
  /** What the next `interrupt` hands on, and whether the channel is busy. */
  const next: (number | 'all' | HostRequest)[] = [];
  const state = { busy: false };
  let events: MailboxEvents | undefined;
  const mailbox: Mailbox = {
    enable: (to) => {
      events = to;
      log.push('enable');
    },
    disable: () => {},
    ring: (notifyid) => {
      log.push(`ring ${notifyid}`);
      return !state.busy;
    },
    interrupt: () => {
      log.push('interrupt');
      for (const what of next.splice(0)) {
        if (typeof what === 'number' || what === 'all') events!.kicked(what);
        else events!.requested(what);
      }
    },
    busy: () => state.busy,
    answer: (request, granted) => {
      log.push(`${granted ? 'yes' : 'no'} to ${request}`);
      return true;
    },
    crashed: () => {
      log.push('crashed');
    },
  };
  const hal = mailboxHal(base, mailbox);
  if (onRequest) hal.onRequest!(onRequest);
  const said = (): string[] => log.splice(0);
  return { base, hal, log, next, state, said };
}

test(
  'kicks: enabled by the first listener, one call for all kicks of an interrupt',
  deadline(LIMIT, () => {
    const { base, hal, next, log, said } = setup();
    assert.equal(said(), []);
    hal.onKick(() => log.push('stack'));
    assert.equal(said(), ['enable', 'interrupt']);
    next.push(0, 1, 'all');
    base.interrupt();
    assert.equal(said(), ['interrupt', 'stack']);
    base.interrupt();
    assert.equal(said(), ['interrupt']);
    hal.kick(1);
    assert.equal(said(), ['ring 1']);
  }),
);

test(
  'requests: after the kicks of the same interrupt; echo, shutdown and detach granted, suspend refused, abort crashes',
  deadline(LIMIT, () => {
    const { base, hal, next, log, said } = setup();
    hal.onKick(() => log.push('stack'));
    said();
    next.push('shutdown', 'echo', 1, 'detach', 'suspend-auto', 'suspend-system');
    base.interrupt();
    assert.equal(said(), [
      ...['interrupt', 'stack', 'yes to shutdown', 'yes to echo', 'yes to detach'],
      ...['no to suspend-auto', 'no to suspend-system'],
    ]);
    next.push('abort');
    assert.throws(() => base.interrupt(), /the host asked for a crash/);
    assert.equal(said(), ['interrupt', 'crashed']);
    assert.throws(() => hal.crash('mine', 'stack'), /mine/);
    assert.equal(said(), ['crashed']);
  }),
);

test(
  'a handler of its own decides, when it likes',
  deadline(LIMIT, () => {
    let later: (granted: boolean) => void = () => {};
    const asked: string[] = [];
    const { base, hal, next, said } = setup((request, answer) => {
      asked.push(request);
      later = answer;
    });
    hal.onKick(() => {});
    said();
    next.push('suspend-auto', 'echo');
    base.interrupt();
    assert.equal(asked, ['suspend-auto']);
    assert.equal(said(), ['interrupt', 'yes to echo']);
    later(true);
    assert.equal(said(), ['yes to suspend-auto']);
  }),
);

test(
  'a busy channel is polled each ms beside the alarm of the stack, and no longer than it is busy',
  deadline(LIMIT, () => {
    const { base, hal, state, said, log } = setup();
    hal.onKick(() => {});
    hal.onAlarm(() => log.push(`alarm ${base.clock}`));
    hal.setAlarm(2.5);
    assert.is(base.alarmAt, 2.5);
    said();
    state.busy = true;
    hal.kick(0);
    assert.is(base.alarmAt, 1);
    base.advance(1);
    assert.equal(said(), ['ring 0', 'interrupt']);
    assert.is(base.alarmAt, 2);
    base.advance(1);
    assert.equal(said(), ['interrupt']);
    state.busy = false;
    base.advance(1);
    assert.equal(said(), ['alarm 2.5', 'interrupt']);
    assert.is(base.alarmAt, Infinity);
    hal.setAlarm(9);
    hal.setAlarm(Infinity);
    assert.is(base.alarmAt, Infinity);
  }),
);

test(
  'everything else is the hal below',
  deadline(LIMIT, () => {
    const { base, hal } = setup();
    assert.is(hal.memory(da(BASE), 16).buffer, base.buffer);
    hal.write32(da(BASE), 0x01020304);
    hal.write16(da(BASE + 4), 0x0506);
    hal.write8(da(BASE + 6), 7);
    hal.store16!(da(BASE + 8), 0x0809);
    assert.equal(
      [hal.read32(da(BASE)), hal.read16(da(BASE + 4)), hal.read8(da(BASE + 6)), hal.read16(da(BASE + 8))],
      [0x01020304, 0x0506, 7, 0x0809],
    );
    hal.log(new Uint8Array(Buffer.from('hello')));
    assert.equal(base.logged, ['hello']);
    base.clock = 5;
    assert.is(hal.now(), 5);
    assert.is(hal.table, base.table);
    const plain = new SimHal();
    const bare = mailboxHal(plain, {} as Mailbox);
    assert.equal([bare.store16, bare.barrier], [undefined, undefined]);
  }),
);

test.run();

/** runtime/hal/connect-mailbox.ts: who gets a driver between engine and stack, and who tells the host of a crash. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectMailbox } from '../../runtime/hal/connect-mailbox.js';
import type { EngineHal } from '../../runtime/hal/hal.js';
import type { Mailbox } from '../../runtime/hal/mailbox.js';
import { HAL_GLOBAL, quickjsHal } from '../../runtime/hal/quickjs.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { SimHal } from '../support/sim-hal.js';

const LIMIT = 1000;
const scope = globalThis as unknown as { [name: string]: unknown };

function connected(engine: EngineHal, crashIsTold = false) {
  const log: string[] = [];
  const mailbox: Mailbox = {
    enable: () => log.push('enable'),
    disable: () => {},
    ring: (notifyid) => log.push(`ring ${notifyid}`) > 0,
    interrupt: () => {},
    busy: () => false,
    answer: () => true,
    crashed: () => log.push('crashed'),
  };
  let made = 0;
  scope[HAL_GLOBAL] = engine;
  connectMailbox((registers) => {
    assert.is(registers, engine);
    made++;
    return mailbox;
  }, crashIsTold);
  return { hal: quickjsHal(scope), log, made };
}

test.after.each(() => {
  delete scope[HAL_GLOBAL];
});

test(
  'an engine without kicks gets those of the driver, one with kicks keeps its own',
  deadline(LIMIT, () => {
    const native = new SimHal();
    (native as EngineHal).kick = undefined;
    const { hal, log } = connected(native);
    hal.onKick(() => {});
    hal.kick(1);
    assert.equal(log, ['enable', 'ring 1']);
    assert.type(hal.onRequest, 'function');

    const simulated = new SimHal();
    const { hal: same, made } = connected(simulated);
    assert.is(same, simulated);
    assert.is(made, 0);
    delete scope[HAL_GLOBAL];
    connectMailbox(() => {
      throw new Error('no engine, no driver');
    }, false);
  }),
);

test(
  'a crash is told by the driver, unless start-up code does it',
  deadline(LIMIT, () => {
    for (const crashIsTold of [false, true]) {
      const native = new SimHal();
      (native as EngineHal).kick = undefined;
      const { hal, log } = connected(native, crashIsTold);
      assert.throws(() => hal.crash('over', ''), /over/);
      assert.equal(log, crashIsTold ? [] : ['crashed']);
    }
  }),
);

test.run();

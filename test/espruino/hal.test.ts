/** The hal over functions of Espruino that write down how they are called: widths and numbers of accesses, windows, timers, events. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Da } from '../../runtime/abi/address.js';
import { type EspruinoHook, type EspruinoScope, espruinoHal } from '../../runtime/hal/espruino.js';
import { deadline } from '../../sdk/testing/deadline.js';

/** A scope with `length16`: a build that keeps lengths in 16 bits. */
function scopeOf(options: { readonly hook?: EspruinoHook; readonly length16?: boolean } = {}) {
  const calls: string[] = [];
  const called =
    (name: string, result = 0) =>
    (...args: readonly unknown[]) => {
      calls.push(`${name}(${args.filter((one) => typeof one !== 'function').join()})`);
      return result;
    };
  const listeners: (() => void)[] = [];
  const scope: EspruinoScope = {
    E: {
      memoryArea: (addr, len) => (addr === 0 ? undefined : 'x'.repeat(options.length16 ? len & 0xffff : len)),
      toArrayBuffer: (text) => new ArrayBuffer(text.length),
      on: (event, handler) => {
        assert.is(event, 'kill');
        listeners.push(handler);
      },
    },
    RProc: options.hook,
    ...{ peek8: called('peek8', 1), peek16: called('peek16', 2), peek32: called('peek32', 0x8001fffe | 0) },
    ...{ poke8: called('poke8'), poke16: called('poke16'), poke32: called('poke32') },
    ...{ setTimeout: called('setTimeout', 1), setInterval: called('setInterval', 1) },
    ...{ clearTimeout: called('clearTimeout'), clearInterval: called('clearInterval') },
    getTime: () => 1,
    print: called('print'),
  };
  return { scope, calls, kill: () => listeners.forEach((listener) => void listener()) };
}

const hook: EspruinoHook = { kick() {}, onKick() {}, onRequest() {}, crash() {} };
const setup = { table: { da: 0x10000000 as Da, len: 68 } };
const at = 0x10000102 as Da;

test('ring indices: one load of a word, one store of 16 bits', () => {
  const { scope, calls } = scopeOf({ hook });
  const hal = espruinoHal(scope, setup, undefined);
  calls.length = 0;
  assert.is(hal.load16!(at), 0x8001);
  assert.is(hal.load16!(0x10000100 as Da), 0xfffe);
  hal.store16!(at, 7);
  assert.equal(calls, [`peek32(${at - 2})`, `peek32(${at - 2})`, `poke16(${at},7)`]);
  assert.is(hal.read32(at), 0x8001fffe, 'not negative');
});

test('windows: as long as they were asked for, or an error that says where', () => {
  const hal = espruinoHal(scopeOf({ hook }).scope, setup, undefined);
  assert.is(hal.memory(at, 70000).buffer.byteLength, 70000);
  assert.throws(() => hal.memory(0 as Da, 16), 'no window of 16 bytes at 0x00000000');
  const small = espruinoHal(scopeOf({ hook, length16: true }).scope, setup, undefined);
  assert.is(small.memory(at, 65535).buffer.byteLength, 65535);
  assert.throws(() => small.memory(at, 65536), 'no window of 65536 bytes at 0x10000102');
});

test('kicks: by the hook, else from polling the mailbox; without either the program says so', () => {
  const { scope, calls } = scopeOf();
  let wrapped = 0;
  const hal = espruinoHal(scope, setup, (registers) => {
    wrapped++;
    return registers;
  });
  calls.length = 0;
  hal.onKick(() => {});
  assert.equal([wrapped, ...calls], [1, 'setInterval(1)']);
  assert.throws(() => espruinoHal(scopeOf().scope, setup, undefined), 'no RProc, no mailbox');
});

test('E.on("kill") asks the program to stop; a crash ends its timers and everything behind it', () => {
  const { scope, calls, kill } = scopeOf({ hook });
  const hal = espruinoHal(scope, setup, undefined);
  const asked: string[] = [];
  hal.onRequest?.((reason) => asked.push(reason));
  kill();
  assert.equal(asked, ['shutdown']);
  calls.length = 0;
  assert.throws(
    () => hal.crash('why', ''),
    (thrown: unknown) => !(thrown instanceof Error),
  );
  assert.equal(calls, ['clearTimeout()', 'clearInterval()']);
  kill();
  assert.equal(asked, ['shutdown']);
});

test(
  'a crash without a hook is the store that the board names',
  deadline(5000, async () => {
    const { scope, calls } = scopeOf();
    const crash = { da: 0x40 as Da, value: 5, poke: 'poke8' as const };
    const hal = espruinoHal(scope, { ...setup, crash }, (registers) => registers);
    calls.length = 0;
    assert.throws(
      () => hal.crash('why', ''),
      () => true,
    );
    assert.equal(calls, ['clearTimeout()', 'clearInterval()', 'poke8(64,5)']);
  }),
);

test.run();

/** Unhandled rejections by way of a tracked Promise; programs run in a context of their own, compiled to ES2016. */
import { createContext, runInContext } from 'node:vm';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackPromises } from '../../runtime/hal/tracked-promise.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { jobs } from '../support/sim-hal.js';

const LIMIT = 10_000;

interface Context {
  Promise: PromiseConstructor;
  log: unknown[];
}

/** Runs TypeScript as firmware is compiled; what is unhandled when its jobs are done, and what it logged. */
async function run(source: string): Promise<{ unhandled: unknown[]; log: unknown[]; context: Context }> {
  const context = createContext({ log: [] }) as unknown as Context;
  context.Promise = runInContext('Promise', context as object);
  const unhandled: unknown[] = [];
  const jobsDone = trackPromises(context, (reason) => unhandled.push(reason));
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2016, module: ts.ModuleKind.None },
  });
  runInContext(outputText, context as object);
  await jobs();
  jobsDone();
  await jobs();
  jobsDone();
  return { unhandled, log: context.log, context };
}

const rows: [string, string, unknown[], unknown[]?][] = [
  ['Promise.reject', 'Promise.reject("a");', ['a']],
  ['new Promise that rejects', 'new Promise((_, reject) => reject("a"));', ['a']],
  ['an executor that throws', 'new Promise(() => { throw "a"; });', ['a']],
  ['each once, in order', 'Promise.reject("a"); Promise.reject("b");', ['a', 'b']],
  ['undefined as reason', 'Promise.reject();', [undefined]],
  ['caught', 'Promise.reject("a").catch((e) => log.push(e));', [], ['a']],
  ['then with a second argument', 'Promise.reject("a").then(null, (e) => log.push(e));', [], ['a']],
  ['a chain that nobody catches: the end of it', 'Promise.reject("a").then(() => {}).then(() => {});', ['a']],
  [
    'two branches, one is not caught',
    'const p = Promise.reject("a"); p.catch(() => {}); p.then(() => {});',
    ['a'],
  ],
  ['finally passes on', 'Promise.reject("a").finally(() => log.push("f"));', ['a'], ['f']],
  ['a handler that throws', 'Promise.resolve().then(() => { throw "a"; });', ['a']],
  ['a catch that throws', 'Promise.reject("a").catch(() => { throw "b"; });', ['b']],
  [
    'caught late, but before the jobs are done',
    'const p = Promise.reject("a"); Promise.resolve().then(() => Promise.resolve()).then(() => p.catch(() => {}));',
    [],
  ],
  ['fulfilled', 'Promise.resolve(1); new Promise((r) => r(2)); new Promise(() => {});', []],
  ['async function', 'async function f() { throw "a"; } f();', ['a']],
  ['async function after an await', 'async function f() { await null; throw "a"; } f();', ['a']],
  [
    'async function, caught',
    'async function f() { throw "a"; } async function g() { try { await f(); } catch (e) { log.push(e); } } g();',
    [],
    ['a'],
  ],
  [
    'async function, awaited by one that is not caught: once',
    'async function f() { throw "a"; } async function g() { await f(); } g();',
    ['a'],
  ],
  ['async arrow in a callback', '[1, 2].forEach(async (n) => { await null; throw n; });', [1, 2]],
  [
    'Promise.all, not caught: its own rejection only',
    'Promise.all([Promise.reject("a"), Promise.reject("b")]);',
    ['a'],
  ],
  [
    'Promise.all, caught',
    'Promise.all([Promise.reject("a"), Promise.reject("b")]).catch((e) => log.push(e));',
    [],
    ['a'],
  ],
  ['Promise.race', 'Promise.race([Promise.reject("a"), new Promise(() => {})]);', ['a']],
  [
    'Promise.allSettled handles all',
    '(Promise as any).allSettled([Promise.reject("a")]).then((r) => log.push(r[0].reason));',
    [],
    ['a'],
  ],
  [
    'resolved with a promise that rejects: once, by the outer one',
    'new Promise((r) => r(Promise.reject("a")));',
    ['a'],
  ],
  [
    'resolved with a promise that rejects, outer caught',
    'new Promise((r) => r(Promise.reject("a"))).catch((e) => log.push(e));',
    [],
    ['a'],
  ],
  ['returned from a handler', 'Promise.resolve().then(() => Promise.reject("a"));', ['a']],
  ['resolved with a thenable that rejects', 'Promise.resolve({ then: (_, no) => no("a") });', ['a']],
  [
    'rejected with a promise: the promise is the reason',
    'const p = Promise.resolve(1); Promise.reject(p).catch((e) => log.push(e === p));',
    [],
    [true],
  ],
  [
    'await of a rejected one twice',
    'const p = Promise.reject("a"); async function f() { try { await p; } catch (e) { log.push(e); } } f(); f();',
    [],
    ['a', 'a'],
  ],
];
for (const [name, source, unhandled, log = []] of rows) {
  test(
    `${name}`,
    deadline(LIMIT, async () => {
      const result = await run(`declare const log: any[];\n${source}`);
      assert.equal([...result.unhandled], unhandled);
      assert.equal([...result.log], log);
    }),
  );
}

test(
  'handled after it was reported: reported once, not again',
  deadline(LIMIT, async () => {
    const { unhandled, context } = await run('var p = Promise.reject("a");');
    assert.equal(unhandled, ['a']);
    runInContext('p.catch(() => log.push("late"))', context as object);
    await jobs();
    assert.equal([...context.log], ['late']);
    assert.equal(unhandled, ['a']);
  }),
);

test(
  'jobsDone in the middle: what is handled by a later job is not reported by an earlier look',
  deadline(LIMIT, async () => {
    const scope = { Promise: runInContext('Promise', createContext({})) as PromiseConstructor };
    const unhandled: unknown[] = [];
    const jobsDone = trackPromises(scope, (reason) => unhandled.push(reason));
    const rejected = scope.Promise.reject('a');
    jobsDone();
    assert.equal(unhandled, []);
    rejected.catch(() => {});
    await jobs();
    jobsDone();
    assert.equal(unhandled, []);
    scope.Promise.reject('b');
    await jobs();
    jobsDone();
    jobsDone();
    assert.equal(unhandled, ['b']);
  }),
);

test(
  'it is still a Promise: name, instanceof, subclasses, statics',
  deadline(LIMIT, async () => {
    const { log } = await run(`
      declare const log: any[];
      log.push(Promise.name, Promise.resolve() instanceof Promise, Promise.resolve().then(() => 1) instanceof Promise);
      class Mine<T> extends Promise<T> {}
      const m = Mine.resolve(5);
      log.push(m instanceof Mine, m.then((v) => v) instanceof Mine);
      const p = Promise.resolve(7);
      log.push(Promise.resolve(p) === p, Object.prototype.toString.call(p));
      p.then((v) => log.push(v));
    `);
    assert.equal([...log], ['Promise', true, true, true, true, true, '[object Promise]', 7]);
  }),
);

test.run();

/** The promises of programs for Espruino: what is unhandled, and the order of jobs, as the language's own have it. */
// biome-ignore-all lint/suspicious/noThenProperty: thenables are part of what is tested
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FirmwarePromise, runJobs } from '../../runtime/hal/espruino-promise.js';
import { deadline } from '../../sdk/testing/deadline.js';

type Make = PromiseConstructor;

/** Runs `body` with both kinds of promises; what each logged, with the jobs done. */
async function both(body: (P: Make, log: (text: unknown) => void) => void): Promise<[unknown[], unknown[]]> {
  const native: unknown[] = [];
  body(Promise, (text) => native.push(text));
  for (let i = 0; i < 20; i++) await undefined;
  const own: unknown[] = [];
  body(FirmwarePromise as unknown as Make, (text) => own.push(text));
  runJobs();
  FirmwarePromise.tellUnhandled(() => {});
  return [own, native];
}

const alike: readonly [string, (P: Make, log: (text: unknown) => void) => void][] = [
  [
    'jobs in turn',
    (P, log) => {
      P.resolve(1)
        .then(log)
        .then(() => log('a2'));
      P.resolve(2)
        .then(log)
        .then(() => log('b2'));
      log('sync');
    },
  ],
  [
    'values, handlers that are none',
    (P, log) => {
      P.resolve('v')
        .then(null as never)
        .then(log);
      P.reject('r')
        .then(log, undefined)
        .catch((why) => log(`caught ${why}`));
    },
  ],
  [
    'resolving with a promise takes two more turns',
    (P, log) => {
      new P((resolve) => resolve(P.resolve('late'))).then(log);
      P.resolve()
        .then(() => log(1))
        .then(() => log(2))
        .then(() => log(3))
        .then(() => log(4));
    },
  ],
  [
    'returning a promise',
    (P, log) => {
      P.resolve()
        .then(() => P.resolve('inner'))
        .then(log);
      P.resolve()
        .then(() => log(1))
        .then(() => log(2))
        .then(() => log(3))
        .then(() => log(4));
    },
  ],
  [
    'thenables',
    (P, log) => {
      P.resolve({ then: (resolve: (v: string) => void) => resolve('thenable') }).then(log);
      P.resolve({
        then: () => {
          throw 'thrown';
        },
      }).catch(log);
      P.resolve({
        then: (resolve: (v: string) => void) => {
          resolve('first');
          throw 'late';
        },
      }).then(log);
      P.resolve({
        get then() {
          throw 'getter';
        },
      }).catch(log);
    },
  ],
  [
    'only the first word counts',
    (P, log) => {
      new P((resolve, reject) => {
        resolve('one');
        reject('two');
        resolve('three');
      }).then(log, log);
      new P((_resolve, reject) => {
        reject('no');
        throw 'thrown';
      }).then(log, log);
      new P(() => {
        throw 'thrown';
      }).then(log, log);
    },
  ],
  [
    'a promise that waits for itself',
    (P, log) => {
      let resolve!: (value: unknown) => void;
      const self = new P((settle) => {
        resolve = settle;
      });
      self.catch((error) => log(error instanceof TypeError));
      resolve(self);
    },
  ],
  [
    'finally',
    (P, log) => {
      P.resolve('kept')
        .finally(() => 'dropped')
        .then(log);
      P.reject('kept')
        .finally(() => log('ran'))
        .catch(log);
      P.resolve(1)
        .finally(() => {
          throw 'replaced';
        })
        .catch(log);
    },
  ],
  [
    'all and race',
    (P, log) => {
      P.all([1, P.resolve(2), { then: (resolve: (v: number) => void) => resolve(3) }]).then((list) =>
        log(list.join()),
      );
      P.all([]).then((list) => log(list.length));
      P.all([P.reject('no'), P.reject('neither')]).catch(log);
      P.race([new P<string>(() => {}), P.resolve('fast'), P.reject('slow')]).then(log);
    },
  ],
  [
    'errors in handlers',
    (P, log) => {
      P.resolve()
        .then(() => {
          throw 'a';
        })
        .catch(log)
        .then(() => log('goes on'));
      P.reject('b')
        .catch(() => {
          throw 'c';
        })
        .catch(log);
    },
  ],
];
for (const [name, body] of alike) {
  test(
    `as the language has it: ${name}`,
    deadline(5000, async () => {
      const [own, native] = await both(body);
      assert.ok(native.length > 0);
      assert.equal(own, native);
    }),
  );
}

const unhandled: readonly [string, (P: Make) => void, unknown[]][] = [
  [
    'rejected, each once, in order',
    (P) => {
      P.reject('a');
      P.reject('b');
    },
    ['a', 'b'],
  ],
  [
    'the end of a chain',
    (P) => {
      P.reject('a')
        .then(() => {})
        .then(() => {});
    },
    ['a'],
  ],
  [
    'caught',
    (P) => {
      P.reject('a').catch(() => {});
    },
    [],
  ],
  [
    'one of two branches',
    (P) => {
      const p = P.reject('a');
      p.catch(() => {});
      p.then(() => {});
    },
    ['a'],
  ],
  [
    'caught before the jobs are done',
    (P) => {
      const p = P.reject('a');
      P.resolve().then(() => p.catch(() => {}));
    },
    [],
  ],
  [
    'a handler that throws',
    (P) => {
      P.resolve().then(() => {
        throw 'a';
      });
    },
    ['a'],
  ],
  [
    'fulfilled',
    (P) => {
      P.resolve(1);
      new P(() => {});
    },
    [],
  ],
];
for (const [name, body, expected] of unhandled) {
  test(`unhandled: ${name}`, () => {
    body(FirmwarePromise as unknown as Make);
    runJobs();
    const told: unknown[] = [];
    FirmwarePromise.tellUnhandled((reason) => told.push(reason));
    assert.equal(told, expected);
    FirmwarePromise.tellUnhandled(() => assert.unreachable());
  });
}

test.run();

/** The engine profile gate: what it finds in a program, where it says that it stands, what it decides. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../boards/virt-m4.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { chooseProfile, reasonOf, usesOfFull } from '../../sdk/native/profile.js';
import { profileFor } from '../../sdk/native/program.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { bareFirmware } from '../support/firmware.js';
import { NEEDS_FULL, SMALL_WILL_DO } from './full-constructs.js';

const LIMIT = 10_000;
const NO_MAP = '{"version":3,"sources":[],"names":[],"mappings":""}';

for (const [code, what] of NEEDS_FULL) {
  test(
    `needs the full engine: ${code}`,
    deadline(LIMIT, () => {
      const found = usesOfFull(`(function () { return [${code}]; })();`);
      assert.equal(
        found.map((use) => use.what),
        [what],
      );
      assert.ok(found[0].instead.length > 10);
    }),
  );
}

for (const code of SMALL_WILL_DO) {
  test(
    `the small engine will do: ${code}`,
    deadline(LIMIT, () => {
      assert.equal(usesOfFull(`(function () { return [${code}]; })();`), []);
    }),
  );
}

test(
  'a name that the program declares is its own; a method counts unless the program has one of that name',
  deadline(LIMIT, () => {
    const names = (code: string) => usesOfFull(code).map(({ what }) => what);
    assert.equal(names('class Proxy {} function f(Date, eval) { return new Proxy(Date, eval); } f();'), []);
    assert.equal(names('class A { m() { return Date; } } { let Date; }'), ['Date']);
    assert.equal(names('const RegExp = 1; { RegExp; } log({ RegExp });'), []);
    assert.equal(names('log({ Proxy });'), ['Proxy']);
    assert.equal(names('x.match(1); x["search"](2);'), ['String.match', 'String.search']);
    for (const own of [
      'class R { match() {} }',
      'x = { match: 1 };',
      'x.match = f;',
      'x = { "match"() {} };',
    ]) {
      assert.equal(names(`x.match(1); ${own}`), [], own);
    }
    assert.equal(names('x.match; log(x.Date, { Date: 1 }, x => x.eval); a: break_: 1;'), []);
    assert.equal(names('log(typeof Proxy === "function" ? new Proxy(a, b) : a)'), ['Proxy']);
  }),
);

test(
  'auto takes what the program needs, a name is obeyed, and the build can say why',
  deadline(LIMIT, () => {
    const say = (wanted: 'auto' | 'small' | 'full', code: string) => {
      const choice = chooseProfile(wanted, code, NO_MAP);
      return `${choice.profile}: ${reasonOf(choice)}`;
    };
    const needy = 'x(1);\nx(/a/, new Date());';
    assert.is(say('auto', 'x(1);'), 'small: nothing in the program needs more');
    assert.is(say('auto', needy), 'full: firmware.js:2:3 uses a regular expression, and 1 more');
    assert.is(say('full', 'x(1);'), 'full: as configured; the program would run on small as well');
    assert.is(say('full', 'x(/a/);'), 'full: as configured; firmware.js:1:3 uses a regular expression');
    assert.is(say('small', 'x(1);'), 'small: as configured');
  }),
);

test(
  'small with a program that needs more: every use is a problem, at its place in the sources',
  deadline(LIMIT, () => {
    // Line 1, columns 2 and 6: src/main.ts 3:5, src/parse.ts 8:1.
    const map = JSON.stringify({
      ...{ version: 3, sources: ['src/main.ts', 'src/parse.ts'], names: [] },
      mappings: 'EAEI,ICKJ',
    });
    const code = 'x(/a/,Date)';
    let problems: ProblemError['problems'] = [];
    try {
      profileFor(bareFirmware(virtM4, [], { profile: 'small' }), code, map);
    } catch (error) {
      assert.instance(error, ProblemError);
      ({ problems } = error as ProblemError);
    }
    assert.equal(
      problems.map(({ code: id, where, exit }) => [id, where, exit]),
      [
        ['RP2050', 'src/main.ts:3:5', 1],
        ['RP2050', 'src/parse.ts:8:1', 1],
      ],
    );
    assert.is(profileFor(bareFirmware(virtM4, []), code, map).profile, 'full');
  }),
);

test.run();

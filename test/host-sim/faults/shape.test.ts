/** Fault plans: what is accepted, and what is said of the rest. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../../boards/virt-m4.js';
import { checkFaultPlan } from '../../../host-sim/faults/shape.js';
import { type FaultPlan, ringFields, Simulation } from '../../../host-sim/index.js';
import { ProblemError } from '../../../runtime/abi/problem.js';
import { deadline } from '../../../sdk/testing/deadline.js';

const LIMIT = 5000;

const FULL: Required<FaultPlan> = {
  kicks: {
    ...{ drop: 0, duplicate: 1, delay: 0.2, spurious: 0.05, delayMs: [0, 5] },
    toRemote: { drop: 0.5, delayMs: [1, 1] },
    toHost: { spurious: 1 },
  },
  host: { slow: { probability: 0.5, ms: 20 }, reset: { probability: 0.1, at: [1, 2.5], downMs: [120, 130] } },
  core: { crash: { at: [0] }, restart: 0.25 },
  rings: { corrupt: { probability: 0.01, fields: [...ringFields] } },
  firmware: { vanish: 0.1 },
  memory: { fail: 0.1 },
};

test(
  'every fault there is, and none',
  deadline(LIMIT, () => {
    for (const plan of [FULL, {}, { rings: { corrupt: 0.5 }, host: { reset: 1 }, core: {} }]) {
      assert.is(checkFaultPlan(plan, 'faults.json'), plan);
    }
  }),
);

/** Plans with one mistake, and what is said of it. */
const wrong: readonly (readonly [given: unknown, what: string])[] = [
  [
    { kick: {} },
    '"kick" of the fault plan is not known; allowed here: kicks, host, core, rings, firmware, memory',
  ],
  [
    { kicks: { dropp: 1 } },
    '"kicks.dropp" of the fault plan is not known; allowed here: drop, duplicate, delay, spurious, delayMs, toRemote, toHost',
  ],
  [
    { kicks: { toHost: { toHost: 1 } } },
    '"kicks.toHost.toHost" of the fault plan is not known; allowed here: drop, duplicate, delay, spurious, delayMs',
  ],
  [{ kicks: { drop: 1.5 } }, '"kicks.drop" of the fault plan must be a probability from 0 to 1, not 1.5'],
  [{ kicks: { drop: -0.1 } }, '"kicks.drop" of the fault plan must be a probability from 0 to 1, not -0.1'],
  [{ kicks: { drop: '5%' } }, '"kicks.drop" of the fault plan must be a probability from 0 to 1, not "5%"'],
  [{ kicks: 0.5 }, '"kicks" of the fault plan must be an object, not 0.5'],
  [
    { kicks: { delayMs: [5, 1] } },
    '"kicks.delayMs" of the fault plan must be [from, to] in virtual ms, from not above to, not [5,1]',
  ],
  [{ kicks: { delayMs: 5 } }, '"kicks.delayMs" of the fault plan must be [from, to] in virtual ms, not 5'],
  [
    { kicks: { delayMs: [-1, 1] } },
    '"kicks.delayMs.0" of the fault plan must be a number of virtual ms, 0 or more, not -1',
  ],
  [{ host: { slow: { probability: 0.5 } } }, '"host.slow.ms" of the fault plan is missing'],
  [{ host: { slow: 0.5 } }, '"host.slow" of the fault plan must be { probability, ms }, not 0.5'],
  [{ host: { reset: 2 } }, '"host.reset" of the fault plan must be a probability from 0 to 1, not 2'],
  [
    { host: { reset: '2' } },
    '"host.reset" of the fault plan must be a probability from 0 to 1, or an object, not "2"',
  ],
  [
    { host: { reset: { when: 2 } } },
    '"host.reset.when" of the fault plan is not known; allowed here: probability, at, downMs',
  ],
  [
    { core: { crash: { downMs: [1, 2] } } },
    '"core.crash.downMs" of the fault plan is not known; allowed here: probability, at',
  ],
  [{ core: { crash: { at: 3 } } }, '"core.crash.at" of the fault plan must be a list of virtual ms, not 3'],
  [{ core: { stop: 1 } }, '"core.stop" of the fault plan is not known; allowed here: crash, restart'],
  [
    { rings: { corrupt: { probability: 1, fields: ['desc.adr'] } } },
    `"rings.corrupt.fields.0" of the fault plan must be one of ${ringFields.join(', ')}, not "desc.adr"`,
  ],
  [
    { rings: { corrupt: { probability: 1, fields: [] } } },
    `"rings.corrupt.fields" of the fault plan must name some of ${ringFields.join(', ')}, not []`,
  ],
  [{ memory: { fial: 1 } }, '"memory.fial" of the fault plan is not known; allowed here: fail'],
  [[], 'the fault plan must be an object of faults, not []'],
  [7, 'the fault plan must be an object of faults, not 7'],
  [null, 'the fault plan must be an object of faults, not null'],
];

for (const [given, what] of wrong) {
  test(
    JSON.stringify(given),
    deadline(LIMIT, () => {
      try {
        checkFaultPlan(given, 'faults.json');
        assert.unreachable();
      } catch (error) {
        assert.instance(error, ProblemError);
        const { problems } = error as ProblemError;
        assert.equal(
          problems.map((problem) => problem.what),
          [what],
        );
        assert.equal([problems[0].code, problems[0].where, problems[0].exit], ['RP5030', 'faults.json', 2]);
      }
    }),
  );
}

test(
  'all mistakes are told at once; a simulation checks its plan as well',
  deadline(LIMIT, () => {
    const faults = { kicks: { drop: 2 }, memory: { fail: 3 } };
    try {
      new Simulation({ board: virtM4, faults });
      assert.unreachable();
    } catch (error) {
      assert.is((error as ProblemError).problems.length, 2);
    }
  }),
);

test.run();

/** runtime/native/armv7m/systick.c against the model in systick, and that the model finds what is broken. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../../sdk/testing/deadline.js';
import { need } from '../../support/need.js';
import { compile, type Edit } from './build-machine.js';

const test = suite('native systick');
const optional = need('gcc') ? test : test.skip;

const SOURCE = {
  define: 'SYSTICK_C',
  file: 'armv7m/systick.c',
  flags: ['-I', 'systick'],
};
const STEPS = 4_000;

/** Processor cycles for each tick: as on most chips, behind a divider, and QEMU's with an instruction each nanosecond. */
const CYCLES = [1, 7, 40];
/** One of so many accesses comes late, 0: none. */
const HELD_UP = 300;

const MUTATIONS: { [what: string]: Edit } = {
  'the end of a period is not counted': {
    from: 'if (counter >= period || position(counter) < seen)',
    to: 'if (counter > UINT32_MAX - 1u)',
  },
  'a look at the start of a period hides its end': {
    from: 'if ((SYST_CSR & CSR_COUNTFLAG) != 0 && !told)',
    to: 'if (told && !told)',
  },
  'a short period comes again': { from: '\tSYST_RVR = LONGEST - 1u;\n\tif (', to: '\tif (' },
  'what passed before the counter was set is lost': { from: 'counted = now;', to: '(void)now;' },
  'an alarm that is near is left to a long period': {
    from: 'if (period - seen > rest)',
    to: 'if (rest > LONGEST)',
  },
};

optional(
  'it loses no more than setting an alarm costs, and wakes in time',
  deadline(60_000, async () => {
    const program = await compile('systick/model.c', SOURCE);
    try {
      for (const seed of [1, 2]) {
        for (const cycles of CYCLES) {
          const { good, text } = await program.run(seed, STEPS, cycles, 0);
          assert.ok(good, text);
        }
      }
    } finally {
      await program.dispose();
    }
  }),
);

optional(
  'a core that is held up loses no more time than that',
  deadline(60_000, async () => {
    const program = await compile('systick/model.c', SOURCE);
    try {
      for (const cycles of CYCLES) {
        const { good, text } = await program.run(3, STEPS, cycles, HELD_UP);
        assert.ok(good, text);
        assert.match(text, /held up for [1-9]/);
      }
    } finally {
      await program.dispose();
    }
  }),
);

for (const [what, edit] of Object.entries(MUTATIONS)) {
  optional(
    `the model finds that ${what}`,
    deadline(60_000, async () => {
      const program = await compile('systick/model.c', SOURCE, edit);
      try {
        const { good, text } = await program.run(1, STEPS, 40, 0);
        assert.not(good, text);
        assert.match(text, /^broken: /);
      } finally {
        await program.dispose();
      }
    }),
  );
}

test.run();

/** runtime/native/heap.c against the model of heap-stress.c, and that the model finds what is broken. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../../sdk/testing/deadline.js';
import { need } from '../../support/need.js';
import { compile, type Edit } from './build-machine.js';

const test = suite('native heap');
const optional = need('gcc') ? test : test.skip;

const SOURCE = { define: 'HEAP_C', file: 'heap.c' };
const OPERATIONS = 60_000;

const MUTATIONS: { [what: string]: Edit } = {
  'a block that is freed does not tell the one behind': {
    from: '\tblock->size |= FREE;\n\tafter->before = block;\n\tafter->size |= BEFORE_FREE;\n\tlist_add(block);\n}\n\n/* Grows',
    to: '\tblock->size |= FREE;\n\tafter->before = block;\n\tlist_add(block);\n}\n\n/* Grows',
  },
  'the last list is not looked through': {
    from: 'block = find_in_own_list(payload);',
    to: 'block = find_in_own_list(0) ? NULL : NULL;',
  },
  'a moved block loses its end': {
    from: 'memcpy(moved, payload, had);',
    to: 'memcpy(moved, payload, had / 2u);',
  },
  'what a shrunk block gives back stays in the books': {
    from: 'usage.used -= had - payload_of(block);',
    to: '(void)had;',
  },
  'a list takes blocks that are too small': {
    from: 'units += (1u << (log2_of(units) - LISTS_LOG2)) - 1u;',
    to: 'units += 0;',
  },
};

optional(
  'no operation breaks a block, the books or what is free',
  deadline(60_000, async () => {
    const program = await compile('heap-stress.c', SOURCE);
    try {
      for (const seed of [1, 2, 3, 4]) {
        const { good, text } = await program.run(seed, OPERATIONS);
        assert.ok(good, text);
        assert.match(text, /^failed requests: [1-9]/);
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
      const program = await compile('heap-stress.c', SOURCE, edit);
      try {
        const { good, text } = await program.run(1, OPERATIONS);
        assert.not(good, text);
        assert.match(text, /broken: |ERROR: AddressSanitizer|runtime error/);
      } finally {
        await program.dispose();
      }
    }),
  );
}

test.run();

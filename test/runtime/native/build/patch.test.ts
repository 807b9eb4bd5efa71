/** Edits of the engine's source fit what they were written for, or stop the build. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EDITS, type Edit, patched } from '../../../../runtime/native/build/patch.js';
import { deadline } from '../../../../sdk/testing/deadline.js';

const edit: Edit = { file: 'a.c', why: 'a reason', from: 'old line\n', to: 'new line $&\n' };

test(
  'an edit replaces its text, taken literally, in its file alone',
  deadline(1000, () => {
    assert.is(patched('a.c', 'one\nold line\ntwo\n', [edit]), 'one\nnew line $&\ntwo\n');
    assert.is(patched('b.c', 'old line\n', [edit]), 'old line\n');
  }),
);

test(
  'a text that is missing or there twice stops the build and says which edit it is',
  deadline(1000, () => {
    const about = /a\.c is not what .*patch\.ts was written for \(a reason\): "old line\\n" is there/;
    for (const [text, times] of [
      ['other\n', 0],
      ['old line\nold line\n', 2],
    ] as const) {
      assert.throws(
        () => patched('a.c', text, [edit]),
        (error: Error) => about.test(error.message) && error.message.endsWith(`${times} times, not once`),
      );
    }
  }),
);

test(
  'every edit says why and changes something',
  deadline(1000, () => {
    assert.ok(EDITS.length >= 4);
    for (const { file, why, from, to } of EDITS) {
      assert.match(file, /^(quickjs|dtoa|cutils|libregexp|libunicode)\.[ch]$/);
      assert.ok(why.length > 20 && from !== to && from.length > 0);
    }
  }),
);

test.run();

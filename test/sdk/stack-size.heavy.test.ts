/** The release build: what the stack weighs in it, and that a program finds all of the runtime that it asks for. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { STACK_LIMIT, weighStack } from '../bench/stack/weigh.js';
import { inProject, program, rproc } from '../support/project-folder.js';

test(
  `the stack without an application weighs at most ${STACK_LIMIT} bytes minified`,
  deadline(60000, async () => {
    const bytes = await weighStack();
    assert.ok(bytes <= STACK_LIMIT, `${bytes} bytes are ${bytes - STACK_LIMIT} too many`);
    // A bundle that lost the stack would pass too.
    assert.ok(bytes > 12000, `only ${bytes} bytes`);
  }),
);

/** Runs `main` minified and gives what it printed. */
function printed(main: string): Promise<string> {
  return inProject(program(main), async (dir) => {
    const { warnings } = await build({ dir });
    assert.equal(warnings, []);
    const { status, stdout, stderr } = await rproc('run', join(dir, 'firmware.elf'), '--until', 'the end');
    assert.is(status, 0, stdout + stderr);
    return stdout;
  });
}

test(
  'members that are reached by computed names, fields out of JSON and printed objects are what they are unminified',
  deadline(60000, async () => {
    const out = await printed(`import { createEndpoint, rpmsgDevice } from 'rproc-sdk/runtime';

const options = JSON.parse(String.fromCharCode(123) + '"na' + 'me": "svc", "sr' + 'c": 77}');
const endpoint = createEndpoint(options, () => {});
console.log('made', endpoint.src);
const methods = ['trySend', 'trySendTo'] as const;
for (const method of methods) console.log(method, typeof endpoint[method]);
console.log(Object.keys(rpmsgDevice().counters).join());
const mine = JSON.parse('{"rings": 1, "deliver": 2, "whenLive": 3}') as { rings: number; deliver: number; whenLive: number };
console.log(mine.rings + mine.deliver + mine.whenLive);
const level = JSON.parse('["wa", "rn"]').join('') as 'warn';
console[level]('loud');
console.log('the end');
`);
    for (const line of [
      'made 77',
      'trySend function',
      'trySendTo function',
      'received,sent,deadLetters,malformed,kicks,held,claimed',
      '6',
      'warning: loud',
    ]) {
      assert.ok(
        out.split('\n').some((text) => text.endsWith(line)),
        `${line} in\n${out}`,
      );
    }
  }),
);

test(
  'calls whose result nobody wants are made, whatever the variable is called',
  deadline(60000, async () => {
    const out = await printed(`const bytes = new Uint8Array(3);
const struct = { set(at: number) { bytes[at] = 9; } };
bytes.fill(7);
struct.set(1);
export {};
console.log([...bytes].join('-'));
console.log('the end');
`);
    assert.match(out, '7-9-7');
  }),
);

test(
  'a crash in a minified program names TypeScript sources of the program and of the runtime',
  deadline(60000, () =>
    inProject(
      program(`import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'twice', src: 5 }, () => {});
createEndpoint({ name: 'twice', src: 5 }, () => {});
`),
      async (dir) => {
        await build({ dir });
        const { status, stderr } = await rproc('run', join(dir, 'firmware.elf'));
        assert.is(status, 1);
        assert.match(stderr, 'Error: endpoint address 0x5 is in use');
        assert.match(stderr, /at createEndpoint \(rproc-sdk\/runtime\/rpmsg\/device\.ts:\d+:\d+\)/);
        assert.match(stderr, /\(src\/main\.ts:4:\d+\)/);
      },
    ),
  ),
);

test.run();

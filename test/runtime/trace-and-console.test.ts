/** What firmware prints: the trace buffer, console formatting, the crash record, and reading the table. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { da } from '../../runtime/abi/address.js';
import { describeError, errorText, inspect, makeConsole } from '../../runtime/console.js';
import { quickjsHal } from '../../runtime/hal/quickjs.js';
import { Remote } from '../../runtime/remote.js';
import { readTable } from '../../runtime/table.js';
import { TraceBuffer } from '../../runtime/trace.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { BASE, boardInfo, SimHal, SimHost } from '../support/sim-hal.js';
import { carveout, table, trace, vdev } from '../support/sim-images.js';

const LIMIT = 5000;

function traceOf(len: number) {
  const buffer = new ArrayBuffer(len + 16);
  const all = new Uint8Array(buffer).fill(0xcc);
  const buf = new TraceBuffer({ buffer, offset: 8 }, len);
  const write = (text: string): void => buf.write(new Uint8Array(Buffer.from(text)));
  /** Text up to the first NUL, which must be inside. */
  const read = (): string => {
    assert.ok(
      all.subarray(0, 8).every((byte) => byte === 0xcc) &&
        all.subarray(8 + len).every((byte) => byte === 0xcc),
    );
    const end = all.indexOf(0, 8);
    assert.ok(end >= 8 && end < 8 + len, 'a NUL inside');
    return Buffer.from(all.slice(8, end)).toString();
  };
  return { buf, write, read };
}

test(
  'trace: starts empty, appends, always NUL-terminated; exactly full fits',
  deadline(LIMIT, () => {
    const { write, read, buf } = traceOf(8);
    assert.is(read(), '');
    write('abc\n');
    assert.is(read(), 'abc\n');
    write('de\n');
    assert.is(read(), 'abc\nde\n');
    assert.is(buf.dropped, 0);
  }),
);

test(
  'trace: overflow keeps the newest whole lines',
  deadline(LIMIT, () => {
    const { write, read, buf } = traceOf(32);
    let written = 0;
    for (let i = 0; i < 200; i++) {
      const line = `line ${i}\n`;
      write(line);
      written += line.length;
      const text = read();
      assert.ok(text.endsWith(line));
      const lines = text.split('\n').slice(0, -1);
      const first = i - lines.length + 1;
      assert.equal(
        lines,
        lines.map((_, k) => `line ${first + k}`),
      );
      assert.is(buf.dropped + text.length, written);
    }
  }),
);

test(
  'trace: a text longer than the buffer leaves its end; the next one starts anew',
  deadline(LIMIT, () => {
    const { write, read, buf } = traceOf(8);
    write('0123456789\n');
    assert.is(read(), '456789\n');
    assert.is(buf.dropped, 4);
    write('x\n');
    assert.is(read(), 'x\n');
    write('');
    assert.is(read(), 'x\n');
  }),
);

test(
  'trace: a line that fills the buffer pushes all others out; tiny buffers do no harm',
  deadline(LIMIT, () => {
    const { write, read } = traceOf(8);
    write('ab\n');
    write('123456\n');
    assert.is(read(), '123456\n');
    for (const len of [1, 2]) {
      const tiny = traceOf(len);
      for (let i = 0; i < 5; i++) tiny.write('hello\n');
      assert.is(tiny.read().length, len - 1);
    }
    const none = new TraceBuffer({ buffer: new ArrayBuffer(4), offset: 2 }, 0);
    none.write(Uint8Array.of(1, 2, 3));
  }),
);

test(
  'trace: read as Linux does after every write, for texts of every length at every offset around the end',
  deadline(LIMIT, () => {
    const LEN = 24;
    for (let at = 0; at < LEN; at++) {
      for (let size = 0; size <= LEN + 2; size++) {
        for (const lines of [true, false]) {
          const { write, read, buf } = traceOf(LEN);
          const before = lines ? 'ab\n'.repeat(at / 3) + 'a'.repeat(at % 3) : 'a'.repeat(at);
          const text = size === 0 ? '' : `${'0123456789abcdefghijklmnopqrs'.slice(0, size - 1)}\n`;
          write(before);
          assert.is(read(), before);
          write(text);
          const all = before + text;
          const seen = read();
          const where = `${size} bytes at ${at}`;
          assert.ok(all.endsWith(seen), where);
          assert.is(buf.dropped, all.length - seen.length, where);
          if (all.length < LEN) assert.is(seen, all, where);
          else assert.ok(seen.endsWith(text.slice(-(LEN - 1))), `${where}: the newest is there`);
          // What is left of older text begins with a line's first byte.
          const cut = all.length - seen.length;
          if (cut > 0 && seen.length > text.length) assert.is(all[cut - 1], '\n', where);
          write('z');
          assert.is(read().at(-1), 'z', where);
        }
      }
    }
  }),
);

test(
  'trace: a NUL in a text does not hide what follows',
  deadline(LIMIT, () => {
    const { write, read } = traceOf(16);
    write('a\0b\0\n');
    write('c\n');
    assert.is(read(), 'a?b?\nc\n');
    write('\0'.repeat(20));
    assert.is(read(), '?'.repeat(15));
  }),
);

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

const circular: { name: string; self?: unknown; list?: unknown[] } = { name: 'c' };
circular.self = circular;
circular.list = [circular];
const shared = { a: 1 };

const formats: [unknown[], string][] = [
  [[], ''],
  [['plain'], 'plain'],
  [['a', 1, true, null, undefined], 'a 1 true null undefined'],
  [[-0.5, Number.NaN, Infinity, 10n], '-0.5 NaN Infinity 10'],
  [[Symbol('s')], 'Symbol(s)'],
  [[{}], '{}'],
  [[[]], '[]'],
  [[{ a: 1, b: 'text', c: [1, 'x'] }], '{ a: 1, b: "text", c: [1, "x"] }'],
  [[new Point(1, 2)], '{ x: 1, y: 2 }'],
  [[{ a: { b: { c: { d: 1 } } } }], '{ a: { b: { c: [object] } } }'],
  [[[[[[1]]]]], '[[[[array]]]]'],
  [[circular], '{ name: "c", self: [circular], list: [[circular]] }'],
  [[[shared, shared]], '[{ a: 1 }, { a: 1 }]'],
  [[Uint8Array.of(0, 15, 255)], 'Uint8Array(3) 00 0f ff'],
  [[new Uint8Array(33)], `Uint8Array(33)${' 00'.repeat(32)} ...`],
  [[function named() {}, () => {}], '[function named] [function anonymous]'],
  [['%d', 5], '%d 5'],
  [['two\nlines'], 'two\nlines'],
  [[Object.create(null)], '{}'],
];
for (const [values, expected] of formats) {
  test(
    `console: ${expected.slice(0, 60)}`,
    deadline(LIMIT, () => {
      const lines: string[] = [];
      const console = makeConsole((line) => lines.push(line));
      console.log(...values);
      assert.equal(lines, [expected]);
    }),
  );
}

test(
  'console: what each level puts in front; errors with their stack',
  deadline(LIMIT, () => {
    const lines: string[] = [];
    const console = makeConsole((line) => lines.push(line));
    console.log('x');
    console.info('x');
    console.debug('x');
    console.warn('x', 1);
    console.error('x');
    assert.equal(lines, ['x', 'x', 'debug: x', 'warning: x 1', 'error: x']);
    lines.length = 0;
    console.warn('two\nlines');
    console.log('two\nlines');
    assert.equal(lines, ['warning: two\nwarning: lines', 'two\nlines']);
    const error = new TypeError('bad');
    error.stack = '    at f (a.js:1:2)\n\n';
    assert.is(errorText(error), 'TypeError: bad\n    at f (a.js:1:2)');
    assert.is(inspect({ error }), '{ error: TypeError: bad\n    at f (a.js:1:2) }');
    error.stack = undefined;
    error.message = '';
    assert.is(errorText(error), 'TypeError');
    assert.equal(describeError('text'), { reason: 'thrown: "text"', stack: '' });
    assert.equal(describeError(undefined), { reason: 'thrown: undefined', stack: '' });
  }),
);

test(
  'remote: console lines go to the first trace buffer and the log; a crash leaves its reason in both',
  deadline(LIMIT, () => {
    const host = new SimHost();
    const { hal, remote } = host;
    remote.console.log('hello', { a: 1 });
    const read = (): string => Buffer.from(hal.bytes.slice(0x800, hal.bytes.indexOf(0, 0x800))).toString();
    assert.is(read(), 'hello { a: 1 }\n');
    assert.equal(hal.logged, ['hello { a: 1 }\n']);
    const error = new Error('boom');
    error.stack = '    at main (m.ts:1:1)';
    assert.throws(() => remote.crash(error), /^core crashed: Error: boom$/);
    assert.equal(hal.crashed, { reason: 'Error: boom', stack: '    at main (m.ts:1:1)' });
    assert.is(read(), 'hello { a: 1 }\ncrash: Error: boom\n    at main (m.ts:1:1)\n');
  }),
);

const isRangeError = (error: Error): boolean => error instanceof RangeError;

function halWith(bytes: Uint8Array): SimHal {
  const hal = new SimHal();
  hal.bytes.set(bytes, 0x40);
  hal.table = { da: da(BASE + 0x40), len: bytes.length };
  return hal;
}

test(
  'readTable: traces and vdevs in table order, other entries are passed over; vdev bytes are live',
  deadline(LIMIT, () => {
    const bytes = table([
      carveout('c'),
      trace(BASE + 0x800, 64),
      vdev([{}, {}], { id: 3, config_len: 0 }),
      trace(BASE + 0x900, 32),
      vdev([{}], { id: 7 }),
    ]);
    const hal = halWith(bytes);
    const { traces, vdevs } = readTable(hal);
    assert.equal(traces, [
      { da: BASE + 0x800, len: 64 },
      { da: BASE + 0x900, len: 32 },
    ]);
    assert.equal(
      vdevs.map(({ index, id, bytes: entry }) => [index, id, entry.length]),
      [
        [0, 3, 64],
        [1, 7, 44],
      ],
    );
    const at = vdevs[0].da - BASE;
    hal.bytes[at + 20] = 7;
    assert.is(vdevs[0].bytes[20], 7);
    assert.is(new Remote(hal, boardInfo).rpmsg.length, 1);
  }),
);

test(
  'readTable: a wrong version, offsets behind the end and tables outside of memory throw',
  deadline(LIMIT, () => {
    const bytes = table([trace(0, 0)]);
    const wrong = bytes.slice();
    wrong[0] = 2;
    assert.throws(() => readTable(halWith(wrong)), /^resource table at 0x10000040 is version 2$/);
    for (const offset of [66, 0xfffffff0]) {
      const far = bytes.slice();
      new DataView(far.buffer).setUint32(16, offset, true);
      assert.throws(() => readTable(halWith(far)), isRangeError);
    }
    const many = bytes.slice();
    many[4] = 255;
    assert.throws(() => readTable(halWith(many)), isRangeError);
    const hal = new SimHal();
    hal.table = { da: da(0), len: 16 };
    assert.throws(() => readTable(hal), /no memory/);
  }),
);

test(
  'remote without a table entry: no trace, no vdev, no alarm; console still logs',
  deadline(LIMIT, () => {
    const hal = halWith(table([]));
    const remote = new Remote(hal, boardInfo);
    remote.start();
    assert.is(hal.alarmAt, Infinity);
    remote.console.log('x');
    assert.equal(hal.logged, ['x\n']);
    hal.interrupt();
  }),
);

test(
  'quickjsHal: the global or a clear error',
  deadline(LIMIT, () => {
    const hal = new SimHal();
    assert.is(quickjsHal({ __rproc_hal: hal }), hal);
    assert.throws(() => quickjsHal({}), /__rproc_hal is missing/);
  }),
);

test.run();

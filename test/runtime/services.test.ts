/** The helpers for stock host drivers: a tty's byte stream and raw messages; and the catalogue of their names. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelVersions } from '../../host-sim/index.js';
import { linuxServices } from '../../runtime/abi/services.js';
import { Canceller } from '../../runtime/rpmsg/canceller.js';
import { createRaw } from '../../runtime/services/raw.js';
import { createTty, type TtyOptions } from '../../runtime/services/tty.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { jobs, SimHost } from '../support/sim-hal.js';

const LIMIT = 5000;
const USER = 1030;

/** A tty on a host that is up; its announcement was read. */
function ttyOn(options: TtyOptions = {}, num = 16) {
  const host = new SimHost({ num });
  host.up();
  const tty = createTty({ device: host.rpmsg, ...options });
  const [announced] = host.received();
  return { host, tty, announced };
}

/** All bytes that came, and the sizes of the messages they came in. */
async function drain(host: SimHost) {
  const sizes: number[] = [];
  const bytes: number[] = [];
  for (;;) {
    await jobs();
    const messages = host.received();
    if (messages.length === 0) return { sizes, bytes: Uint8Array.from(bytes) };
    for (const { data } of messages) {
      sizes.push(data.length);
      bytes.push(...data);
    }
  }
}

function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7) & 0xff);
}

test(
  'the catalogue: names fit, are there once, and say since when',
  deadline(LIMIT, () => {
    const names = linuxServices.map(({ name }) => name);
    // linux-rpmsg.md sections 9 and 10.
    assert.equal(names, ['rpmsg-client-sample', 'rpmsg-tty', 'rpmsg-raw', 'rpmsg_chrdev']);
    for (const { since } of linuxServices) assert.ok(kernelVersions.includes(since));
  }),
);

test(
  'tty: announced as rpmsg-tty; says nothing before somebody has written',
  deadline(LIMIT, async () => {
    const { host, tty, announced } = ttyOn();
    assert.is(announced.dst, 53);
    assert.equal(announced.data.subarray(0, 10), new Uint8Array(Buffer.from('rpmsg-tty\0')));
    const written = tty.write('early');
    assert.is(tty.tryWrite('now'), 0);
    await jobs();
    assert.equal(host.received(), []);
    host.send(USER, tty.endpoint.src, 'x');
    await tty.bound;
    await written;
    assert.equal(
      host.received().map(({ dst, data }) => [dst, Buffer.from(data).toString()]),
      [[USER, 'early']],
    );
  }),
);

for (const size of [0, 1, 495, 496, 497, 992, 993, 5000]) {
  test(
    `tty: ${size} bytes in messages of at most 496, none of them empty`,
    deadline(LIMIT, async () => {
      const { host, tty } = ttyOn();
      host.send(USER, tty.endpoint.src, 'x');
      let done = false;
      const data = pattern(size);
      tty.write(data).then(() => {
        done = true;
      });
      data.fill(0);
      const { sizes, bytes } = await drain(host);
      assert.ok(done);
      assert.equal(bytes, pattern(size));
      const full = Math.floor(size / 496);
      assert.equal(sizes, [...new Array(full).fill(496), ...(size % 496 ? [size % 496] : [])]);
    }),
  );
}

test(
  'tty: more than there are buffers waits for them; writes follow each other whole',
  deadline(LIMIT, async () => {
    const { host, tty } = ttyOn({}, 2);
    host.send(USER, tty.endpoint.src, 'x');
    const order: string[] = [];
    tty.write('a'.repeat(2000)).then(() => order.push('a'));
    assert.is(tty.tryWrite('c'), 0, 'nobody overtakes while buffers are free either');
    tty.write('b'.repeat(1000)).then(() => order.push('b'));
    await jobs();
    assert.equal(order, [], 'two buffers, five messages');
    assert.is(tty.tryWrite('c'), 0, 'nobody overtakes');
    const { bytes } = await drain(host);
    assert.is(Buffer.from(bytes).toString(), 'a'.repeat(2000) + 'b'.repeat(1000));
    assert.equal(order, ['a', 'b']);
    assert.is(tty.tryWrite('c'.repeat(2000)), 992, 'what the buffers hold');
    assert.is((await drain(host)).bytes.length, 992);
    assert.is(tty.tryWrite('ü'), 2);
  }),
);

test(
  'tty: written before the host is up, cut by its buffers',
  deadline(LIMIT, async () => {
    const host = new SimHost({ num: 8, bufferSize: 128 });
    const tty = createTty({ device: host.rpmsg });
    const written = tty.write(pattern(300));
    host.up();
    await jobs();
    host.received();
    host.send(USER, tty.endpoint.src, 'x');
    const { sizes, bytes } = await drain(host);
    await written;
    assert.equal(sizes, [112, 112, 76]);
    assert.equal(bytes, pattern(300));
  }),
);

test(
  'tty: nobody within 15 s, a cancelled write; the next one goes all the same',
  deadline(LIMIT, async () => {
    const { host, tty } = ttyOn();
    const late = tty.write('lost').then(
      () => 'sent',
      (error: Error) => error.message,
    );
    await jobs();
    host.hal.advance(15000);
    assert.match(await late, /no peer within 15 s/);
    const canceller = new Canceller();
    const cancelled = tty.write('taken back', canceller.signal).then(
      () => 'sent',
      (error: Error) => error.message,
    );
    const next = tty.write('next');
    await jobs();
    canceller.cancel();
    assert.match(await cancelled, /cancelled/);
    host.send(USER, tty.endpoint.src, 'x');
    await next;
    assert.equal(host.texts(), ['next']);
  }),
);

const lines: [string[], string[]][] = [
  [['one\n'], ['one']],
  [
    ['o', 'ne\r', '\ntwo\r', 'three\n'],
    ['one', 'two', 'three'],
  ],
  [
    ['\n\r\n\r', 'x'],
    ['', '', ''],
  ],
  [['no end'], []],
  [['a'.repeat(490), 'b'.repeat(490), '\n'], ['a'.repeat(490) + 'b'.repeat(490)]],
];
for (const [sent, expected] of lines) {
  test(
    `tty: onLine of ${JSON.stringify(sent).slice(0, 60)}`,
    deadline(LIMIT, () => {
      const got: string[] = [];
      const data: string[] = [];
      const { host, tty } = ttyOn({
        onLine: (line) => got.push(line),
        onData: (bytes) => data.push(Buffer.from(bytes).toString()),
      });
      for (const text of sent) host.send(USER, tty.endpoint.src, text);
      assert.equal(got, expected);
      assert.equal(data, sent);
    }),
  );
}

test(
  'tty: a character that two messages share; a line without end comes in pieces',
  deadline(LIMIT, () => {
    const got: string[] = [];
    const { host, tty } = ttyOn({ onLine: (line) => got.push(line) });
    const bytes = new Uint8Array(Buffer.from('grün\n'));
    host.send(USER, tty.endpoint.src, bytes.subarray(0, 3));
    host.send(USER, tty.endpoint.src, bytes.subarray(3));
    assert.equal(got, ['grün']);
    for (let i = 0; i < 16; i++) host.send(USER, tty.endpoint.src, 'x'.repeat(256));
    assert.equal(
      got.map((line) => line.length),
      [4, 4096],
    );
  }),
);

test(
  'tty: the host goes and comes back; close takes the service back',
  deadline(LIMIT, async () => {
    const { host, tty } = ttyOn();
    host.send(USER, tty.endpoint.src, 'x');
    host.down();
    host.hal.interrupt();
    const written = tty.write('again');
    host.up();
    await jobs();
    assert.is(host.received().length, 1, 'announced again');
    host.send(USER + 1, tty.endpoint.src, 'x');
    await written;
    assert.equal(
      host.received().map(({ dst }) => dst),
      [USER + 1],
    );
    tty.close();
    const [gone] = host.received();
    assert.is(gone.data[36], 1, 'RPMSG_NS_DESTROY');
  }),
);

test(
  'raw: announced as rpmsg-raw; one message each way, each file is answered by itself',
  deadline(LIMIT, async () => {
    const host = new SimHost({ num: 16 });
    host.up();
    const got: [string, number][] = [];
    const raw = createRaw({
      device: host.rpmsg,
      onMessage: (message, reply, src) => {
        got.push([Buffer.from(message).toString(), src]);
        reply(message);
      },
    });
    const [announced] = host.received();
    assert.equal(announced.data.subarray(0, 10), new Uint8Array(Buffer.from('rpmsg-raw\0')));
    host.send(USER, raw.endpoint.src, 'first');
    await raw.bound;
    host.send(USER + 1, raw.endpoint.src, '');
    await raw.write('to the first');
    await raw.write(new Uint8Array(496));
    assert.equal(got, [
      ['first', USER],
      ['', USER + 1],
    ]);
    assert.equal(
      host.received().map(({ dst, data }) => [dst, data.length]),
      [
        [USER, 5],
        [USER + 1, 0],
        [USER, 12],
        [USER, 496],
      ],
    );
    const refused = await raw.write(new Uint8Array(497)).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.instance(refused, RangeError);
    raw.close();
    assert.is(host.received().length, 1);
  }),
);

test.run();

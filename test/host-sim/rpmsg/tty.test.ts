/** linux-rpmsg.md section 10: rpmsg_tty. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { O_NONBLOCK, O_RDWR, type OpenFile } from '../../../host-sim/dev-nodes.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { type RpmsgOptions, rpmsgBench } from '../../support/sim-rpmsg.js';

const LIMIT = 10_000;
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const textOf = (result: Uint8Array | number): string | number =>
  typeof result === 'number' ? result : Buffer.from(result).toString();

async function booted(options: RpmsgOptions = {}) {
  const parts = await rpmsgBench(options);
  const { sim } = parts.bench;
  sim.registerDriver(sim.rpmsgTty.driver());
  parts.remote.announce('rpmsg-tty', 1040);
  const open = (flags = O_RDWR): OpenFile => {
    const file = sim.dev.open('/dev/ttyRPMSG0', flags);
    if (typeof file === 'number') throw new Error(`${file}`);
    return file;
  };
  parts.lines();
  return { ...parts, sim, open, tty: sim.rpmsgTty.ttys[0] };
}

test(
  'linux-rpmsg 10 #2: write: up to 496 bytes per message, in the pieces that the tty layer makes',
  deadline(LIMIT, async () => {
    const { remote, tty, open } = await booted({ num: 16 });
    assert.equal([tty.name, tty.channel.src], ['ttyRPMSG0', 1024]);
    const data = Uint8Array.from({ length: 2100 }, (_, i) => i & 255);
    assert.is(open().write(data), 2100);
    const got = Array.from({ length: 6 }, () => remote.receive()!);
    assert.equal(
      got.map(({ src, dst, data: { length } }) => [src, dst, length]),
      [496, 496, 496, 496, 64, 52].map((length) => [1024, 1040, length]),
    );
    assert.equal(Buffer.concat(got.map((message) => message.data)), Buffer.from(data));
    assert.is(open().write(new Uint8Array(0)), 0);
    assert.is(remote.receive(), undefined);
  }),
);

test(
  'linux-rpmsg 10 #2: write does not wait: -ENOMEM without a buffer, or what was written so far',
  deadline(LIMIT, async () => {
    const { tty, open, sim, remote } = await booted();
    const { now } = sim.scheduler;
    assert.is(tty.write(new Uint8Array(496 * 5)), 2048 - 64);
    assert.is(tty.write(bytes('x')), -12);
    assert.is(open().write(bytes('x')), -12);
    assert.is(sim.scheduler.now, now);
    // write_room does not know about buffers: poll says that it can be written.
    assert.is(open().poll(), 4);
    remote.receive();
    assert.is(tty.write(bytes('x')), 1);
  }),
);

test(
  'linux-rpmsg 10 #2: receive: bytes are a stream; an empty message is rejected; kept while nobody reads',
  deadline(LIMIT, async () => {
    const { remote, open, tty } = await booted();
    for (const text of ['one ', '', 'two ', 'three']) remote.send(1040, 1024, text);
    const file = open(O_RDWR | O_NONBLOCK);
    assert.is(file.poll(), 5);
    assert.equal([textOf(file.read(6)), textOf(file.read(100)), file.read(1)], ['one tw', 'o three', -11]);
    assert.is(file.ioctl(0x5401, new Uint8Array(60)), -25);
    const heard: string[] = [];
    tty.onData = (data) => heard.push(Buffer.from(data).toString());
    remote.send(1040, 1024, 'live');
    assert.equal(heard, ['live']);
    assert.is(file.poll(), 4);
  }),
);

test(
  'linux-rpmsg 10 #2: receive: overflow is told, rate-limited, and the rest of the message is lost',
  deadline(LIMIT, async () => {
    const { remote, tty, lines } = await booted();
    const full = 640 * 1024;
    const message = new Uint8Array(496).fill(1);
    const whole = Math.floor(full / 496);
    for (let i = 0; i < whole; i++) remote.send(1040, 1024, message);
    assert.equal(lines(), []);
    for (let i = 0; i < 12; i++) remote.send(1040, 1024, message);
    const dev = 'rpmsg_tty virtio0.rpmsg-tty.-1.1040: Trunc buffer: available space is';
    assert.equal(lines(), [`${dev} ${full - whole * 496}`, ...new Array(9).fill(`${dev} 0`)]);
    assert.is(tty.read(full + 10).length, full);
    assert.is(tty.read().length, 0);
    remote.send(1040, 1024, 'again');
    assert.is(textOf(tty.read()), 'again');
  }),
);

test(
  'linux-rpmsg 10 #2: a blocking read waits for bytes, a signal or the hang-up',
  deadline(LIMIT, async () => {
    const { remote, open, sim, tty } = await booted();
    const file = open();
    const begin = sim.scheduler.now;
    sim.scheduler.at(begin + 30, () => remote.send(1040, 1024, 'late'));
    assert.is(textOf(file.read(10)), 'late');
    assert.is(sim.scheduler.now, begin + 30);
    sim.dev.signalAfterMs = 100;
    assert.is(file.read(10), -512);
    sim.scheduler.at(sim.scheduler.now + 10, () => remote.announce('rpmsg-tty', 1040, 1));
    assert.is(textOf(file.read(10)), '');
    assert.is(tty.hungUp, true);
    assert.equal([file.write(bytes('x')), file.ioctl(0, 0), file.poll()], [-5, -5, 0x1d]);
    assert.is(sim.dev.open('/dev/ttyRPMSG0'), -2);
    // The number is in use until the file is closed.
    remote.announce('rpmsg-tty', 1041);
    assert.ok(sim.dev.list().includes('/dev/ttyRPMSG1'));
    file.close();
    remote.announce('rpmsg-tty', 1042);
    assert.equal(
      sim.rpmsgTty.ttys.map(({ name }) => name),
      ['ttyRPMSG1', 'ttyRPMSG0'],
    );
  }),
);

test(
  'linux-rpmsg 10 #2: 32 ttys at most',
  deadline(LIMIT, async () => {
    const { remote, sim, lines } = await booted();
    for (let i = 1; i < 33; i++) remote.announce('rpmsg-tty', 1040 + i);
    assert.is(sim.rpmsgTty.ttys.length, 32);
    const dev = 'rpmsg_tty virtio0.rpmsg-tty.-1.1072: ';
    assert.equal(lines().slice(-3), [
      `${dev}error -ENOSPC: Failed to alloc tty port`,
      `${dev}rpmsg_dev_probe: failed: -28`,
      `${dev}probe with driver rpmsg_tty failed with error -28`,
    ]);
    remote.announce('rpmsg-tty', 1044, 1);
    remote.announce('rpmsg-tty', 2000);
    assert.is(sim.rpmsgTty.ttys.at(-1)!.name, 'ttyRPMSG4');
  }),
);

test(
  'linux-rpmsg 10 #2: dev_dbg lines of a channel that comes and goes, and of a write that fails',
  deadline(LIMIT, async () => {
    const { remote, tty, lines, sim } = await booted({ debug: true });
    const dev = 'rpmsg_tty virtio0.rpmsg-tty.-1.1040: ';
    const own = () => lines().filter((text) => text.startsWith(dev) && !text.includes('TX From'));
    assert.ok(
      sim.kernel.log.lines.some(({ text }) => text === `${dev}New channel: 0x400 -> 0x410: ttyRPMSG0`),
    );
    tty.write(new Uint8Array(496 * 4));
    tty.write(bytes('x'));
    assert.equal(own(), [`${dev}rpmsg_send failed: -12`]);
    remote.announce('rpmsg-tty', 1040, 1);
    assert.equal(own(), [`${dev}Removing rpmsg tty device 0`]);
  }),
);

test.run();

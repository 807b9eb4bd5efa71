/** linux-remoteproc.md section 14b: /dev/remoteprocN. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { O_RDWR, type OpenFile } from '../../../host-sim/dev-nodes.js';
import {
  RPROC_GET_SHUTDOWN_ON_RELEASE,
  RPROC_SET_SHUTDOWN_ON_RELEASE,
} from '../../../host-sim/remoteproc/cdev.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench } from '../../support/sim-boot.js';
import { image, table } from '../../support/sim-images.js';

const LIMIT = 5000;
const file = image({ table: table([]) });

function open(bench: Bench): OpenFile {
  const opened = bench.sim.dev.open('/dev/remoteproc0', O_RDWR);
  if (typeof opened === 'number') throw new Error(`errno ${opened}`);
  return opened;
}

function setup() {
  const bench = new Bench();
  bench.sim.setFirmware('fw.elf', file);
  const node = open(bench);
  const finish = (result: number | Promise<number>) => bench.sim.scheduler.finish(Promise.resolve(result));
  return {
    bench,
    node,
    write: (text: string) => finish(node.write(Buffer.from(text))),
    close: (which = node) => finish(which.close()),
  };
}

const s32 = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);

test(
  'linux-remoteproc 14b: start, stop and detach; the length or the errno of the call',
  deadline(LIMIT, async () => {
    const { bench, write } = setup();
    const { rproc } = bench.sim;
    assert.is(await write('start'), 5);
    assert.is(rproc.state, 'running');
    assert.is(await write('detach'), -22);
    assert.is(await write('start'), 5);
    assert.is(rproc.power, 2);
    assert.is(await write('stop'), 4);
    assert.is(await write('stop'), 4);
    assert.is(await write('stop'), -22);
    bench.lines();
    bench.sim.firmware.files.clear();
    assert.is(await write('start'), -2);
    assert.is(bench.lines().at(-1), 'request_firmware failed: -2', 'no "Boot failed" line here');
  }),
);

test(
  'linux-remoteproc 14b: a prefix over the written length, start before stop before detach',
  deadline(LIMIT, async () => {
    const { bench, write } = setup();
    const { rproc } = bench.sim;
    const done: [string, string][] = [
      ['s', 'running'],
      ['sto', 'offline'],
      ['st', 'running'],
      ['stop', 'offline'],
      ['sta', 'running'],
      ['stop\0', 'offline'],
      ['start\0xyz', 'running'],
    ];
    for (const [text, state] of done) {
      assert.is(await write(text), text.length, JSON.stringify(text));
      assert.is(rproc.state, state, text);
    }
    rproc.state = 'attached';
    rproc.ops.detach = async () => 0;
    rproc.table = undefined;
    assert.is(await write('d'), 1);
    assert.is(rproc.state, 'detached');
  }),
);

test(
  'linux-remoteproc 14b: no newline stripping: echo start fails; lengths other than 1 to 10 fail without a line',
  deadline(LIMIT, async () => {
    const { bench, write } = setup();
    bench.lines();
    for (const text of ['start\n', 'stop\n', 's\n', 'starts', 'x', 'Start', '\n', '1234567890', 't']) {
      assert.is(await write(text), -22, JSON.stringify(text));
      assert.equal(bench.lines(), ['Unrecognized option']);
    }
    for (const text of ['', 'start123456', 'start\0\0\0\0\0\0']) {
      assert.is(await write(text), -22);
      assert.equal(bench.lines(), []);
    }
    assert.is(bench.sim.rproc.power, 0);
  }),
);

test(
  'linux-remoteproc 14b: the two ioctls by number, s32 in and out; others are -EINVAL with a line',
  deadline(LIMIT, async () => {
    const { bench, node } = setup();
    bench.lines();
    assert.is(RPROC_SET_SHUTDOWN_ON_RELEASE, 0x4004b701);
    assert.is(RPROC_GET_SHUTDOWN_ON_RELEASE, 0x8004b702);
    const get = (): number => {
      const arg = s32(77);
      assert.is(node.ioctl(0x8004b702, arg), 0);
      return new DataView(arg.buffer).getInt32(0, true);
    };
    assert.is(get(), 0);
    for (const [value, flag] of [
      [1, 1],
      [0, 0],
      [-1, 1],
      [0x100, 1],
    ]) {
      assert.is(node.ioctl(0x4004b701, s32(value)), 0);
      assert.is(get(), flag);
    }
    assert.is(node.ioctl(0x4004b701, new Uint8Array(3)), -14);
    assert.is(node.ioctl(0x8004b702, 1), -14);
    assert.equal(bench.lines(), []);
    for (const cmd of [0, 0x4004b702, 0x8004b701, 0x4004b703, 0x5401]) {
      assert.is(node.ioctl(cmd, s32(0)), -22);
      assert.equal(bench.lines(), ['Unsupported ioctl']);
    }
  }),
);

test(
  'linux-remoteproc 14b: close does nothing without the flag',
  deadline(LIMIT, async () => {
    const { bench, write, close } = setup();
    await write('start');
    assert.is(await close(), 0);
    assert.is(bench.sim.rproc.state, 'running');
  }),
);

test(
  'linux-remoteproc 14b: close with the flag shuts a running core down; the flag is of the rproc, any close counts',
  deadline(LIMIT, async () => {
    const { bench, node, write, close } = setup();
    const other = open(bench);
    await write('start');
    node.ioctl(RPROC_SET_SHUTDOWN_ON_RELEASE, s32(1));
    const arg = s32(0);
    other.ioctl(RPROC_GET_SHUTDOWN_ON_RELEASE, arg);
    assert.is(arg[0], 1);
    assert.is(await close(other), 0);
    assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['offline', 0]);
    assert.is(await close(), 0, 'offline: nothing left to do');
    const third = open(bench);
    await bench.sim.start();
    await bench.sim.start();
    await close(third);
    assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['running', 1], 'one reference only');
  }),
);

test(
  "linux-remoteproc 14b: close with the flag detaches an attached core; its errno is nobody's",
  deadline(LIMIT, async () => {
    for (const [errno, state] of [
      [-5, 'attached'],
      [0, 'detached'],
    ] as const) {
      const bench = new Bench({ detached: true });
      await bench.loaderStarts(file);
      await bench.start();
      const node = open(bench);
      node.ioctl(RPROC_SET_SHUTDOWN_ON_RELEASE, s32(1));
      bench.sim.rproc.ops.detach = async () => errno;
      assert.is(await node.close(), 0);
      assert.is(bench.sim.rproc.state, state);
      assert.not.ok(bench.core.calls.includes('stop'));
    }
  }),
);

test(
  'linux-remoteproc 14b: close with the flag leaves a crashed core alone',
  deadline(LIMIT, async () => {
    const { bench, node, write, close } = setup();
    await write('start');
    node.ioctl(RPROC_SET_SHUTDOWN_ON_RELEASE, s32(1));
    await bench.crash();
    assert.is(await close(), 0);
    assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['crashed', 1]);
  }),
);

test(
  'linux-remoteproc 14b: nothing can be read; a file that outlives the processor gets -ENODEV',
  deadline(LIMIT, async () => {
    const { bench, node, write } = setup();
    assert.is(node.read(10), -22);
    assert.is(node.poll(), 0x145);
    await bench.sim.processors[0].remove();
    bench.lines();
    assert.is(await write('start'), -19);
    assert.equal(bench.lines(), ["can't boot deleting rproc m4"]);
    assert.is(bench.sim.dev.open('/dev/remoteproc0'), -2);
  }),
);

test.run();

/** /dev and /sys as registries: paths, errnos, waiting with a signal at the end. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CharDevice, DevNodes, O_NONBLOCK, O_RDWR } from '../../../host-sim/dev-nodes.js';
import { Scheduler } from '../../../host-sim/soc/scheduler.js';
import { Sysfs } from '../../../host-sim/sysfs.js';

test('a node is opened by its path with the flags; without a node -ENOENT', () => {
  const dev = new DevNodes(new Scheduler());
  const seen: number[] = [];
  const node: CharDevice = {
    open(flags) {
      seen.push(flags);
      return -16;
    },
  };
  assert.is(dev.open('/dev/b'), -2);
  dev.register('/dev/b', node);
  dev.register('/dev/a', node);
  assert.throws(() => dev.register('/dev/a', node), /\/dev\/a exists already/);
  assert.is(dev.open('/dev/b'), -16);
  assert.is(dev.open('/dev/b', O_RDWR | O_NONBLOCK), -16);
  assert.equal(seen, [2, 0o4002]);
  assert.equal(dev.list(), ['/dev/a', '/dev/b']);
  dev.unregister('/dev/b');
  assert.equal(dev.list(), ['/dev/a']);
  assert.is(dev.open('/dev/b'), -2);
});

test('a wait ends when its condition holds, or by a signal after the time that was set', () => {
  const scheduler = new Scheduler();
  const dev = new DevNodes(scheduler);
  let ready = false;
  scheduler.at(40, () => {
    ready = true;
  });
  assert.is(
    dev.wait(() => ready),
    true,
  );
  assert.is(scheduler.now, 40);
  dev.signalAfterMs = 100;
  assert.is(
    dev.wait(() => false),
    false,
  );
  assert.is(scheduler.now, 140);
});

test('sysfs: read, write, read-only files, missing ones', () => {
  const sysfs = new Sysfs();
  let value = '';
  sysfs.add('/sys/x', {
    name: { show: () => 'n\n' },
    mode: {
      show: () => value,
      store(text) {
        value = text;
        return text.length;
      },
    },
  });
  assert.throws(() => sysfs.add('/sys/x', {}), /exists already/);
  assert.is(sysfs.read('/sys/x/name'), 'n\n');
  assert.is(sysfs.write('/sys/x/name', 'm\n'), -13);
  assert.is(sysfs.write('/sys/x/mode', 'fast\n'), 5);
  assert.is(sysfs.read('/sys/x/mode'), 'fast\n');
  for (const path of ['/sys/x/none', '/sys/x', '/sys/y/name', '/sys/x/toString', 'name']) {
    assert.is(sysfs.read(path), -2, path);
    assert.is(sysfs.write(path, ''), -2, path);
  }
  assert.equal(sysfs.list(), ['/sys/x/mode', '/sys/x/name']);
  sysfs.remove('/sys/x');
  assert.equal(sysfs.list(), []);
});

test.run();

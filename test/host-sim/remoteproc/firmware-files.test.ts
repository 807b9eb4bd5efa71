/** linux-remoteproc.md section 9.2: the name of the firmware, where it is searched, and images that come late. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../../boards/virt-m4.js';
import { type KernelVersion, kernelVersions, releases } from '../../../host-sim/kernel.js';
import { rprocSetFirmware } from '../../../host-sim/remoteproc/core.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench } from '../../support/sim-boot.js';
import { image, table } from '../../support/sim-images.js';

const LIMIT = 5000;
const file = image({ table: table([]) });
const UP = 'remote processor m4 is now up';

test(
  'linux-remoteproc 9.2: the default name is rproc-NAME-fw',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    assert.is(bench.read('firmware'), 'rproc-m4-fw\n');
    bench.sim.firmware.put('rproc-m4-fw', file);
    assert.is((await bench.start()).log[1], `Booting fw image rproc-m4-fw, size ${file.length}`);
  }),
);

for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 9.2: five folders are searched in order (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = new Bench({ kernel });
      const { firmware } = bench.sim;
      firmware.extraPath = '/data/fw';
      const release = releases[kernel];
      const folders = [
        '/data/fw',
        `/lib/firmware/updates/${release}`,
        '/lib/firmware/updates',
        `/lib/firmware/${release}`,
        '/lib/firmware',
      ];
      assert.equal(firmware.searchPath, folders);
      for (const [i, folder] of folders.entries()) {
        firmware.files.set(`${folder}/fw.elf`, new Uint8Array(i + 1));
      }
      for (const [i, folder] of folders.entries()) {
        const found = firmware.request('fw.elf', bench.sim.rproc);
        assert.is(typeof found === 'number' ? found : found.data.length, i + 1);
        firmware.files.delete(`${folder}/fw.elf`);
      }
      assert.equal(bench.lines(), []);
      assert.is(firmware.request('fw.elf', bench.sim.rproc), -2);
      assert.equal(bench.lines(), ['Direct firmware load for fw.elf failed with error -2']);
      firmware.extraPath = '';
      assert.equal(firmware.searchPath, folders.slice(1));
    }),
  );
}

test(
  'linux-remoteproc 9.2: a file in a folder below has its folder in its name',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    bench.sim.firmware.put('vendor/m4.elf', file);
    assert.is(await bench.write('firmware', 'vendor/m4.elf\n'), 14);
    assert.is((await bench.start()).log[1], `Booting fw image vendor/m4.elf, size ${file.length}`);
  }),
);

test(
  'linux-remoteproc 9.2: a .. component is refused, dots elsewhere are not',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { firmware, rproc } = bench.sim;
    for (const name of ['../fw.elf', 'a/../fw.elf', 'a/..', '..']) {
      assert.is(firmware.request(name, rproc), -22);
      assert.equal(bench.lines(), [`Firmware load for '${name}' refused, path contains '..' component`]);
    }
    for (const name of ['..fw', 'fw..', 'a..b/fw', '...']) {
      assert.is(firmware.request(name, rproc), -2);
      assert.equal(bench.lines(), [`Direct firmware load for ${name} failed with error -2`]);
    }
    rproc.firmware = '../fw.elf';
    const { errno, log } = await bench.start();
    assert.is(errno, -22);
    assert.equal(log.slice(1), [
      "Firmware load for '../fw.elf' refused, path contains '..' component",
      'request_firmware failed: -22',
      'Boot failed: -22',
    ]);
  }),
);

test(
  'linux-remoteproc 9.1: a file that is not there: two lines, the errno, no reference; it works once it is there',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    assert.equal(await bench.start(), {
      errno: -2,
      log: [
        'powering up m4',
        'Direct firmware load for rproc-m4-fw failed with error -2',
        'request_firmware failed: -2',
        'Boot failed: -2',
      ],
    });
    assert.is(bench.sim.rproc.power, 0);
    bench.sim.firmware.put('rproc-m4-fw', file);
    assert.is((await bench.start()).log.at(-1), UP);
  }),
);

test(
  'a file that cannot be read: the next folder is tried; the last errno counts',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { firmware } = bench.sim;
    bench.sim.setFirmware('fw.elf', file);
    firmware.files.set('/lib/firmware/updates/fw.elf', file);
    firmware.fault = (path) => (path.includes('updates') ? -5 : 0);
    assert.is((await bench.start()).errno, 0);
    assert.ok(
      bench.sim.kernel.log.lines.some(({ text }) =>
        text.endsWith('loading /lib/firmware/updates/fw.elf failed with error -5'),
      ),
    );
    await bench.sim.stop();
    bench.lines();
    firmware.fault = () => -12;
    const { errno, log } = await bench.start();
    assert.is(errno, -12);
    assert.equal(log.slice(1), [
      'loading /lib/firmware/updates/fw.elf failed with error -12',
      'loading /lib/firmware/fw.elf failed with error -12',
      'Direct firmware load for fw.elf failed with error -12',
      'request_firmware failed: -12',
      'Boot failed: -12',
    ]);
    firmware.fault = (path) => (path === '/lib/firmware/fw.elf' ? -2 : -5);
    assert.is((await bench.start()).errno, -2);
  }),
);

test(
  'an empty name is -EINVAL without a line of the loader',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    bench.sim.rproc.firmware = '';
    assert.equal((await bench.start()).log.slice(1), ['request_firmware failed: -22', 'Boot failed: -22']);
  }),
);

test(
  'linux-remoteproc 9.2: rproc_set_firmware: NULL, states, empty names; the messages are of the parent device',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { rproc } = bench.sim;
    const set = (name: string | undefined) => bench.sim.scheduler.finish(rprocSetFirmware(rproc, name));
    const parent = 'virt-rproc 30000000.m4: ';
    assert.is(await set(undefined), -22);
    assert.equal(bench.lines(), []);
    for (const empty of ['', '\n', '\nfw.elf']) {
      assert.is(await set(empty), -22);
      assert.equal(bench.lines(), [`${parent}can't provide empty string for firmware name`]);
    }
    for (const state of ['running', 'crashed', 'attached', 'detached', 'suspended', 'deleted'] as const) {
      rproc.state = state;
      assert.is(await set('other'), -16, state);
      assert.equal(bench.lines(), [`${parent}can't change firmware while running`]);
      assert.is(await set(''), -16, 'the state is looked at first');
      bench.lines();
    }
    rproc.state = 'offline';
    assert.is(await set('one\ntwo'), 0);
    assert.is(rproc.firmware, 'one');
    assert.is(await set(' with spaces '), 0);
    assert.is(rproc.firmware, ' with spaces ');
    assert.equal(bench.lines(), [], 'nobody looks for the file');
  }),
);

/** A processor whose driver boots it, and everything that comes of its registration. */
async function registered(kernel: KernelVersion, ...files: readonly Uint8Array[]): Promise<Bench> {
  const board = { ...virtM4, linux: { ...virtM4.linux, autoBoot: true } };
  const bench = new Bench({ board, autoBoot: true, kernel });
  for (const data of files) bench.sim.firmware.put('rproc-m4-fw', data);
  await bench.sim.run(() => false, 0);
  return bench;
}

for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 9.2: auto-boot: the file is there (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = await registered(kernel, file);
      const { rproc, kernel: linux } = bench.sim;
      assert.equal([rproc.state, rproc.power], ['running', 1]);
      const lines = linux.log.lines.map(({ text }) => text.replace('remoteproc remoteproc0: ', ''));
      assert.equal(lines.slice(0, 2), [`${rproc.name} is available`, `powering up ${rproc.name}`]);
    }),
  );

  test(
    `linux-remoteproc 9.2: auto-boot without a file: the loader's line twice, no later retry (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = await registered(kernel);
      const { rproc, kernel: linux } = bench.sim;
      const direct = `Direct firmware load for ${rproc.firmware} failed with error -2`;
      const lines = linux.log.lines.map(({ text }) => text.replace('remoteproc remoteproc0: ', ''));
      assert.equal(lines, [
        `${rproc.name} is available`,
        direct,
        `powering up ${rproc.name}`,
        direct,
        'request_firmware failed: -2',
      ]);
      bench.sim.firmware.put(rproc.firmware, file);
      await bench.sim.run(() => false, 1e6);
      assert.equal([rproc.state, rproc.power, linux.log.lines.length], ['offline', 0, 5]);
    }),
  );
}

test.run();

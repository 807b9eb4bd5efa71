/** linux-remoteproc.md sections 9.1 and 9.2: what comes before the image is looked at, and which file is asked for. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../../boards/virt-m4.js';
import { kernelVersions, releases } from '../../../host-sim/kernel.js';
import { Simulation } from '../../../host-sim/simulation.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog, StubCore } from '../../support/sim-boot.js';
import { image, table } from '../../support/sim-images.js';

const LIMIT = 5000;
const UP = 'remote processor m4 is now up';
const file = image({ table: table([]) });
const broken = new Uint8Array(3);

test(
  '9.1 step 1: a processor is available as soon as it is registered',
  deadline(LIMIT, () => {
    const { log } = new Bench().sim.kernel;
    assert.is(log.lines[0]?.text, 'remoteproc remoteproc0: m4 is available');
    assert.is(log.lines.length, 1);
  }),
);

for (const kernel of kernelVersions) {
  const word = kernel === '6.1' ? 'deleted' : 'deleting';
  test(
    `9.1 step 2: a processor that is gone does not boot: ${word} (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = new Bench({ kernel });
      assert.is(await bench.sim.processors[0].remove(), 0);
      const { errno, log } = await bench.start(file);
      assert.is(errno, -19);
      assert.equal(log, [`can't boot ${word} rproc m4`, 'Boot failed: -19']);
      assert.is(bench.sim.rproc.power, 0);
    }),
  );
}

test(
  '9.1 step 2: a signal while somebody else holds the lock',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { rproc } = bench.sim;
    assert.ok(rproc.lock.tryLock());
    const booting = bench.start(file);
    rproc.lock.interrupt();
    const { errno, log } = await booting;
    assert.is(errno, -4);
    assert.equal(log, ["can't lock rproc m4: -4", 'Boot failed: -4']);
    assert.is(rproc.power, 0);
    rproc.lock.unlock();
    assert.is((await bench.start(file)).errno, 0);
  }),
);

test(
  '9.1 steps 4 to 7: powering up, the file, its check, its name and size; then prepare',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { ops } = bench.sim.rproc;
    const { prepare } = ops;
    let before: string[] = [];
    ops.prepare = (rproc) => {
      before = bench.lines();
      return prepare!(rproc);
    };
    assert.equal((await bench.start(broken)).log, [
      'powering up m4',
      'Image is too small',
      'Boot failed: -22',
    ]);
    assert.equal(before, []);
    assert.equal((await bench.start(file)).log, [UP]);
    assert.equal(before, bootLog(file));
  }),
);

test(
  '9.1 step 10: the boot address is there before the table is parsed',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { rproc } = bench.sim;
    let seen: bigint | undefined;
    rproc.ops.parseFw = () => {
      seen = rproc.bootaddr;
      return -5;
    };
    assert.is((await bench.start(image({ entry: 0x1234 }))).errno, -5);
    assert.is(seen, 0x1234n);
  }),
);

test(
  '9.2 the default name is rproc-NAME-fw',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { log } = await bench.start();
    assert.is(log[1], 'Direct firmware load for rproc-m4-fw failed with error -2');
  }),
);

for (const kernel of kernelVersions) {
  test(
    `9.2 the parameter, updates of this release, updates, this release, then the rest (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = new Bench({ kernel });
      const { firmware } = bench.sim.rproc.platform;
      const release = releases[kernel];
      firmware.extraPath = '/opt/fw';
      const folders = [
        '/opt/fw',
        `/lib/firmware/updates/${release}`,
        '/lib/firmware/updates',
        `/lib/firmware/${release}`,
        '/lib/firmware',
      ];
      for (const [i, folder] of folders.entries()) firmware.files.set(`${folder}/fw`, new Uint8Array(i + 1));
      for (const [i, folder] of folders.entries()) {
        const found = firmware.request('fw', bench.sim.rproc);
        assert.is(typeof found === 'number' ? found : found.data.length, i + 1, folder);
        firmware.files.delete(`${folder}/fw`);
      }
      assert.is(firmware.request('fw', bench.sim.rproc), -2);
      firmware.extraPath = '';
      firmware.files.set('/opt/fw/fw', file);
      assert.is(firmware.request('fw', bench.sim.rproc), -2);
    }),
  );
}

for (const kernel of kernelVersions) {
  test(
    `9.2 a file without a byte is an error of reading it (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = new Bench({ kernel });
      const { errno, log } = await bench.start(new Uint8Array(0));
      assert.is(errno, -22);
      assert.equal(log, [
        'powering up m4',
        'loading /lib/firmware/fw.elf failed with error -22',
        'Direct firmware load for fw.elf failed with error -22',
        'request_firmware failed: -22',
        'Boot failed: -22',
      ]);
    }),
  );
}

test(
  '9.2 a path with `..` is refused; two dots inside of a name are not',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    bench.sim.setFirmware('../fw', file);
    assert.equal((await bench.start()).log, [
      'powering up m4',
      "Firmware load for '../fw' refused, path contains '..' component",
      'request_firmware failed: -22',
      'Boot failed: -22',
    ]);
    bench.sim.setFirmware('a..b', file);
    assert.is((await bench.start()).errno, 0);
  }),
);

test(
  '9.2 an automatic boot without the file asks twice, then never again',
  deadline(LIMIT, async () => {
    const sim = new Simulation({
      board: { ...virtM4, linux: { ...virtM4.linux, autoBoot: true } },
      autoBoot: true,
      core: (parts) => new StubCore(parts),
    });
    assert.is(await sim.run(() => false, 60_000), false);
    const missing = 'remoteproc remoteproc0: Direct firmware load for rproc-m4-fw failed with error -2';
    assert.equal(
      sim.kernel.log.lines.map(({ text }) => text),
      [
        'remoteproc remoteproc0: m4 is available',
        missing,
        'remoteproc remoteproc0: powering up m4',
        missing,
        'remoteproc remoteproc0: request_firmware failed: -2',
      ],
    );
    sim.setFirmware('rproc-m4-fw', file);
    assert.is(await sim.run(() => sim.rproc.state !== 'offline', 60_000), false);
    assert.is(await sim.start(), 0);
  }),
);

test(
  '9.2 set_firmware: up to the newline; empty, running and nothing at all are refused by the parent device',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const [processor] = bench.sim.processors;
    const parent = 'virt-rproc 30000000.m4';
    assert.is(await processor.setFirmwareName('other.elf\nrest'), 0);
    assert.is(bench.sim.rproc.firmware, 'other.elf');
    assert.equal(bench.lines(), []);
    assert.is(await processor.setFirmwareName('\n'), -22);
    assert.is(await processor.setFirmwareName(''), -22);
    const empty = `${parent}: can't provide empty string for firmware name`;
    assert.equal(bench.lines(), [empty, empty]);
    assert.is(await processor.setFirmwareName(undefined as unknown as string), -22);
    assert.equal(bench.lines(), []);
    await bench.start(file);
    assert.is(await processor.setFirmwareName('third.elf'), -16);
    assert.equal(bench.lines(), [`${parent}: can't change firmware while running`]);
    assert.is(bench.sim.rproc.firmware, 'fw.elf');
    const { lock } = bench.sim.rproc;
    lock.tryLock();
    const setting = processor.setFirmwareName('x');
    lock.interrupt();
    assert.is(await setting, -22);
    lock.unlock();
  }),
);

test.run();

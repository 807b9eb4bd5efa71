/** linux-remoteproc.md section 13: /sys/class/remoteproc/remoteprocN. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { imx8mmM4 } from '../../../boards/nxp/imx8mm-m4.js';
import { stm32mp157DkM4 } from '../../../boards/st/stm32mp157-dk-m4.js';
import { am64xR5f } from '../../../boards/ti/am64x-r5f.js';
import { zynqmpR5 } from '../../../boards/xilinx/zynqmp-r5.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import { Simulation } from '../../../host-sim/simulation.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootTable, StubCore } from '../../support/sim-boot.js';
import { image, table } from '../../support/sim-images.js';

const LIMIT = 5000;
const file = image({ table: table([]) });
const DIR = '/sys/class/remoteproc/remoteproc0';

test(
  'linux-remoteproc 13: five files; name is read-only, the others 0644; nothing else is there',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { sysfs } = bench.sim;
    assert.equal(
      sysfs.list().filter((path) => path.startsWith(DIR)),
      ['coredump', 'firmware', 'name', 'recovery', 'state'].map((name) => `${DIR}/${name}`),
    );
    assert.is(bench.read('name'), 'm4\n');
    assert.is(sysfs.mode(`${DIR}/name`), 0o444);
    assert.is(await bench.write('name', 'x'), -13);
    for (const name of ['coredump', 'firmware', 'recovery', 'state']) {
      assert.is(sysfs.mode(`${DIR}/${name}`), 0o644);
    }
    assert.is(bench.read('nothing'), -2);
    assert.is(await bench.write('nothing', 'x'), -2);
  }),
);

test(
  'linux-remoteproc 13: drivers make all but name read-only',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    bench.sim.rproc.sysfsReadOnly = true;
    for (const name of ['coredump', 'firmware', 'recovery', 'state']) {
      assert.is(bench.sim.sysfs.mode(`${DIR}/${name}`), 0o444, name);
      assert.is(await bench.write(name, 'enabled'), -13);
      assert.type(bench.read(name), 'string');
    }
    bench.sim.rproc.sysfsReadOnly = false;
    assert.is(await bench.write('recovery', 'enabled'), 7);
  }),
);

for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 13: state takes whole words with at most one newline (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench } = await bootTable([], { kernel });
      bench.lines();
      for (const word of [
        'star',
        'start\n\n',
        ' start',
        'start ',
        'Start',
        'starts',
        '',
        '\n',
        'stop\0',
        'detach\r\n',
      ]) {
        assert.is(await bench.write('state', word), -22, JSON.stringify(word));
        assert.equal(bench.lines(), [`Unrecognised option: ${word.replace(/\n$/, '')}`]);
      }
      assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['running', 1]);
      for (const word of ['start\n', 'start', 'stop', 'stop\n', 'stop\n']) {
        assert.is(await bench.write('state', word), word.length);
      }
      assert.is(bench.sim.rproc.state, 'offline');
      assert.is(await bench.write('state', 'stop\n'), -22);
      assert.is(await bench.write('state', 'detach\n'), -22);
      assert.equal(bench.lines(), ['stopped remote processor m4']);
    }),
  );
}

test(
  'linux-remoteproc 13: a start that fails: the errno of the boot and a line',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    assert.is(await bench.write('state', 'start'), -2);
    assert.is(bench.lines().at(-1), 'Boot failed: -2');
    bench.sim.rproc.ops.prepare = () => -16;
    bench.sim.setFirmware('fw.elf', file);
    assert.is(await bench.write('state', 'start\n'), -16);
    assert.is(bench.lines().at(-1), 'Boot failed: -16');
  }),
);

test(
  'linux-remoteproc 13: start on a running core succeeds: no -EBUSY in these kernels',
  deadline(LIMIT, async () => {
    for (const kernel of kernelVersions) {
      const { bench } = await bootTable([], { kernel });
      assert.is(await bench.write('state', 'start'), 5);
      assert.is(bench.sim.rproc.power, 2);
    }
  }),
);

test(
  'linux-remoteproc 13: firmware: the name with a newline; the whole write is taken',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    assert.is(await bench.write('firmware', 'fw.elf\n'), 7);
    assert.is(bench.read('firmware'), 'fw.elf\n');
    assert.is(await bench.write('firmware', 'two\nlines\n'), 10);
    assert.is(bench.read('firmware'), 'two\n');
    assert.is(await bench.write('firmware', '\n'), -22);
    bench.sim.setFirmware('fw.elf', file);
    await bench.start();
    assert.is(await bench.write('firmware', 'x'), -16);
    assert.is(bench.read('firmware'), 'fw.elf\n');
  }),
);

test(
  'linux-remoteproc 13: recovery: three words, a newline or none; the flag as it is shown',
  deadline(LIMIT, async () => {
    const bench = new Bench({ recovery: true });
    const flag: [string, string][] = [
      ['disabled', 'disabled'],
      ['recover', 'disabled'],
      ['enabled\n', 'enabled'],
      ['recover\n', 'enabled'],
      ['disabled\n', 'disabled'],
      ['enabled', 'enabled'],
    ];
    assert.is(bench.read('recovery'), 'enabled\n');
    for (const [word, shown] of flag) {
      assert.is(await bench.write('recovery', word), word.length);
      assert.is(bench.read('recovery'), `${shown}\n`, word);
      assert.is(bench.sim.rproc.recoveryDisabled, shown === 'disabled');
    }
    for (const word of ['enable', 'e', '', '\n', 'enabled\n\n', 'on', 'disabled ']) {
      assert.is(await bench.write('recovery', word), -22, JSON.stringify(word));
    }
    assert.is(bench.read('recovery'), 'enabled\n');
    assert.equal(bench.lines(), []);
  }),
);

test(
  'linux-remoteproc 11: drivers that have recovery disabled by default show it',
  deadline(LIMIT, async () => {
    for (const [board, shown] of [
      [am64xR5f, 'disabled\n'],
      [zynqmpR5, 'disabled\n'],
      [stm32mp157DkM4, 'enabled\n'],
      [imx8mmM4, 'enabled\n'],
    ] as const) {
      const sim = new Simulation({ board, core: (parts) => new StubCore(parts) });
      assert.is(sim.sysfs.read(`${DIR}/recovery`), shown, board.name);
    }
    assert.is(new Bench({ recovery: false }).read('recovery'), 'disabled\n');
  }),
);

test(
  'linux-remoteproc 13: coredump: three words; what is wrong has a line',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    assert.is(bench.read('coredump'), 'disabled\n');
    for (const mode of ['enabled', 'inline', 'disabled'] as const) {
      for (const text of [mode, `${mode}\n`]) {
        assert.is(await bench.write('coredump', text), text.length);
        assert.is(bench.read('coredump'), `${mode}\n`);
        assert.is(bench.sim.rproc.dumpConf, mode);
      }
    }
    for (const text of ['e', 'default', '', 'enabled ', 'inline\n\n']) {
      assert.is(await bench.write('coredump', text), -22);
      assert.equal(bench.lines(), ['Invalid coredump configuration']);
    }
    assert.is(bench.read('coredump'), 'disabled\n');
  }),
);

test(
  'linux-remoteproc 13: coredump cannot be changed while crashed, which is checked before the word',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([]);
    await bench.crash();
    for (const text of ['enabled', 'nonsense']) {
      assert.is(await bench.write('coredump', text), -16);
      assert.equal(bench.lines(), ["can't change coredump configuration"]);
    }
    assert.is(bench.read('coredump'), 'disabled\n');
    assert.is(await bench.write('recovery', 'recover'), 7);
    assert.is(await bench.write('coredump', 'enabled'), 7);
  }),
);

test.run();

/** linux-remoteproc.md section 14: /sys/kernel/debug/remoteproc/remoteprocN. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stm32mp157DkM4 } from '../../../boards/st/stm32mp157-dk-m4.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootTable, payloadOf } from '../../support/sim-boot.js';
import { carveout, concat, devmem, entry, table, trace, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const DIR = '/sys/kernel/debug/remoteproc/remoteproc0';
const AT = 0x10000000;

/** The block of `lines` as debugfs shows it. */
const shown = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

test(
  'linux-remoteproc 14: the files and their modes; trace files come and go with the table',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([trace(0x10001000, 16), trace(0x10001010, 16)]);
    const { sysfs } = bench.sim;
    const files = () => sysfs.list().filter((path) => path.startsWith(DIR));
    const always = ['carveout_memories', 'coredump', 'crash', 'name', 'recovery', 'resource_table'];
    assert.equal(
      files(),
      [...always, 'trace0', 'trace1'].map((name) => `${DIR}/${name}`),
    );
    const modes = [0o400, 0o600, 0o200, 0o400, 0o600, 0o400, 0o400, 0o400];
    assert.equal(
      files().map((path) => sysfs.mode(path)),
      modes,
    );
    await bench.sim.stop();
    assert.equal(
      files(),
      always.map((name) => `${DIR}/${name}`),
    );
    assert.is(bench.read(`${DIR}/trace0`), -2);
    assert.is(bench.read(`${DIR}/crash`), -13);
    assert.is(await bench.write(`${DIR}/name`, 'x'), -13);
  }),
);

test(
  'linux-remoteproc 14: name, of at most 98 characters',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    assert.is(bench.read(`${DIR}/name`), 'm4\n');
    (bench.sim.rproc as { name: string }).name = 'n'.repeat(120);
    assert.is(bench.read(`${DIR}/name`), `${'n'.repeat(98)}\n`);
  }),
);

test(
  'linux-remoteproc 14: recovery takes a prefix without a newline, a word with one; 1 to 10 characters',
  deadline(LIMIT, async () => {
    const bench = new Bench({ recovery: true });
    const path = `${DIR}/recovery`;
    for (const [text, flag] of [
      ['d', 'disabled'],
      ['e', 'enabled'],
      ['disabled\n', 'disabled'],
      ['enab', 'enabled'],
      ['disabled', 'disabled'],
      ['rec', 'disabled'],
      ['enabled\n', 'enabled'],
      ['recover\n', 'enabled'],
      ['disabled\0x', 'disabled'],
    ]) {
      assert.is(await bench.write(path, text), text.length, JSON.stringify(text));
      assert.is(bench.read(path), `${flag}\n`);
    }
    for (const text of [
      '',
      'e\n',
      'enable\n',
      'x',
      '\nenabled',
      'enabledx',
      'enabled\0\0\0\0',
      'disabled\n\n',
    ]) {
      assert.is(await bench.write(path, text), -22, JSON.stringify(text));
    }
    assert.is(bench.read(path), 'disabled\n');
    // A newline alone is an empty word, which is a word of none; a NUL alone as well.
    for (const text of ['\n', '\0']) assert.is(await bench.write(path, text), -22);
  }),
);

test(
  'linux-remoteproc 14: recovery triggers what sysfs does',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([]);
    await bench.crash();
    assert.is(await bench.write(`${DIR}/recovery`, 'r'), 1);
    assert.is(bench.lines()[0], 'recovering m4');
    assert.equal([bench.sim.rproc.state, bench.sim.rproc.recoveryDisabled], ['running', true]);
  }),
);

test(
  'linux-remoteproc 14: coredump takes prefixes, 1 to 20 characters; crashed is checked before the word',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([]);
    const path = `${DIR}/coredump`;
    bench.lines();
    for (const [text, mode] of [
      ['e', 'enabled'],
      ['i', 'inline'],
      ['disabled\n', 'disabled'],
      ['inline\n', 'inline'],
      ['enabled', 'enabled'],
      ['d', 'disabled'],
    ]) {
      assert.is(await bench.write(path, text), text.length);
      assert.is(bench.read(path), `${mode}\n`);
    }
    assert.equal(bench.lines(), []);
    for (const text of ['x', 'e\n', 'inlines', '12345678901234567890']) {
      assert.is(await bench.write(path, text), -22);
      assert.equal(bench.lines(), ['Invalid coredump configuration']);
    }
    await bench.crash();
    for (const text of ['enabled', 'x']) {
      assert.is(await bench.write(path, text), -16);
      assert.equal(bench.lines(), ["can't change coredump configuration"]);
    }
    for (const text of ['', '123456789012345678901']) {
      assert.is(await bench.write(path, text), -22);
      assert.equal(bench.lines(), []);
    }
  }),
);

test(
  'linux-remoteproc 14: crash takes an unsigned int of any base; the value is the type, without a check',
  deadline(LIMIT, async () => {
    const { bench, ...first } = await bootTable([]);
    assert.is(first.errno, 0);
    bench.lines();
    const write = (text: string) => bench.write(`${DIR}/crash`, text);
    const types: [string, string, number][] = [
      ['0', 'mmufault', 0],
      ['1\n', 'watchdog', 1],
      ['2', 'fatal error', 2],
      ['0x2', 'fatal error', 2],
      ['0X01\n', 'watchdog', 1],
      ['002', 'fatal error', 2],
      ['+1', 'watchdog', 1],
      ['010', 'unknown', 8],
      ['3', 'unknown', 3],
      ['4294967295', 'unknown', 4294967295],
    ];
    for (const [text, name, type] of types) {
      assert.is(await write(text), text.length, text);
      assert.is(bench.lines()[0], `crash detected in m4: type ${name}`);
      assert.is(bench.sim.rproc.crashReports.at(-1)?.type, type);
    }
    await bench.sim.run(() => false, 0);
    assert.is(bench.sim.rproc.state, 'crashed');
    bench.lines();
    for (const text of ['', '\n', '-1', 'x', '0x', '08', '1 ', ' 1', '1\n\n', '1.5', '0b1']) {
      assert.is(await write(text), -22, JSON.stringify(text));
    }
    assert.is(await write('4294967296'), -34);
    assert.is(await write('0x100000000'), -34);
    assert.equal(bench.lines(), []);
  }),
);

test(
  'linux-remoteproc 14: resource_table: every line of every type, of the table that the remote sees',
  deadline(LIMIT, async () => {
    const board = { ...virtM4, linux: { ...virtM4.linux, hasIommu: true } };
    const entries = [
      carveout('fw', { da: 0x10002000, len: 0x1000, flags: 0x1f }),
      devmem({ len: 0x2000, flags: 0x3, name: 'regs' }),
      trace(0x10001000, 0x40, 0, 'log'),
      vdev([{ num: 8, align: 16 }], { config_len: 4, notifyid: 3, dfeatures: 0x80000001 }),
      entry(600, new Uint8Array(4)),
    ];
    const {
      bench,
      table: bytes,
      errno,
      log,
    } = await bootTable([], {
      board,
      // The config space of the vdev.
      table: table([...entries.slice(0, 3), concat(entries[3], new Uint8Array(4)), entries[4]]),
    });
    assert.is(errno, 0, log.join('\n'));
    const live = bench.at(AT, bytes.length);
    // As the remote, or whoever writes there, changes it.
    live[payloadOf(bytes, 0) + 16] = 0xff;
    live.set([0xff, 0xff, 0xff, 0xff], payloadOf(bytes, 2) + 8);
    const text = bench.read(`${DIR}/resource_table`) as string;
    const parts = text.split('Entry ');
    assert.is(
      `Entry ${parts[1]}`,
      shown(
        'Entry 0 is of type carveout',
        '  Device Address 0x10002000',
        '  Physical Address 0x30100000',
        '  Length 0x1000 Bytes',
        '  Flags 0x1f',
        '  Reserved (should be zero) [255]',
        '  Name fw',
        '',
      ),
    );
    assert.is(
      `Entry ${parts[2]}`,
      shown(
        'Entry 1 is of type devmem',
        '  Device Address 0x40000000',
        '  Physical Address 0x50000000',
        '  Length 0x2000 Bytes',
        '  Flags 0x3',
        '  Reserved (should be zero) [0]',
        '  Name regs',
        '',
      ),
    );
    assert.is(
      `Entry ${parts[3]}`,
      shown(
        'Entry 2 is of type trace',
        '  Device Address 0x10001000',
        '  Length 0x40 Bytes',
        '  Reserved (should be zero) [-1]',
        '  Name log',
        '',
      ),
    );
    const [vdevText, unknown] = parts[4].split(/(?=Unknown)/);
    assert.is(
      `Entry ${vdevText}`,
      shown(
        'Entry 3 is of type vdev',
        '  ID 7',
        '  Notify ID 3',
        '  Device features 0x80000001',
        '  Guest features 0x1',
        '  Config length 0x4',
        '  Status 0x83',
        '  Number of vrings 1',
        '  Reserved (should be zero) [0][0]',
        '',
        '  Vring 0',
        '    Device Address 0x10060000',
        '    Alignment 16',
        '    Number of buffers 8',
        '    Notify ID 0',
        '    Physical Address 0x0',
        '',
      ),
    );
    assert.match(unknown, /^Unknown resource type found: 600 \[hdr: [0-9a-f]{16}\]\n$/);
  }),
);

test(
  'linux-remoteproc 14: resource_table: none before the boot and after the stop',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([]);
    assert.is(bench.read(`${DIR}/resource_table`), '');
    await bench.sim.stop();
    assert.is(bench.read(`${DIR}/resource_table`), 'No resource table found\n');
  }),
);

test(
  'a remote that writes nonsense into its table does not end the reader',
  deadline(LIMIT, async () => {
    const { bench, table: bytes } = await bootTable([trace(0x10001000, 0x40), vdev()]);
    const live = bench.at(AT, bytes.length);
    const path = `${DIR}/resource_table`;
    const whole = bench.read(path) as string;
    live[payloadOf(bytes, 1) + 21] = 200;
    assert.match(bench.read(path) as string, /Number of vrings 200\n/);
    live.fill(0xff, 4, 8);
    assert.ok((bench.read(path) as string).startsWith(whole.slice(0, 40)));
    live.fill(0xff, 16, 20);
    assert.is(bench.read(path), '');
    live.set([...new Uint8Array(Uint32Array.of(bytes.length - 4).buffer)], 16);
    assert.type(bench.read(path), 'string');
  }),
);

test(
  'linux-remoteproc 14: carveout_memories: every line; addresses have all digits of the bus',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([carveout('mine', { len: 0x1800 })]);
    const text = bench.read(`${DIR}/carveout_memories`) as string;
    const blocks = text.split(/(?=Carveout)/);
    assert.is(blocks.length, 5);
    assert.match(
      blocks[4],
      /^Carveout memory entry:\n\tName: mine\n\tVirtual address: [0-9a-f]{16}\n\tDMA address: 0x0000000030100000\n\tDevice address: 0x30100000\n\tLength: 0x1800 Bytes\n\n$/,
    );
    const arm = await bootTable([], { board: stm32mp157DkM4 });
    assert.match(arm.bench.read(`${DIR}/carveout_memories`) as string, /\tDMA address: 0x10000000\n/);
    await bench.sim.stop();
    assert.is(bench.read(`${DIR}/carveout_memories`), '');
  }),
);

test(
  'linux-remoteproc 14: a trace ends at the first NUL or where the buffer does; any byte comes as it is',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([trace(0x10001000, 8), trace(0x10001008, 8)]);
    const read = (i: number) => bench.sim.sysfs.readBytes(`${DIR}/trace${i}`) as Uint8Array;
    assert.is(read(0).length, 0);
    bench.at(0x10001000, 8).set(Buffer.from('12345678'));
    assert.is(Buffer.from(read(0)).toString(), '12345678', 'nothing of the next buffer');
    bench.at(0x10001008, 8).set([0xff, 0x80, 0xc3, 0, 65, 66]);
    assert.equal([...read(1)], [0xff, 0x80, 0xc3]);
    assert.is(bench.sim.trace(1), '\ufffd\ufffd\ufffd');
    assert.is(bench.sim.trace(2), 'Trace  not available\n');
  }),
);

test(
  'linux-remoteproc 14: a trace that does not translate: the name slot is empty',
  deadline(LIMIT, async () => {
    const { bench, errno } = await bootTable([trace(0x70000000, 64), trace(0x1005ffff, 2)]);
    assert.is(errno, 0);
    for (const i of [0, 1]) assert.is(bench.read(`${DIR}/trace${i}`), 'Trace  not available\n');
  }),
);

test.run();

/** linux-remoteproc.md sections 4.1 and 4.2: finding the table in the file, and the two copies of it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SHT_NOBITS } from '../../../runtime/abi/elf.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog, bootTable, TABLE_DA, vdevState } from '../../support/sim-boot.js';
import { ANY, carveout, concat, image, type Section, table, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const UP = 'remote processor m4 is now up';
const GOOD = table([]);
const words = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

interface Row {
  readonly name: string;
  readonly section: Section;
  readonly bits?: 32 | 64;
  /** Absent where nothing is said. */
  readonly message?: string;
}

function section(data: Uint8Array, more: Partial<Section> = {}): Section {
  return { name: '.resource_table', addr: TABLE_DA, data, ...more };
}

const rows: Row[] = [
  { name: 'no such section: nothing is said', section: section(GOOD, { name: '.resource_tabl' }) },
  { name: 'the name is compared whole', section: section(GOOD, { name: '.resource_tables' }) },
  {
    name: 'row 1: offset and size reach behind the end',
    section: section(GOOD, { size: 0x1000 }),
    message: 'resource table truncated',
  },
  {
    name: 'row 1: offset behind the end',
    section: section(GOOD, { offset: 0x10000 }),
    message: 'resource table truncated',
  },
  {
    name: 'row 1: the sum wraps',
    bits: 64,
    section: section(GOOD, { offset: 0xffff_ffff_ffff_fff0n, size: 0x20 }),
    message: 'resource table truncated',
  },
  {
    name: 'row 1 before row 3',
    section: section(words(9, 0, 0, 0), { size: 0x1000 }),
    message: 'resource table truncated',
  },
  { name: 'row 2: 15 bytes', section: section(GOOD, { size: 15 }), message: 'header-less resource table' },
  { name: 'row 2: empty', section: section(GOOD, { size: 0 }), message: 'header-less resource table' },
  { name: 'row 3: version 0', section: section(words(0, 0, 0, 0)), message: 'unsupported fw ver: 0' },
  {
    name: 'row 3: unsupported fw ver',
    section: section(words(2, 0, 1, 1)),
    message: 'unsupported fw ver: 2',
  },
  {
    name: 'row 3: the version is printed as an int',
    section: section(words(0xffffffff, 0, 0, 0)),
    message: 'unsupported fw ver: -1',
  },
  { name: 'row 4: reserved[0]', section: section(words(1, 0, 1, 0)), message: 'non zero reserved bytes' },
  { name: 'row 4: reserved[1]', section: section(words(1, 0, 0, 1)), message: 'non zero reserved bytes' },
  { name: 'row 4 before row 5', section: section(words(1, 9, 0, 1)), message: 'non zero reserved bytes' },
  {
    name: 'row 5: more offsets than bytes',
    section: section(words(1, 2, 0, 0, 20)),
    message: 'resource table incomplete',
  },
  {
    name: 'row 5: num does not wrap',
    section: section(words(1, 0x40000000, 0, 0)),
    message: 'resource table incomplete',
  },
];

for (const { name, section: broken, bits, message } of rows) {
  test(
    `4.1 ${name}`,
    deadline(LIMIT, async () => {
      const file = image({ bits, segments: [{ at: TABLE_DA, data: GOOD }], sections: [broken] });
      const bench = new Bench();
      const { errno, log } = await bench.start(file);
      assert.is(errno, -22);
      assert.equal(log, bootLog(file, ...(message ? [message] : []), 'Boot failed: -22'));
      assert.equal(bench.core.calls, []);
    }),
  );
}

test(
  '4.1 the first match is decisive: a good table behind a broken one is not tried',
  deadline(LIMIT, async () => {
    const file = image({ sections: [section(words(2, 0, 0, 0)), section(GOOD)] });
    const { errno, log } = await new Bench().start(file);
    assert.is(errno, -22);
    assert.equal(log, bootLog(file, 'unsupported fw ver: 2', 'Boot failed: -22'));
  }),
);

test(
  '4.1 the first match is decisive: what follows a good table does not matter',
  deadline(LIMIT, async () => {
    const file = image({ sections: [section(GOOD), section(words(2, 0, 0, 0))] });
    const { errno, log } = await new Bench().start(file);
    assert.is(errno, 0);
    assert.equal(log, bootLog(file, UP));
  }),
);

test(
  '4.1 row 1: the section may end where the file ends',
  deadline(LIMIT, async () => {
    const file = image({ sections: [section(GOOD)] });
    const behind = concat(file, GOOD);
    const at = image({ sections: [section(GOOD, { offset: file.length })] });
    behind.set(at);
    assert.is((await new Bench().start(behind)).errno, 0);
  }),
);

test(
  '4.1 row 5: all offsets and nothing else',
  deadline(LIMIT, async () => {
    // The offset itself is wrong, but that is found later.
    const { log } = await new Bench().start(image({ sections: [section(words(1, 1, 0, 0, 20))] }));
    assert.is(log[2], 'rsc table is truncated');
  }),
);

test(
  '4.1 type, flags and alignment of the section are not looked at: NOBITS is read at its offset',
  deadline(LIMIT, async () => {
    for (const more of [{ type: SHT_NOBITS }, { flags: 0xffff }, { align: 3 }]) {
      const file = image({ sections: [section(GOOD, more)] });
      const { errno, log } = await new Bench().start(file);
      assert.is(errno, 0);
      assert.equal(log, bootLog(file, UP));
    }
  }),
);

test(
  '4.1 a table without entries boots; ELF64 as well',
  deadline(LIMIT, async () => {
    for (const bits of [32, 64] as const) {
      const { errno, file, log } = await bootTable([], { bits });
      assert.is(errno, 0);
      assert.equal(log, bootLog(file, UP));
    }
  }),
);

test(
  '4.1 sh_size bytes are the table: what is behind it in the section is copied too',
  deadline(LIMIT, async () => {
    const long = concat(GOOD, new Uint8Array(16).fill(0x5a));
    const { bench } = await bootTable([], { table: long });
    assert.equal([...bench.at(TABLE_DA, 32)], [...long]);
    assert.is(bench.sim.rproc.cachedTable?.length, 32);
  }),
);

test(
  '4.2 and 9.1 at start the cached table lies over the loaded one: notifyids and carveouts yes, the rest not yet',
  deadline(LIMIT, async () => {
    const source = table([carveout('shared'), vdev([{ notifyid: 7 }, { notifyid: 7 }])]);
    const bench = new Bench();
    let seen: Uint8Array | undefined;
    bench.core.onStart = () => {
      seen = bench.at(TABLE_DA, source.length).slice();
    };
    const { errno } = await bench.start(image({ table: source, tableAt: TABLE_DA }));
    assert.is(errno, 0);
    const state = vdevState(seen!, 1);
    assert.is(state.status, 0);
    assert.is(state.gfeatures, 0);
    assert.equal(state.vrings, [
      { da: ANY, notifyid: 0, pa: 0 },
      { da: ANY, notifyid: 1, pa: 0 },
    ]);
    const after = vdevState(bench.at(TABLE_DA, source.length), 1);
    assert.is(after.status, 7);
    assert.is(after.gfeatures, 1);
    assert.equal(after.vrings, [
      { da: 0x10060000, notifyid: 0, pa: 0 },
      { da: 0x10064000, notifyid: 1, pa: 0 },
    ]);
  }),
);

test(
  '4.2 what the driver writes after start goes to the loaded table only',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([vdev()]);
    const cached = vdevState(bench.sim.rproc.cachedTable!);
    assert.is(cached.status, 0);
    assert.is(cached.gfeatures, 0);
    assert.equal(
      cached.vrings.map(({ da, notifyid }) => [da, notifyid]),
      [
        [ANY, 0],
        [ANY, 1],
      ],
    );
  }),
);

test(
  '4.2 trap 1: sh_addr is translated, wherever the segment went',
  deadline(LIMIT, async () => {
    const bytes = table([vdev()]);
    const file = image({
      table: bytes,
      tableAt: 0x10002000,
      loadTable: false,
      segments: [{ at: TABLE_DA, data: bytes }],
    });
    const bench = new Bench();
    assert.is((await bench.start(file)).errno, 0);
    assert.is(vdevState(bench.at(0x10002000, bytes.length)).status, 7);
    const loaded = vdevState(bench.at(TABLE_DA, bytes.length));
    assert.is(loaded.status, 0);
    assert.equal(loaded.vrings[0], { da: ANY, notifyid: 7, pa: 0 });
  }),
);

test(
  '4.2 trap 2: sh_addr not translatable, boot succeeds silently and the remote waits for ever',
  deadline(LIMIT, async () => {
    const bytes = table([vdev()]);
    const file = image({
      table: bytes,
      tableAt: 0x20000000,
      loadTable: false,
      segments: [{ at: TABLE_DA, data: bytes }],
    });
    const bench = new Bench();
    const { errno, log } = await bench.start(file);
    assert.is(errno, 0);
    assert.equal(log, [
      'powering up m4',
      `Booting fw image fw.elf, size ${file.length}`,
      'rproc-virtio rproc-virtio.0.auto: assigned reserved memory node vdev0buffer@30068000',
      'virtio_rpmsg_bus virtio0: rpmsg host is online',
      'rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)',
      UP,
    ]);
    assert.equal([...bench.at(TABLE_DA, bytes.length)], [...bytes]);
    assert.is(vdevState(bench.sim.rproc.cachedTable!).status, 7);
  }),
);

test(
  '4.2 trap 2: a table that fits its region only in part is not translatable either',
  deadline(LIMIT, async () => {
    const bytes = table([vdev()]);
    const end = 0x10060000;
    const file = image({ table: bytes, tableAt: end - 8, loadTable: false });
    const bench = new Bench();
    assert.is((await bench.start(file)).errno, 0);
    assert.equal([...bench.at(end - 8, 8)], new Array(8).fill(0));
  }),
);

test(
  '4.2 trap 3: the section need not be in a segment',
  deadline(LIMIT, async () => {
    const { bench, table: bytes } = await bootTable([vdev()], { loadTable: false });
    assert.is(vdevState(bench.at(TABLE_DA, bytes.length)).status, 7);
  }),
);

test(
  '4.2 trap 5: each start copies the table anew; table_ptr: parsed, loaded, none',
  deadline(LIMIT, async () => {
    const { bench, table: bytes } = await bootTable([vdev()]);
    const { rproc } = bench.sim;
    assert.is(rproc.table?.bytes().byteOffset, bench.at(TABLE_DA, bytes.length).byteOffset);
    await bench.sim.stop();
    assert.is(rproc.table, undefined);
    assert.is(rproc.cachedTable, undefined);
    bench.at(TABLE_DA, bytes.length).fill(0xff);
    assert.is((await bench.start()).errno, 0);
    const again = vdevState(bench.at(TABLE_DA, bytes.length));
    assert.is(again.status, 7);
    assert.equal(
      again.vrings.map(({ notifyid }) => notifyid),
      [0, 1],
      'the image has others',
    );
    assert.equal([...bench.at(TABLE_DA, 16)], [...bytes.subarray(0, 16)]);
  }),
);

test.run();

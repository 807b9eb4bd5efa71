/**
 * A core that runs before Linux does: where each driver finds its table, how long it takes it to be, and what it leaves alone
 * (soc-memory-maps.md 1, 2.1, 3.1, 4.2, 5; linux-remoteproc.md 4.3).
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Board, boards, RegionUse } from '../../../boards/index.js';
import { imx7dM4 } from '../../../boards/nxp/imx7d-m4.js';
import { imx8mmM4 } from '../../../boards/nxp/imx8mm-m4.js';
import { imx93M33 } from '../../../boards/nxp/imx93-m33.js';
import { stm32mp157DkM4 } from '../../../boards/st/stm32mp157-dk-m4.js';
import { am62xM4f } from '../../../boards/ti/am62x-m4f.js';
import { am64xR5f } from '../../../boards/ti/am64x-r5f.js';
import { virtIvshmem } from '../../../boards/virt-ivshmem.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { zynqmpR5 } from '../../../boards/xilinx/zynqmp-r5.js';
import { RSC_TBL_XLNX_MAGIC, RscTblData } from '../../../host-sim/platform/xlnx.js';
import type { Mapping } from '../../../host-sim/remoteproc/elf-loader.js';
import { pa } from '../../../runtime/abi/address.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench } from '../../support/sim-boot.js';
import { image, table, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const test = suite('attach');
const TABLE = table([vdev()]);

/** A core that a boot loader started with this image; `before` is done by whoever has the memory first. */
async function running(board: Board, file: Uint8Array, before: (bench: Bench) => void = () => {}) {
  const bench = new Bench({ board, detached: true });
  before(bench);
  assert.is(await bench.sim.processors[0].bootByLoader(file), 0);
  return bench;
}

/** What `getLoadedRscTable` gives, which is asked for when the core runs and its memory cannot grow any more. */
function loaded({ sim }: Bench): Mapping | number | undefined {
  return sim.rproc.ops.getLoadedRscTable!(sim.rproc);
}

function bytesOf(found: Mapping | number | undefined): Uint8Array {
  if (typeof found !== 'object') throw new Error(`no table: ${found}`);
  return found.bytes();
}

test(
  'state detached; every board has attach, detach and a way to its table, and attaching succeeds',
  deadline(20000, async () => {
    for (const board of boards) {
      const at = board.memory.find(({ use }) => use === RegionUse.image)!.da;
      const { sim } = await running(board, image({ table: TABLE, tableAt: at }));
      const { rproc } = sim;
      assert.is(rproc.state, 'detached', board.name);
      assert.is(await rproc.ops.attach!(rproc), 0, board.name);
      assert.is(typeof rproc.ops.detach, 'function', board.name);
      assert.is(typeof rproc.ops.getLoadedRscTable, 'function', board.name);
      const found = loaded({ sim } as Bench);
      const { attachTableBytes } = board;
      if (attachTableBytes !== undefined) assert.is(bytesOf(found).length, attachTableBytes, board.name);
    }
  }),
);

test(
  '2.1 STM32: at the address in the TAMP register, 1024 bytes; 0 is ENOENT, DDR cannot be translated',
  deadline(LIMIT, async () => {
    // Across a page of an image that ends within it: all of it is there when Linux takes it.
    const at = 0x10000f00;
    const bench = await running(stm32mp157DkM4, image({ table: TABLE, tableAt: at }), ({ sim }) =>
      sim.memory.bytesAtDa(at, TABLE.length)!.set(TABLE),
    );
    const bytes = bytesOf(loaded(bench));
    assert.is(bytes.length, 1024);
    assert.equal(bytes.slice(0, TABLE.length), TABLE);
    bytes[1023] = 0x77;
    assert.is(bench.at(at + 1023, 1)[0], 0x77, 'the memory itself');
    const retram = await running(stm32mp157DkM4, image({ table: TABLE, tableAt: 0x100 }));
    bytesOf(loaded(retram))[0] = 0x66;
    assert.is(retram.atPa(0x38000100, 1)[0], 0x66, 'da 0x100 is RETRAM');

    const none = await running(stm32mp157DkM4, image());
    assert.is(loaded(none), -2);
    assert.equal(none.lines(), []);
    const ddr = await running(stm32mp157DkM4, image({ table: TABLE, tableAt: 0xc0001000, loadTable: false }));
    assert.is(loaded(ddr), -22);
    assert.equal(ddr.lines(), ["stm32-rproc 10000000.m4: can't translate da c0001000"]);
    assert.equal((await none.start()).log, [
      'attaching to m4',
      "can't load resource table: -2",
      "can't load resource table: -2",
      'Boot failed: -2',
    ]);
  }),
);

test(
  '3.1 i.MX: the rsc-table region, 1024 bytes, with the image’s table in it; without the region there is none',
  deadline(LIMIT, async () => {
    for (const board of [imx8mmM4, imx93M33]) {
      const at = board.memory.find(({ use }) => use === RegionUse.image)!.da;
      const bench = await running(board, image({ table: TABLE, tableAt: at }));
      const bytes = bytesOf(loaded(bench));
      assert.is(bytes.length, 1024);
      assert.equal(bytes.slice(0, TABLE.length), TABLE);
      const region = board.memory.find(({ use }) => use === RegionUse.table)!;
      bytes[4] = 9;
      assert.is(bench.atPa(region.pa ?? region.da, 5)[4], 9, board.name);
    }
    const bench = await running(imx7dM4, image({ table: TABLE, tableAt: 0x20000000 }));
    assert.is(loaded(bench), undefined);
  }),
);

test(
  '4.2 K3: 256 bytes at the base of memory-region[1], whatever the image says; the R5F cannot be started or stopped then',
  deadline(LIMIT, async () => {
    for (const [board, base] of [
      [am64xR5f, 0xa0100000],
      [am62xM4f, 0x9cc00000],
    ] as const) {
      const bench = await running(board, image({ table: TABLE, tableAt: base + 0x1000 }), ({ sim }) =>
        sim.memory.bytes(pa(base), 16).fill(0x31),
      );
      const bytes = bytesOf(loaded(bench));
      assert.equal([bytes.length, bytes[0], bytes[15], bytes[16]], [256, 0x31, 0x31, 0]);
      bytes.set(TABLE);
      const up = await bench.start();
      assert.equal([up.errno, bench.sim.rproc.state], [0, 'attached'], up.log.join('\n'));
      const isR5 = board === am64xR5f;
      assert.is(await bench.sim.stop(), isR5 ? -22 : 0, board.name);
      assert.is(bench.sim.rproc.state, isR5 ? 'attached' : 'offline');
    }
    const pool = { ...am64xR5f, memory: am64xR5f.memory.filter(({ name }) => name !== 'firmware') };
    const bench = await running(pool, image());
    assert.is(loaded(bench), -12);
    assert.equal(bench.lines(), [
      "platform 78000000.r5f: memory-region #1 does not exist, loaded rsc table can't be found",
    ]);
  }),
);

/** The descriptor at the base of ZynqMP's first region, and a table of that version where it points to. */
function describe(change: Partial<Parameters<typeof RscTblData.pack>[0]> = {}, ver = 1) {
  return ({ sim }: Bench): void => {
    const data = {
      version: 1,
      magic_num: RSC_TBL_XLNX_MAGIC,
      comp_magic_num: ~RSC_TBL_XLNX_MAGIC >>> 0,
      rsc_tbl_size: TABLE.length,
      rsc_tbl: 0x3ed01000n,
    };
    sim.memory.bytes(pa(0x3ed00000), RscTblData.size).set(RscTblData.pack({ ...data, ...change }));
    sim.memory.bytes(pa(0x3ed01000), TABLE.length).set(TABLE);
    sim.memory.bytes(pa(0x3ed01000), 1)[0] = ver;
  };
}

test(
  '5 ZynqMP: the descriptor at the base of memory-region[0] tells address and size; without one there is no table',
  deadline(LIMIT, async () => {
    assert.is(RscTblData.size, 24);
    const good = await running(zynqmpR5, image(), describe());
    assert.equal(bytesOf(loaded(good)), TABLE);
    assert.equal(good.lines(), []);
    assert.equal([...good.atPa(0x3ed00004, 4)], [...Buffer.from('xamp').reverse()], 'read as big endian');

    const newer = await running(zynqmpR5, image(), describe({}, 2));
    assert.is(bytesOf(loaded(newer)).length, TABLE.length);
    assert.equal(newer.lines(), ['platform ffe00000.r5f: unexpected resource table version 2']);

    for (const change of [{ magic_num: 1 }, { comp_magic_num: 1 }]) {
      const none = await running(zynqmpR5, image(), describe(change));
      assert.equal([loaded(none), none.sim.rproc.state, none.lines()], [undefined, 'detached', []]);
    }
    for (const change of [{ rsc_tbl: 0x10n }, { rsc_tbl_size: 0x100000 }, { rsc_tbl_size: 3 }]) {
      const wrong = await running(zynqmpR5, image(), describe(change));
      assert.is(loaded(wrong), undefined);
      assert.equal(wrong.lines(), ['platform ffe00000.r5f: failed to get resource table va']);
    }
  }),
);

test(
  'virtual boards: where the image has its table, and as long',
  deadline(LIMIT, async () => {
    for (const [board, at] of [
      [virtM4, 0x10002000],
      [virtIvshmem, 0x10003000],
    ] as const) {
      const bench = await running(board, image({ table: TABLE, tableAt: at }), ({ sim }) =>
        sim.memory.bytesAtDa(at, TABLE.length)!.set(TABLE),
      );
      assert.equal(bytesOf(loaded(bench)), TABLE);
      assert.is(loaded(await running(board, image())), undefined);
    }
  }),
);

test(
  '4.1, 5 memory that is cleared before loading is left alone when firmware runs in it',
  deadline(LIMIT, async () => {
    for (const [board, bank] of [
      [zynqmpR5, 0xffe00000],
      [am64xR5f, 0x78000000],
    ] as const) {
      const { sim } = await running(board, image(), (bench) => bench.atPa(bank, 4).fill(7));
      sim.rproc.ops.prepare?.(sim.rproc);
      assert.is(sim.memory.bytes(pa(bank), 1)[0], 7, board.name);
      // Linux that loads it itself clears it.
      const fresh = new Bench({ board });
      fresh.atPa(bank, 4).fill(7);
      fresh.sim.rproc.ops.prepare!(fresh.sim.rproc);
      assert.is(fresh.atPa(bank, 1)[0], 0, board.name);
    }
  }),
);

test.run();

/** What Linux and a core see of each other, as lists of observations: the same on coherent memory and behind a cache. */

import { defineBoard } from '../../../boards/define-board.js';
import { imx8mmM4 } from '../../../boards/nxp/imx8mm-m4.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { zynqmpR5 } from '../../../boards/xilinx/zynqmp-r5.js';
import { RSC_TBL_XLNX_MAGIC, RscTblData } from '../../../host-sim/platform/xlnx.js';
import type { RecordedRing } from '../../../host-sim/recording/recorder.js';
import { pa } from '../../../runtime/abi/address.js';
import { FwRscCarveout, FwRscVdev } from '../../../runtime/abi/resource-table.js';
import { VIRTIO_RING_F_EVENT_IDX } from '../../../runtime/abi/virtio.js';
import { Bench, payloadOf, TABLE_DA, vdevState } from '../../support/sim-boot.js';
import { carveout, concat, image, table, trace, vdev } from '../../support/sim-images.js';
import { ScriptedRemote } from '../../support/sim-remote.js';

/** A system of its own; `cacheLine` as in `ProcessorOptions`. */
export type Scenario = (cacheLine: number | undefined) => Promise<unknown[]>;

const EVENT_IDX = 1 << VIRTIO_RING_F_EVENT_IDX;
const TRACE_DA = 0x10003000;
/** On virt-m4 Linux sees the image's memory here. */
const toPa = (da: number): number => virtM4.memory.find(({ use }) => use === 'image')!.pa! + (da - TABLE_DA);

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** The table as the core has it. */
const coreTable = (bench: Bench, len: number): Uint8Array => bench.coreHas(toPa(TABLE_DA), len);

interface Ringed {
  readonly bench: Bench;
  readonly remote: ScriptedRemote;
  readonly bytes: Uint8Array;
}

/** Boots a table with a carveout, a trace and a vdev; before Linux's driver comes the core has scribbled on its rings. */
async function ringed(
  cacheLine: number | undefined,
  fields: Parameters<typeof vdev>[1] = {},
  options: ConstructorParameters<typeof Bench>[0] = {},
): Promise<Ringed> {
  const bench = new Bench({ cacheLine, ...options });
  const config = new Uint8Array(fields?.config_len ?? 0);
  const rpmsg = concat(vdev([{ num: 4 }, { num: 4 }], fields), config);
  const bytes = table([carveout('a'), trace(TRACE_DA, 64), rpmsg]);
  const data = new Uint8Array(64).fill(0x5a);
  const rings = () =>
    ['vdev0vring0', 'vdev0vring1'].map((name) => bench.sim.rproc.findCarveoutByName(name)!.pa!);
  bench.core.onStart = () => {
    for (const at of rings()) bench.coreHas(at, 256).fill(0xff);
    // The host learns of it when it looks.
    const vdevAt = payloadOf(bytes, 2);
    coreTable(bench, bytes.length)[vdevAt + FwRscVdev.offset.dfeatures + 2] ^= 0x40;
  };
  await bench.start(image({ table: bytes, tableAt: TABLE_DA, segments: [{ at: TRACE_DA, data }] }));
  const [tx, rx] = rings();
  const remote = new ScriptedRemote(
    (address, len) => bench.coreHas(address, len),
    { tx, rx, num: 4, align: 16 },
    (vring) => {
      bench.core.parts.events.kicked(vring);
      bench.sim.settle();
    },
  );
  return { bench, remote, bytes };
}

const boots: Scenario = async (cacheLine) => {
  const { bench, remote, bytes } = await ringed(cacheLine);
  const seen = coreTable(bench, bytes.length);
  return [
    bench.lines(),
    vdevState(seen, 2),
    FwRscCarveout.unpack(seen, payloadOf(seen, 0)),
    text(bench.coreHas(toPa(TRACE_DA), 64)),
    [0, 1, 2, 3].map((id) => remote.tx.desc(id)),
    [remote.tx.availIdx, [0, 1, 2, 3].map((slot) => remote.tx.availRing(slot)), remote.tx.availFlags],
    [remote.tx.publishedIdx, remote.rx.publishedIdx, remote.rx.availFlags, remote.rx.usedFlags],
  ];
};

function speaks(dfeatures: number): Scenario {
  return async (cacheLine) => {
    const fills: RecordedRing[] = [];
    const recorders = [{ ring: (ring: RecordedRing) => fills.push(ring) }];
    const { bench, remote } = await ringed(cacheLine, { dfeatures }, { recorders });
    const seen: unknown[] = [bench.lines()];
    remote.announce('one', 0x400);
    seen.push(bench.lines(), remote.tx.availIdx, remote.tx.usedEvent);
    const [channel] = bench.sim.channels;
    const heard: string[] = [];
    const endpoint = channel.createEpt((data, src) => heard.push(`${text(data)} ${src}`))!;
    for (const word of ['first', 'second', 'third', 'fourth', 'fifth'])
      remote.send(0x400, endpoint.addr, word);
    seen.push([...heard], remote.tx.availIdx, remote.tx.usedEvent);
    // What a recorder is shown while nobody has interrupted.
    remote.sendRaw(new Uint8Array(16), 16);
    seen.push(fills.map((ring) => ring.fill()));
    remote.interrupt(0);
    seen.push(bench.lines());

    bench.core.calls.length = 0;
    const kicks = () => bench.core.calls.splice(0).length;
    const say = (word: string) => endpoint.sendto(Buffer.from(word), 0x400);
    seen.push(say('a'), kicks(), remote.receive()?.data.length);
    // The remote does not want to be kicked, in one or the other way.
    remote.rx.usedFlags = 1;
    remote.rx.availEvent = 3;
    seen.push(say('bb'), kicks(), say('ccc'), kicks(), say('dddd'), kicks());
    const received = () => text(remote.receive()!.data);
    seen.push([received(), received(), received()]);
    remote.rx.usedFlags = 0;
    remote.rx.availEvent = remote.rx.availIdx;
    for (const word of ['e', 'f', 'g', 'h']) seen.push(say(word));
    // Nobody has given a buffer back: the next one waits, and lets the remote know.
    const { scheduler } = bench.sim;
    scheduler.at(scheduler.now + 5, () => {
      seen.push(['while it waits', remote.rx.availFlags, remote.rx.usedEvent, received()]);
      bench.core.parts.events.kicked(1);
    });
    seen.push(say('waited'), remote.rx.availFlags, remote.rx.usedEvent);
    return seen;
  };
}

const looks: Scenario = async (cacheLine) => {
  const { bench, bytes } = await ringed(cacheLine, { config_len: 8 });
  const [device] = bench.sim.virtio.devices;
  const { transport } = device;
  const seenByCore = coreTable(bench, bytes.length);
  const at = payloadOf(bytes, 2);
  const configAt = at + FwRscVdev.size + 40;
  const seen: unknown[] = [];
  seenByCore.set([1, 2, 3, 4], configAt);
  const config = new Uint8Array(4);
  transport.get(0, config);
  seen.push([...config]);
  transport.set(4, Uint8Array.from([5, 6, 7, 8]));
  seen.push([...seenByCore.subarray(configAt, configAt + 8)]);
  seenByCore[at + FwRscVdev.offset.status] = 0x47;
  seen.push(transport.status);
  seenByCore[at + FwRscVdev.offset.dfeatures + 3] = 1;
  seen.push(transport.features);
  seenByCore[at + FwRscVdev.offset.gfeatures] = 0x55;
  seen.push(bench.read('/sys/kernel/debug/remoteproc/remoteproc0/resource_table'));
  bench.coreHas(toPa(TRACE_DA), 64).set(Buffer.from('written by the core\0'));
  seen.push(bench.sim.trace());
  // With fewer bytes the config space is not what it was.
  seenByCore[at + FwRscVdev.offset.config_len] = 2;
  bench.lines();
  transport.get(0, config);
  seen.push(bench.lines());
  return seen;
};

/** A core that a boot loader has started, its table in memory, where it goes on writing. */
async function found(cacheLine: number | undefined, vrings: object[] = [{}, {}], id = 7): Promise<Bench> {
  const bench = new Bench({ cacheLine, detached: true });
  const bytes = table([carveout('a'), trace(TRACE_DA, 64), vdev(vrings, { id })]);
  await bench.loaderStarts(image({ table: bytes, tableAt: TABLE_DA }));
  coreTable(bench, bytes.length)[payloadOf(bytes, 2) + FwRscVdev.offset.dfeatures + 1] = 0x77;
  return bench;
}

/** The table in effect while the driver's `what` runs, which is Linux's own by then. */
function tableDuring({ sim }: Bench, what: 'detach' | 'stop'): string[] {
  const { rproc } = sim;
  const driver = rproc.ops[what]!;
  const tables: string[] = [];
  rproc.ops[what] = (stopped: typeof rproc) => {
    tables.push(text(rproc.table!.bytes()));
    return driver(stopped);
  };
  return tables;
}

const attaches: Scenario = async (cacheLine) => {
  const bench = await found(cacheLine);
  const tableOf = () => coreTable(bench, 280);
  const seen: unknown[] = [await bench.sim.start(), bench.lines(), text(bench.sim.rproc.cleanTable!)];
  seen.push(text(tableOf()));
  tableOf()[payloadOf(tableOf(), 1)] = 0x99;
  seen.push(tableDuring(bench, 'detach'), await bench.sim.detach(), text(tableOf()));
  return seen;
};

const attachesAndStops: Scenario = async (cacheLine) => {
  const bench = await found(cacheLine);
  const seen: unknown[] = [await bench.sim.start()];
  const tableOf = coreTable(bench, 280);
  tableOf[payloadOf(tableOf, 1)] = 0x99;
  seen.push(tableDuring(bench, 'stop'), await bench.sim.stop(), bench.lines());
  return seen;
};

/** No driver takes the vdev: all that is written about its rings are their notifyids. */
const attachesForNobody: Scenario = async (cacheLine) => {
  const bench = await found(cacheLine, undefined, 99);
  return [await bench.sim.start(), bench.lines(), text(coreTable(bench, 280))];
};

/** The second ring does not fit the region of its name: the first one is given back. */
const attachesInVain: Scenario = async (cacheLine) => {
  const bench = await found(cacheLine, [{}, { num: 0x4000 }]);
  return [await bench.sim.start(), bench.lines(), text(coreTable(bench, 280))];
};

const consoles: Scenario = async (cacheLine) => {
  const { bench, remote } = await ringed(cacheLine, { id: 11 });
  const [port] = bench.sim.ports;
  remote.sendRaw(Buffer.from('from the core'));
  remote.interrupt(0);
  const seen: unknown[] = [text(port.read()), port.write(Buffer.from('to the core'))];
  const buffer = remote.rx.take()!;
  return [...seen, text(bench.coreHas(buffer.addr, buffer.len)), bench.lines()];
};

const damages: Scenario = async (cacheLine) => {
  const faults = { rings: { corrupt: { probability: 1, fields: ['used.len', 'desc.addr'] as const } } };
  const { bench, remote } = await ringed(cacheLine, {}, { faults: faults as never });
  remote.announce('one', 0x400);
  const ring = bench.sim.rproc.findCarveoutByName('vdev0vring0')!.pa!;
  return [bench.lines(), bench.sim.faults!.injected, text(bench.coreHas(ring, 256))];
};

/** The table in a region of its own is written for a core that begins to run. */
const imx: Scenario = async (cacheLine) => {
  const region = imx8mmM4.memory.find(({ use }) => use === 'table')!;
  const at = imx8mmM4.memory.find(({ use }) => use === 'image')!.da;
  const bench = new Bench({ cacheLine, detached: true, board: imx8mmM4 });
  await bench.loaderStarts(image({ table: table([vdev()]), tableAt: at }));
  return [text(bench.coreHas(region.pa ?? region.da, 128))];
};

/** Somebody ran in the TCMs before. */
const cleared: Scenario = async (cacheLine) => {
  const bench = new Bench({ cacheLine, board: zynqmpR5 });
  bench.sim.memory.reserve(pa(0xffe00000), 0x1000);
  bench.coreHas(0xffe00000, 64).fill(0x77);
  const at = zynqmpR5.memory.find(({ use }) => use === 'image')!.da;
  await bench.start(image({ table: table([trace(at, 16)]), tableAt: at + 0x100 }));
  return [text(bench.coreHas(0xffe00000, 64))];
};

/** Where firmware that runs already leaves its table, and a table that it has changed since. */
const describes: Scenario = async (cacheLine) => {
  const board = defineBoard({ extends: zynqmpR5, name: 'zynqmp-described', memory: [] });
  const bench = new Bench({ cacheLine, detached: true, board });
  const first = board.memory.find(({ internal }) => !internal)!;
  const at = first.pa ?? first.da;
  const wrong = table([vdev()]);
  wrong[0] = 9;
  bench.coreHas(at + 0x1000, wrong.length).set(wrong);
  const fields = { version: 1, magic_num: RSC_TBL_XLNX_MAGIC, comp_magic_num: ~RSC_TBL_XLNX_MAGIC >>> 0 };
  const where = { rsc_tbl_size: wrong.length, rsc_tbl: BigInt(at + 0x1000) };
  bench.coreHas(at, RscTblData.size).set(RscTblData.pack({ ...fields, ...where }));
  await bench.loaderStarts(image({ segments: [{ at: 0, data: new Uint8Array(16) }] }));
  return [bench.lines()];
};

export const scenarios: { readonly [name: string]: Scenario } = {
  boots,
  speaks: speaks(1),
  'speaks with event indices': speaks(1 | EVENT_IDX),
  looks,
  attaches,
  attachesAndStops,
  attachesForNobody,
  attachesInVain,
  consoles,
  damages,
  imx,
  cleared,
  describes,
};

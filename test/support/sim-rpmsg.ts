/** A booted simulation whose remote is a script: what the rpmsg tests of the Linux side start from. */
import type { Board } from '../../boards/board.js';
import { virtM4 } from '../../boards/virt-m4.js';
import type { KernelVersion } from '../../host-sim/kernel.js';
import type { Recorder } from '../../host-sim/recording/recorder.js';
import type { RpmsgChannel, RpmsgDriver } from '../../host-sim/rpmsg/channel.js';
import { Bench, vdevState } from './sim-boot.js';
import { image, table, vdev } from './sim-images.js';
import { ScriptedRemote } from './sim-remote.js';

export interface RpmsgOptions {
  readonly board?: Board;
  readonly kernel?: KernelVersion;
  readonly num?: number;
  /** Entries of vring 1 where they differ. */
  readonly numOut?: number;
  readonly dfeatures?: number;
  readonly drivers?: readonly RpmsgDriver[];
  readonly recorders?: readonly Recorder[];
  /** Stock drivers that are not loaded. */
  readonly without?: readonly string[];
  /** Prints dev_dbg lines as well. */
  readonly debug?: boolean;
  /** Linux sees memory through a cache that is not coherent. */
  readonly cacheLine?: number;
}

export interface RpmsgBench {
  readonly bench: Bench;
  readonly remote: ScriptedRemote;
  /** The table in remote memory. */
  readonly state: () => ReturnType<typeof vdevState>;
  /** Lines of the rpmsg device without its prefix, others as they are; since the last call. */
  readonly lines: () => string[];
}

/** Boots an image with one rpmsg vdev; the remote stays silent until the test lets it speak. */
export async function rpmsgBench(options: RpmsgOptions = {}): Promise<RpmsgBench> {
  const { board = virtM4, num = 4, dfeatures = 1 } = options;
  const { kernel, recorders, cacheLine } = options;
  const bench = new Bench({ board, kernel, recorders, cacheLine });
  bench.sim.kernel.log.debug = options.debug ?? false;
  for (const name of options.without ?? []) bench.sim.unregisterDriver(name);
  for (const driver of options.drivers ?? []) bench.sim.registerDriver(driver);
  const tableAt = board.memory.find(({ use }) => use === 'image')!.da;
  const bytes = table([vdev([{ num }, { num: options.numOut ?? num }], { dfeatures })]);
  const { errno, log } = await bench.start(image({ table: bytes, tableAt }));
  if (errno !== 0) throw new Error(log.join('\n'));
  const state = () => vdevState(bench.at(tableAt, bytes.length));
  const [tx, rx] = ['vdev0vring0', 'vdev0vring1'].map(
    (name) => bench.sim.rproc.findCarveoutByName(name)!.pa!,
  );
  const remote = new ScriptedRemote(
    (address, len) => bench.coreHas(address, len),
    { tx, rx, num, align: 16 },
    (vring) => {
      bench.core.parts.events.kicked(vring);
      bench.sim.settle();
    },
  );
  bench.core.calls.length = 0;
  const prefix = 'virtio_rpmsg_bus virtio0: ';
  const lines = (): string[] =>
    bench.lines().map((text) => (text.startsWith(prefix) ? text.slice(prefix.length) : text));
  return { bench, remote, state, lines };
}

/** A driver that only writes down what happens to it. */
export class RecordingDriver implements RpmsgDriver {
  readonly events: string[] = [];
  readonly channels: RpmsgChannel[] = [];
  readonly idTable: readonly string[];
  /** What probe returns. */
  result = 0;

  constructor(
    readonly name: string,
    ...ids: readonly string[]
  ) {
    this.idTable = ids;
  }

  probe(channel: RpmsgChannel): number {
    this.events.push(`probe ${channel.deviceName} src ${channel.src}`);
    this.channels.push(channel);
    return this.result;
  }

  callback(_channel: RpmsgChannel, data: Uint8Array, src: number): void {
    this.events.push(`${Buffer.from(data).toString()} from ${src}`);
  }

  remove(channel: RpmsgChannel): void {
    this.events.push(`remove ${channel.deviceName}`);
  }
}

/**
 * Says what Linux will do with an image: carries the boot through to "is now up" with the simulator's remoteproc and a
 * core that starts and stays silent, then explains what it saw with rules.
 */
import { addressRanges, type Board } from '../../boards/board.js';
import { type Core, type KernelVersion, Simulation } from '../../host-sim/index.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import {
  VIRTIO_CONFIG_S_ACKNOWLEDGE,
  VIRTIO_CONFIG_S_DRIVER,
  VIRTIO_CONFIG_S_DRIVER_OK,
} from '../../runtime/abi/virtio.js';
import { type Inspection, inspectElf } from '../inspect/index.js';
import type { CheckReport } from './report.js';
import { applyRules } from './rules.js';

export interface CheckOptions {
  readonly image: Uint8Array;
  /** Name for the report; its last part is the firmware's file name. */
  readonly file: string;
  readonly board: Board;
  readonly kernel?: KernelVersion;
}

/** Every image gets a verdict, also what is no ELF file at all. */
export async function checkImage({
  image,
  file,
  board,
  kernel = '6.12',
}: CheckOptions): Promise<CheckReport> {
  const simulation = new Simulation({ board, kernel, core: silentCore, decideOnly: true });
  simulation.setFirmware(file.split(/[\\/]/).at(-1)!, image);
  const errno = await simulation.start();
  const { rproc } = simulation;
  const lines = simulation.kernel.log.lines.map(({ text }) => text);
  const log = lines.slice(lines.findIndex((text) => text.includes('powering up')));

  const inspection = inspectIfElf(image, file);
  const statuses = vdevStatuses(simulation);
  const vdevs = (inspection?.resourceTable?.entries ?? [])
    .filter(({ type }) => type === 'vdev')
    .map((entry, index) => {
      const id = Number(entry.fields.find(({ name }) => name === 'id')?.value ?? 0);
      const status = errno === 0 ? (statuses.get(index) ?? 0) : 0;
      const bound = (status & VIRTIO_CONFIG_S_DRIVER_OK) !== 0;
      // No driver was tried: it may be a module that this Linux does not have.
      const waits =
        (status & (VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER)) === VIRTIO_CONFIG_S_ACKNOWLEDGE;
      return { index, id, bound, waits };
    });
  const traces = rproc.traces.map(({ da, len }) => rproc.daToVa(BigInt(da), len) !== undefined);
  // Linux works on its own copy when the table's address does not translate.
  const tableSeen = rproc.table !== undefined && rproc.table.bytes() !== rproc.cachedTable;
  const ranges = addressRanges(board);
  const findings = applyRules({
    image,
    ranges,
    inspection,
    board,
    kernel,
    errno,
    log,
    vdevs,
    traces,
    tableSeen,
  });
  const lost =
    vdevs.some(({ bound, waits }) => !bound && !waits) ||
    traces.includes(false) ||
    (vdevs.length > 0 && !tableSeen);
  const verdict = errno !== 0 ? 'fails' : lost ? 'degraded' : 'boots';
  const shown = vdevs.map(({ index, id, bound }) => ({ index, id, bound }));
  return { file, board: board.name, kernel, verdict, errno, log, vdevs: shown, findings };
}

/** Status bytes of the virtio devices that are registered, by the number of their vdev: their platform devices have it too. */
function vdevStatuses({ virtio }: Simulation): Map<number, number> {
  return new Map(
    virtio.devices.map(({ transport, parent }) => [
      Number(/rproc-virtio\.(\d+)\.auto$/.exec(parent.prefix)?.[1]),
      transport.status,
    ]),
  );
}

/** What can be seen in the file; undefined where there is too little of an ELF header. */
function inspectIfElf(image: Uint8Array, file: string): Inspection | undefined {
  try {
    return inspectElf(image, file);
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

/** A core that is released and never does anything. */
function silentCore(): Core {
  return {
    async start() {},
    async stop() {},
    kick() {},
  };
}

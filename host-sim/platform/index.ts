/**
 * Platform drivers: how Linux drives the processor of a board. They connect remoteproc's operations with the
 * simulated SoC's memory and core.
 */
import type { Board } from '../../boards/board.js';
import type { Core } from '../cores/core.js';
import { EIO } from '../errno.js';
import type { Mapping } from '../remoteproc/elf-loader.js';
import type { Rproc, RprocOps } from '../remoteproc/rproc.js';
import type { SocMemory } from '../soc/memory.js';
import { attachOps } from './attach.js';
import type { CoreOps } from './core-ops.js';
import { genericOps } from './generic.js';
import { imxOps } from './imx.js';
import { ivshmemOps } from './ivshmem.js';
import { k3Ops } from './k3.js';
import { stm32Ops } from './stm32.js';
import { xlnxOps } from './xlnx.js';

export { setElfInfo } from './elf-info.js';
export { backRegions, backResources, boardDma } from './regions.js';

export interface PlatformHooks {
  /** Told each kick. */
  onKick(notifyid: number): void;
  /** Makes the memory that the core may touch, before it starts. */
  back(rproc: Rproc): void;
  /** Told why a core did not even start; remoteproc knows -EIO only. */
  onFault(error: unknown): void;
  /** The table that a boot loader loaded, if one did. */
  installedTable(): Mapping | undefined;
}

/** The operations of the board's platform driver over `core`. */
export function platformOps(
  board: Board,
  memory: SocMemory,
  core: Core,
  { onKick, back, onFault, installedTable }: PlatformHooks,
): RprocOps {
  const ops: CoreOps = {
    async start(rproc, what) {
      back(rproc);
      try {
        await core.start(what);
      } catch (error) {
        onFault(error);
        return -EIO;
      }
      return 0;
    },
    async stop() {
      await core.stop();
      return 0;
    },
    kick(_rproc, notifyid) {
      onKick(notifyid);
      core.kick(notifyid);
    },
  };
  return { ...ops, ...driverOps(board, memory, ops, installedTable) };
}

function driverOps(
  board: Board,
  memory: SocMemory,
  core: CoreOps,
  installedTable: PlatformHooks['installedTable'],
): Partial<RprocOps> {
  switch (board.linux.driver) {
    case 'generic':
      return { ...genericOps(board), ...attachOps(installedTable) };
    case 'ivshmem':
      return { ...ivshmemOps(board, memory), ...attachOps(installedTable) };
    case 'stm32_rproc':
      return stm32Ops(board, core);
    case 'imx_rproc':
      return imxOps(board, memory);
    case 'ti_k3_r5':
    case 'ti_k3_m4':
      return k3Ops(board, memory);
    case 'xlnx_r5':
      return xlnxOps(board, memory);
  }
}

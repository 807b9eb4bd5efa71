/**
 * Platform drivers: how Linux drives the processor of a board. They connect remoteproc's operations with the
 * simulated SoC's memory and core.
 */
import type { Board } from '../../boards/board.js';
import type { Core } from '../cores/core.js';
import { EIO } from '../errno.js';
import { rprocReportCrash } from '../remoteproc/crash.js';
import { elfFindTable, type Firmware } from '../remoteproc/elf-loader.js';
import type { Rproc } from '../remoteproc/rproc.js';
import type { SocMemory } from '../soc/memory.js';
import type { Doorbell, DoorbellEvents } from './doorbell.js';
import { genericDriver } from './generic.js';
import { imxDriver } from './imx.js';
import { ivshmemDriver } from './ivshmem.js';
import { k3Driver } from './k3.js';
import type { DriverParts, PlatformDriver, RunningTable, SocDriver } from './soc-driver.js';
import { stm32Driver } from './stm32.js';
import { xlnxDriver } from './xlnx.js';

export { callDoorbell, type Doorbell, type DoorbellEvents } from './doorbell.js';
export { setElfInfo } from './elf-info.js';
export { backRegions, backResources, boardDma, mapped } from './regions.js';
export { registerDoorbell, wireMailbox } from './register-doorbell.js';
export type { PlatformDriver } from './soc-driver.js';

export interface PlatformHooks {
  /** The processor that the driver registered. */
  rproc(): Rproc;
  /** Told each kick. */
  onKick(notifyid: number): void;
  /** Makes the memory that the core may touch, before it starts. */
  back(rproc: Rproc): void;
  /** Told why a core did not even start; remoteproc knows -EIO only. */
  onFault(error: unknown): void;
  /** The doorbell between this driver and the core. */
  doorbell(events: DoorbellEvents): Doorbell;
}

/** The board's platform driver over `core`. */
export function platformDriver(
  board: Board,
  memory: SocMemory,
  core: Core,
  { rproc, onKick, back, onFault, doorbell: connect }: PlatformHooks,
): PlatformDriver {
  const doorbell = connect({
    kicked(notifyid) {
      if (driver.kicked) driver.kicked(rproc(), notifyid);
      else rproc().vqInterrupt(notifyid);
    },
    word: (word) => driver.word?.(rproc(), word),
  });
  const parts: DriverParts = {
    board,
    memory,
    doorbell,
    async start(started, what) {
      back(started);
      try {
        await core.start(what);
      } catch (error) {
        onFault(error);
        return -EIO;
      }
      doorbell.running();
      return 0;
    },
    async stop() {
      await core.stop();
      return 0;
    },
    async attach() {
      doorbell.running();
      return 0;
    },
    kick(_rproc, notifyid) {
      onKick(notifyid);
      return doorbell.kick(notifyid);
    },
  };
  const driver = socDriver(parts);
  return {
    ops: {
      start: parts.start,
      stop: parts.stop,
      attach: parts.attach,
      ...driver.ops,
    },
    crashed(found, report) {
      doorbell.crashed(report);
      const type = driver.crashType(report);
      // Why it stopped is known here, whatever Linux takes it for.
      found.lastCrash ??= report;
      if (type === undefined) found.crashReports.push(report);
      if (type === undefined) return false;
      rprocReportCrash(found, { ...report, type });
      return true;
    },
    foundRunning: (found, fw) => driver.found?.(found, tableOf(fw)),
  };
}

function socDriver(parts: DriverParts): SocDriver {
  switch (parts.board.linux.driver) {
    case 'generic':
      return genericDriver(parts);
    case 'ivshmem':
      return ivshmemDriver(parts);
    case 'stm32_rproc':
      return stm32Driver(parts);
    case 'imx_rproc':
      return imxDriver(parts);
    case 'ti_k3_r5':
    case 'ti_k3_m4':
      return k3Driver(parts);
    case 'xlnx_r5':
      return xlnxDriver(parts);
  }
}

function tableOf(fw: Firmware): RunningTable | undefined {
  const section = elfFindTable(fw, { err() {} });
  if (!section) return undefined;
  const [at, len] = [Number(section.sh_offset), Number(section.sh_size)];
  return { da: Number(section.sh_addr), bytes: fw.data.subarray(at, at + len) };
}

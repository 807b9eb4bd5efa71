/** remoteproc_core.c: powering a remote processor up and down, taking one over and leaving it. */
import { EBUSY, EINVAL, ENODEV } from '../errno.js';
import { allocRegisteredCarveouts } from './carveouts.js';
import { elfBootAddr, elfSanityCheck, type Firmware } from './elf-loader.js';
import { attachRproc, detachRproc, startRproc, stopRproc } from './power.js';
import { handleResources, resourceCleanup } from './resources.js';
import type { Rproc } from './rproc.js';
import { dropTable, parseElfTable, setTable } from './table.js';

/** Runs `body` under the processor's lock, as all calls from outside do. */
async function locked(rproc: Rproc, body: () => Promise<number>): Promise<number> {
  let entered = false;
  const result = await rproc.lock.guard(() => {
    entered = true;
    return body();
  });
  if (!entered) rproc.err(`can't lock rproc ${rproc.name}: ${result}`);
  return result;
}

/** `rproc_boot()`: boots or, where the core runs already, attaches. 0 or a negative errno; the log says why. */
export function rprocBoot(rproc: Rproc): Promise<number> {
  return locked(rproc, async () => {
    const { log, version } = rproc.kernel;
    if (rproc.deleting || rproc.state === 'deleted') {
      rproc.err(`can't boot ${version === '6.1' ? 'deleted' : 'deleting'} rproc ${rproc.name}`);
      return -ENODEV;
    }
    // Whatever the state: a second user only takes a reference.
    if (rproc.power++ > 0) return 0;
    let result: number;
    if (rproc.state === 'detached') {
      log.info(rproc, `attaching to ${rproc.name}`);
      result = await attach(rproc);
    } else {
      log.info(rproc, `powering up ${rproc.name}`);
      result = await requestAndBoot(rproc);
    }
    if (result !== 0) rproc.power--;
    return result;
  });
}

async function requestAndBoot(rproc: Rproc): Promise<number> {
  const fw = rproc.platform.firmware.request(rproc.firmware, rproc);
  if (typeof fw !== 'number') return fwBoot(rproc, fw);
  rproc.err(`request_firmware failed: ${fw}`);
  return fw;
}

/** `rproc_fw_boot()`. */
async function fwBoot(rproc: Rproc, fw: Firmware): Promise<number> {
  const { log, version } = rproc.kernel;
  const sane = elfSanityCheck(fw, version, rproc);
  if (sane < 0) return sane;
  log.info(rproc, `Booting fw image ${fw.name}, size ${fw.data.length}`);
  return withDevice(rproc, async () => {
    rproc.bootaddr = elfBootAddr(fw);
    const parsed = (rproc.ops.parseFw ?? parseElfTable)(rproc, fw);
    if (parsed < 0) return parsed;
    const result = await withResources(rproc, () => startRproc(rproc, fw));
    if (result !== 0) dropTable(rproc);
    return result;
  });
}

/** `rproc_attach()`: no image is read, the table is where the core's loader left it. */
async function attach(rproc: Rproc): Promise<number> {
  const result = await withDevice(rproc, () => {
    const found = setTable(rproc);
    if (found < 0) {
      // Finding the table has said the same before.
      rproc.err(`can't load resource table: ${found}`);
      return found;
    }
    return withResources(rproc, () => attachRproc(rproc));
  });
  // The table in effect stays the remote's, unlike after a boot that failed.
  if (result !== 0) rproc.cleanTable = undefined;
  return result;
}

/** Between IOMMU and `ops->prepare` and, should `body` fail, `ops->unprepare` and the IOMMU again. */
async function withDevice(rproc: Rproc, body: () => Promise<number> | number): Promise<number> {
  let result = rproc.hasIommu ? (rproc.ops.enableIommu?.(rproc) ?? 0) : 0;
  if (result !== 0) {
    rproc.err(`can't enable iommu: ${result}`);
    return result;
  }
  result = rproc.ops.prepare?.(rproc) ?? 0;
  if (result !== 0) rproc.err(`can't prepare rproc ${rproc.name}: ${result}`);
  else {
    result = await body();
    if (result !== 0) rproc.ops.unprepare?.(rproc);
  }
  if (result !== 0) disableIommu(rproc);
  return result;
}

function disableIommu(rproc: Rproc): void {
  if (rproc.hasIommu) rproc.ops.disableIommu?.(rproc);
}

/** Handles the table's entries, allocates, then `body`; cleans everything up should a step fail. */
async function withResources(rproc: Rproc, body: () => Promise<number>): Promise<number> {
  rproc.vdevCount = 0;
  let result = handleResources(rproc);
  if (result !== 0) rproc.err(`Failed to process resources: ${result}`);
  else {
    result = allocRegisteredCarveouts(rproc);
    if (result !== 0) rproc.err(`Failed to allocate associated carveouts: ${result}`);
    else result = await body();
  }
  if (result !== 0) resourceCleanup(rproc);
  return result;
}

/** `rproc_shutdown()`: gives a power reference back, and stops the core with the last one. 0 or a negative errno. */
export function rprocShutdown(rproc: Rproc): Promise<number> {
  return locked(rproc, async () => {
    const fromCrash = rproc.state === 'crashed' && rproc.kernel.version !== '6.1';
    if (rproc.state !== 'running' && rproc.state !== 'attached' && !fromCrash) return -EINVAL;
    return giveUp(rproc, () => stopRproc(rproc, false));
  });
}

/** `rproc_detach()`: as a shutdown, but the core runs on. */
export function rprocDetach(rproc: Rproc): Promise<number> {
  return locked(rproc, async () => {
    if (rproc.state !== 'attached') return -EINVAL;
    return giveUp(rproc, () => detachRproc(rproc));
  });
}

async function giveUp(rproc: Rproc, end: () => Promise<number>): Promise<number> {
  if (--rproc.power > 0) return 0;
  const result = await end();
  if (result < 0) {
    rproc.power++;
    return result;
  }
  releaseResources(rproc);
  return 0;
}

/** `rproc_set_firmware()`: another image for the next boot; nobody looks at the file before. 0 or a negative errno. */
export async function rprocSetFirmware(rproc: Rproc, name: string | undefined): Promise<number> {
  if (name === undefined) return -EINVAL;
  const { log } = rproc.kernel;
  const taken = await rproc.lock.lock();
  if (taken < 0) {
    log.err(rproc.parent, `can't lock rproc ${rproc.name}: ${taken}`);
    return -EINVAL;
  }
  const [line] = name.split('\n', 1);
  let result = 0;
  if (rproc.state !== 'offline') {
    log.err(rproc.parent, "can't change firmware while running");
    result = -EBUSY;
  } else if (line === '') {
    log.err(rproc.parent, "can't provide empty string for firmware name");
    result = -EINVAL;
  } else rproc.firmware = line;
  rproc.lock.unlock();
  return result;
}

/** What a boot or an attach acquired, in the order in which it goes. */
export function releaseResources(rproc: Rproc): void {
  resourceCleanup(rproc);
  rproc.ops.unprepare?.(rproc);
  disableIommu(rproc);
  dropTable(rproc);
}

/** The part of `rproc_attach()` that a recovery by attaching repeats where everything was cleaned up (6.12). */
export { attach as attachFromScratch };

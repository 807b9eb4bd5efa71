/** The inner halves of boot, shutdown, attach and detach: `rproc_start()` and its kin in remoteproc_core.c. */
import { EINVAL } from '../errno.js';
import { elfLoadSegments, type Firmware } from './elf-loader.js';
import type { Rproc } from './rproc.js';
import { prepareSubdevs, startSubdevs, stopSubdevs, unprepareSubdevs } from './subdevs.js';
import { copyTable, resetTableOnDetach, resetTableOnStop } from './table.js';

/** `rproc_start()`: load, copy the table, prepare subdevices, release the core, start subdevices. */
export async function startRproc(rproc: Rproc, fw: Firmware): Promise<number> {
  const loaded = elfLoadSegments(fw, rproc);
  if (loaded < 0) {
    rproc.err(`Failed to load program segments: ${loaded}`);
    return loaded;
  }
  copyTable(rproc, fw);
  rproc.lastCrash = undefined;
  const release = () => rproc.ops.start(rproc, { bootAddr: rproc.bootaddr, image: fw.data });
  const result = await bringUp(rproc, release, "can't start rproc");
  if (result < 0) {
    resetTableOnStop(rproc);
    return result;
  }
  rproc.state = 'running';
  rproc.kernel.log.info(rproc, `remote processor ${rproc.name} is now up`);
  return 0;
}

/** `__rproc_attach()`: as a start, of a core that runs already. */
export async function attachRproc(rproc: Rproc): Promise<number> {
  const result = await bringUp(rproc, async () => rproc.ops.attach?.(rproc) ?? 0, "can't attach to rproc");
  if (result < 0) return result;
  rproc.state = 'attached';
  rproc.kernel.log.info(rproc, `remote processor ${rproc.name} is now attached`);
  return 0;
}

/** Subdevices before and after `release`; what was done is undone when a step fails. */
async function bringUp(rproc: Rproc, release: () => Promise<number>, failure: string): Promise<number> {
  let result = prepareSubdevs(rproc);
  if (result < 0) {
    rproc.err(`failed to prepare subdevices for ${rproc.name}: ${result}`);
    return result;
  }
  result = await release();
  if (result < 0) {
    rproc.err(`${failure} ${rproc.name}: ${result}`);
    unprepareSubdevs(rproc);
    return result;
  }
  result = startSubdevs(rproc);
  if (result < 0) {
    rproc.err(`failed to probe subdevices for ${rproc.name}: ${result}`);
    await rproc.ops.stop?.(rproc);
    unprepareSubdevs(rproc);
  }
  return result;
}

/** `rproc_stop()`: virtio devices go while the core still runs, then the core. */
export async function stopRproc(rproc: Rproc, crashed: boolean): Promise<number> {
  if (!rproc.ops.stop) return -EINVAL;
  stopSubdevs(rproc, crashed);
  resetTableOnStop(rproc);
  const result = await rproc.ops.stop(rproc);
  if (result < 0) {
    rproc.err(`can't stop rproc: ${result}`);
    return result;
  }
  unprepareSubdevs(rproc);
  rproc.state = 'offline';
  rproc.kernel.log.info(rproc, `stopped remote processor ${rproc.name}`);
  return 0;
}

/** `__rproc_detach()`: the core runs on without Linux. */
export async function detachRproc(rproc: Rproc): Promise<number> {
  if (!rproc.ops.detach) return -EINVAL;
  stopSubdevs(rproc, false);
  let result = resetTableOnDetach(rproc);
  if (result < 0) {
    rproc.err(`can't reset resource table: ${result}`);
    return result;
  }
  result = await rproc.ops.detach(rproc);
  if (result < 0) {
    rproc.err(`can't detach from rproc: ${result}`);
    return result;
  }
  unprepareSubdevs(rproc);
  rproc.state = 'detached';
  rproc.kernel.log.info(rproc, `detached remote processor ${rproc.name}`);
  return 0;
}

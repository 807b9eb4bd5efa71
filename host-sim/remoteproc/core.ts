/** remoteproc_core.c: powering a remote processor up and down, and what happens when it crashes. */
import type { CrashReport } from '../cores/core.js';
import { EINVAL, ENOENT } from '../errno.js';
import { allocRegisteredCarveouts } from './carveouts.js';
import {
  elfBootAddr,
  elfFindLoadedTable,
  elfLoadSegments,
  elfLoadTable,
  elfSanityCheck,
  type Firmware,
  type Mapping,
} from './elf-loader.js';
import { handleResources, resourceCleanup } from './resources.js';
import { crashTypeName, type Rproc } from './rproc.js';

/** `request_firmware()`: the file's bytes, or undefined when there is none. */
export type FirmwareLoader = (name: string) => Uint8Array | undefined;

/** `rproc_boot()`: 0 or a negative errno; the log says why. */
export async function rprocBoot(rproc: Rproc, loader: FirmwareLoader): Promise<number> {
  const { log } = rproc.kernel;
  if (rproc.power++ > 0) return 0;
  log.info(rproc, `powering up ${rproc.name}`);
  const data = loader(rproc.firmware);
  if (!data) {
    log.warn(rproc, `Direct firmware load for ${rproc.firmware} failed with error ${-ENOENT}`);
    rproc.err(`request_firmware failed: ${-ENOENT}`);
    rproc.power--;
    return -ENOENT;
  }
  const result = await fwBoot(rproc, { name: rproc.firmware, data });
  if (result < 0) rproc.power--;
  return result;
}

/** `rproc_fw_boot()`. */
async function fwBoot(rproc: Rproc, fw: Firmware): Promise<number> {
  const { log, version } = rproc.kernel;
  const sane = elfSanityCheck(fw, version, rproc);
  if (sane < 0) return sane;
  log.info(rproc, `Booting fw image ${fw.name}, size ${fw.data.length}`);

  let result = rproc.ops.prepare?.(rproc) ?? 0;
  if (result < 0) {
    rproc.err(`can't prepare rproc ${rproc.name}: ${result}`);
    return result;
  }
  rproc.bootaddr = elfBootAddr(fw);
  result = (rproc.ops.parseFw ?? parseElfTable)(rproc, fw);
  if (result < 0) return unprepare(rproc, result);

  rproc.vdevCount = 0;
  result = handleResources(rproc);
  if (result < 0) rproc.err(`Failed to process resources: ${result}`);
  else {
    result = allocRegisteredCarveouts(rproc);
    if (result < 0) rproc.err(`Failed to allocate associated carveouts: ${result}`);
    else result = await start(rproc, fw);
  }
  if (result === 0) return 0;
  resourceCleanup(rproc);
  rproc.cachedTable = undefined;
  rproc.table = undefined;
  return unprepare(rproc, result);
}

function unprepare(rproc: Rproc, result: number): number {
  rproc.ops.unprepare?.(rproc);
  return result;
}

/** The default `parse_fw`: a missing table fails the boot. */
export function parseElfTable(rproc: Rproc, fw: Firmware): number {
  const table = elfLoadTable(fw, rproc);
  if (typeof table === 'number') return table;
  rproc.cachedTable = table;
  rproc.table = { bytes: () => table };
  return 0;
}

/** `rproc_start()`: load, copy the table, prepare subdevices, release the core, start subdevices. */
async function start(rproc: Rproc, fw: Firmware): Promise<number> {
  const { log } = rproc.kernel;
  let result = elfLoadSegments(fw, rproc);
  if (result < 0) {
    rproc.err(`Failed to load program segments: ${result}`);
    return result;
  }
  copyTable(rproc, fw);

  result = prepareSubdevs(rproc);
  if (result < 0) {
    rproc.err(`failed to prepare subdevices for ${rproc.name}: ${result}`);
    return resetTable(rproc, result);
  }
  rproc.lastCrash = undefined;
  result = await rproc.ops.start(rproc, { bootAddr: rproc.bootaddr, image: fw.data });
  if (result < 0) {
    rproc.err(`can't start rproc ${rproc.name}: ${result}`);
    unprepareSubdevs(rproc);
    return resetTable(rproc, result);
  }
  result = startSubdevs(rproc);
  if (result < 0) {
    rproc.err(`failed to probe subdevices for ${rproc.name}: ${result}`);
    await rproc.ops.stop?.(rproc);
    unprepareSubdevs(rproc);
    return resetTable(rproc, result);
  }
  rproc.state = 'running';
  log.info(rproc, `remote processor ${rproc.name} is now up`);
  return 0;
}

/** The cached table is copied over the loaded one, which is in effect from then on. */
function copyTable(rproc: Rproc, fw: Firmware): void {
  const loaded = (rproc.ops.findLoadedTable ?? findElfTable)(rproc, fw);
  if (!loaded) return;
  if (rproc.cachedTable) loaded.bytes().set(rproc.cachedTable);
  rproc.table = loaded;
}

/** The default `find_loaded_rsc_table`: what the section's address leads to. What is wrong with it is told again. */
export function findElfTable(rproc: Rproc, fw: Firmware): Mapping | undefined {
  return elfFindLoadedTable(fw, (da, len) => rproc.daToVa(da, len), rproc);
}

function resetTable(rproc: Rproc, result: number): number {
  const cached = rproc.cachedTable;
  rproc.table = cached && { bytes: () => cached };
  return result;
}

function prepareSubdevs(rproc: Rproc): number {
  for (const [i, subdev] of rproc.subdevs.entries()) {
    const result = subdev.prepare?.() ?? 0;
    if (result < 0) {
      for (const done of rproc.subdevs.slice(0, i).reverse()) done.unprepare?.();
      return result;
    }
  }
  return 0;
}

function startSubdevs(rproc: Rproc): number {
  for (const [i, subdev] of rproc.subdevs.entries()) {
    const result = subdev.start?.() ?? 0;
    if (result < 0) {
      for (const done of rproc.subdevs.slice(0, i).reverse()) done.stop?.(true);
      return result;
    }
  }
  return 0;
}

function unprepareSubdevs(rproc: Rproc): void {
  for (const subdev of [...rproc.subdevs].reverse()) subdev.unprepare?.();
}

/** `rproc_shutdown()`: 0 or a negative errno. */
export async function rprocShutdown(rproc: Rproc): Promise<number> {
  const stoppable = rproc.state === 'running' || rproc.state === 'attached';
  const fromCrash = rproc.state === 'crashed' && rproc.kernel.version !== '6.1';
  if (!stoppable && !fromCrash) return -EINVAL;
  if (--rproc.power > 0) return 0;
  const result = await stop(rproc, false);
  if (result < 0) {
    rproc.power++;
    return result;
  }
  resourceCleanup(rproc);
  rproc.ops.unprepare?.(rproc);
  rproc.cachedTable = undefined;
  rproc.table = undefined;
  return 0;
}

/** `rproc_stop()`: virtio devices go while the core still runs, then the core. */
async function stop(rproc: Rproc, crashed: boolean): Promise<number> {
  if (!rproc.ops.stop) return -EINVAL;
  for (const subdev of [...rproc.subdevs].reverse()) subdev.stop?.(crashed);
  resetTable(rproc, 0);
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

/** `rproc_report_crash()`: logs at once; the handler runs later, as the kernel's work item does. */
export function rprocReportCrash(rproc: Rproc, report: CrashReport): void {
  rproc.lastCrash ??= report;
  rproc.err(`crash detected in ${rproc.name}: type ${crashTypeName(report.type)}`);
  rproc.kernel.scheduler.post(() => crashHandler(rproc));
}

function crashHandler(rproc: Rproc): void {
  if (rproc.state === 'crashed' || rproc.state === 'offline') return;
  rproc.state = 'crashed';
  rproc.err(`handling crash #${++rproc.crashCount} in ${rproc.name}`);
}

/** Text of trace file `index` as debugfs shows it: up to the first NUL. */
export function readTrace(rproc: Rproc, index: number): string {
  const trace = rproc.traces[index];
  const bytes = trace && rproc.daToVa(BigInt(trace.da), trace.len)?.bytes();
  if (!bytes) return 'Trace  not available\n';
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Crash reports, recovery and panics (remoteproc_core.c). */
import type { CrashReport } from '../cores/core.js';
import { attachFromScratch, releaseResources } from './core.js';
import { rprocCoredump } from './coredump.js';
import { attachRproc, detachRproc, startRproc, stopRproc } from './power.js';
import { crashTypeName, type Rproc } from './rproc.js';

const KEPT_REPORTS = 10;

/** `rproc_report_crash()`: logs at once; the handler runs later, as the kernel's work item does. */
export function rprocReportCrash(rproc: Rproc, report: CrashReport): void {
  // A processor that goes away is not looked after any more; 6.1 does it all the same.
  if (rproc.deleting) return;
  rproc.lastCrash ??= report;
  rproc.crashReports.push(report);
  if (rproc.crashReports.length > KEPT_REPORTS) rproc.crashReports.shift();
  queueHandler(rproc);
  rproc.err(`crash detected in ${rproc.name}: type ${crashTypeName(report.type)}`);
}

/** `queue_work()`: a work item that waits already is queued once only, and never runs beside itself. */
function queueHandler(rproc: Rproc): void {
  const { crashWork, kernel } = rproc;
  if (!crashWork.queued && !crashWork.running) {
    kernel.scheduler.post(() => kernel.scheduler.thread(() => runQueued(rproc)));
  }
  crashWork.queued = true;
}

async function runQueued(rproc: Rproc): Promise<void> {
  const { crashWork } = rproc;
  crashWork.running = true;
  while (crashWork.queued) {
    crashWork.queued = false;
    await crashHandler(rproc);
  }
  crashWork.running = false;
}

/** `rproc_crash_handler_work()`: only the first crash counts, and none of a core that is off. */
async function crashHandler(rproc: Rproc): Promise<void> {
  let handled = false;
  await rproc.lock.guard(() => {
    handled = rproc.state !== 'crashed' && rproc.state !== 'offline';
    if (handled) {
      rproc.state = 'crashed';
      rproc.err(`handling crash #${++rproc.crashCount} in ${rproc.name}`);
    }
    return 0;
  }, false);
  if (handled && !rproc.recoveryDisabled) await rprocTriggerRecovery(rproc);
}

/** `rproc_trigger_recovery()`: 0 or a negative errno, which nobody shows. */
export function rprocTriggerRecovery(rproc: Rproc): Promise<number> {
  return rproc.lock.guard(async () => {
    // It may have been stopped meanwhile.
    if (rproc.state !== 'crashed') return 0;
    rproc.err(`recovering ${rproc.name}`);
    return rproc.attachOnRecovery ? attachRecovery(rproc) : bootRecovery(rproc);
  });
}

/**
 * `rproc_boot_recovery()`: the file is read again, but neither checked nor parsed: table, carveouts, rings and boot address
 * are those of the first boot.
 */
async function bootRecovery(rproc: Rproc): Promise<number> {
  const stopped = await stopRproc(rproc, true);
  if (stopped < 0) return stopped;
  await (rproc.ops.coredump ?? rprocCoredump)(rproc);
  const fw = rproc.platform.firmware.request(rproc.firmware, rproc);
  if (typeof fw !== 'number') return startRproc(rproc, fw);
  rproc.err(`request_firmware failed: ${fw}`);
  return fw;
}

/** `rproc_attach_recovery()`: 6.12 cleans everything up in between. */
async function attachRecovery(rproc: Rproc): Promise<number> {
  const detached = await detachRproc(rproc);
  if (detached < 0) return detached;
  if (rproc.kernel.version !== '6.12') return attachRproc(rproc);
  releaseResources(rproc);
  return attachFromScratch(rproc);
}

/** `rproc_panic_handler()`: asks all running cores to get ready; ms that the panicking kernel waits for them. */
export function rprocPanic(all: readonly Rproc[]): number {
  const waits = all
    .filter(({ state }) => state === 'running' || state === 'attached')
    .map((rproc) => rproc.ops.panic?.(rproc) ?? 0);
  return Math.max(0, ...waits);
}

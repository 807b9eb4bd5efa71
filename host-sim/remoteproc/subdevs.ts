/** Subdevices: prepared and started in list order, stopped and unprepared in reverse (remoteproc_core.c). */
import type { Rproc, Subdev } from './rproc.js';

/** `rproc_add_subdev()`. */
export function addSubdev(rproc: Rproc, subdev: Subdev): void {
  rproc.subdevs.push(subdev);
}

/** `rproc_remove_subdev()`. */
export function removeSubdev(rproc: Rproc, subdev: Subdev): void {
  rproc.subdevs = rproc.subdevs.filter((one) => one !== subdev);
}

export function prepareSubdevs(rproc: Rproc): number {
  const prepared: Subdev[] = [];
  for (const subdev of rproc.subdevs) {
    const result = subdev.prepare?.() ?? 0;
    if (result < 0) {
      for (const done of prepared.reverse()) done.unprepare?.();
      return result;
    }
    prepared.push(subdev);
  }
  return 0;
}

export function startSubdevs(rproc: Rproc): number {
  const started: Subdev[] = [];
  for (const subdev of rproc.subdevs) {
    const result = subdev.start?.() ?? 0;
    if (result < 0) {
      for (const done of started.reverse()) done.stop?.(true);
      rproc.startedSubdevs.clear();
      return result;
    }
    started.push(subdev);
    rproc.startedSubdevs.add(subdev);
  }
  return 0;
}

/** 6.12 leaves out those that were never started, as after a recovery that failed half way. */
export function stopSubdevs(rproc: Rproc, crashed: boolean): void {
  const all = rproc.kernel.version !== '6.12';
  for (const subdev of [...rproc.subdevs].reverse()) {
    if (all || rproc.startedSubdevs.has(subdev)) subdev.stop?.(crashed);
  }
  rproc.startedSubdevs.clear();
}

export function unprepareSubdevs(rproc: Rproc): void {
  for (const subdev of [...rproc.subdevs].reverse()) subdev.unprepare?.();
}

/** Taking over a core that a boot loader started, and leaving it again: what the drivers of virtual boards do. */
import type { Mapping } from '../remoteproc/elf-loader.js';
import type { RprocOps } from '../remoteproc/rproc.js';

/** The core needs nothing for either; `installed` is the table that the boot loader loaded, if any. */
export function attachOps(
  installed: () => Mapping | undefined,
): Pick<RprocOps, 'attach' | 'detach' | 'getLoadedRscTable'> {
  return { attach: async () => 0, detach: async () => 0, getLoadedRscTable: installed };
}

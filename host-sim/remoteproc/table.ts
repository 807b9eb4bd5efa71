/** Which copy of the resource table is in effect: cached, loaded or attached (remoteproc_core.c). */
import { EINVAL } from '../errno.js';
import { elfFindLoadedTable, elfLoadTable, type Firmware, type Mapping } from './elf-loader.js';
import type { Rproc } from './rproc.js';

/** The default `parse_fw`: a missing table fails the boot. */
export function parseElfTable(rproc: Rproc, fw: Firmware): number {
  const table = elfLoadTable(fw, rproc);
  if (typeof table === 'number') return table;
  rproc.cachedTable = table;
  rproc.table = { bytes: () => table };
  return 0;
}

/** The default `find_loaded_rsc_table`: what the section's address leads to. What is wrong with it is told again. */
export function findElfTable(rproc: Rproc, fw: Firmware): Mapping | undefined {
  const least = rproc.cachedTable?.length ?? 0;
  // What is behind a shorter table is overwritten; where nothing is, Linux would write all the same.
  return elfFindLoadedTable(
    fw,
    (da, len) => rproc.daToVa(da, len) && rproc.daToVa(da, Math.max(len, least)),
    rproc,
  );
}

/**
 * The cached table is copied over the loaded one, which is in effect from then on. Linux copies the length of the cached
 * one, also when the file that a recovery read holds a shorter one.
 */
export function copyTable(rproc: Rproc, fw: Firmware): void {
  const loaded = (rproc.ops.findLoadedTable ?? findElfTable)(rproc, fw);
  if (!loaded) return;
  if (rproc.cachedTable) loaded.bytes().set(rproc.cachedTable);
  loaded.clean?.(0, rproc.cachedTable?.length ?? 0);
  rproc.table = loaded;
}

/** `rproc_set_rsc_table()`: the table of a core that runs already; having none is fine. */
export function setTable(rproc: Rproc): number {
  const table = rproc.ops.getLoadedRscTable?.(rproc);
  if (table === undefined) return 0;
  if (typeof table === 'number') {
    rproc.err(`can't load resource table: ${table}`);
    return table;
  }
  table.invalidate?.(0, table.bytes().length);
  rproc.cleanTable = rproc.ops.detach ? table.bytes().slice() : undefined;
  rproc.cachedTable = undefined;
  rproc.table = table;
  return 0;
}

/** `rproc_reset_rsc_table_on_stop()`: the remote-visible table goes with the core. */
export function resetTableOnStop(rproc: Rproc): void {
  if (!rproc.table) return;
  // Of an attached core there is no cached table yet.
  if (!rproc.cachedTable) {
    rproc.table.invalidate?.(0, rproc.table.bytes().length);
    rproc.cachedTable = rproc.table.bytes().slice();
    rproc.cleanTable = undefined;
  }
  const cached = rproc.cachedTable;
  rproc.table = { bytes: () => cached };
}

/** `rproc_reset_rsc_table_on_detach()`: the remote gets its table back as it was before Linux came. */
export function resetTableOnDetach(rproc: Rproc): number {
  if (!rproc.table) return 0;
  const { cleanTable } = rproc;
  if (!cleanTable) {
    // WARN_ON(); the real line also has CPU, PID and line number.
    const where = 'at drivers/remoteproc/remoteproc_core.c rproc_reset_rsc_table_on_detach';
    rproc.kernel.log.warn({ prefix: 'WARNING' }, where);
    return -EINVAL;
  }
  const { table } = rproc;
  const installed = table.bytes();
  table.invalidate?.(0, installed.length);
  const cached = installed.slice();
  rproc.cachedTable = cached;
  rproc.table = { bytes: () => cached };
  installed.set(cleanTable);
  rproc.cleanTable = undefined;
  table.clean?.(0, cleanTable.length);
  return 0;
}

export function dropTable(rproc: Rproc): void {
  rproc.cachedTable = undefined;
  rproc.table = undefined;
}

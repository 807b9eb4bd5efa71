/** Walks the resource table and registers what its entries ask for (remoteproc_core.c, `rproc_handle_resources`). */
import {
  FwRscCarveout,
  FwRscHdr,
  FwRscTrace,
  ResourceTable,
  RSC_CARVEOUT,
  RSC_DEVMEM,
  RSC_LAST,
  RSC_TRACE,
  RSC_VDEV,
  RSC_VENDOR_END,
  RSC_VENDOR_START,
} from '../../runtime/abi/resource-table.js';
import { u32 } from '../../runtime/abi/struct.js';
import { EINVAL, ENOMEM } from '../errno.js';
import { allocatedCarveout } from './carveouts.js';
import { coredumpCleanup } from './coredump.js';
import { checkCarveoutDa } from './mem-entry.js';
import type { Rproc } from './rproc.js';
import { handleVdev } from './rproc-virtio.js';

/**
 * All entries in table order: 0, or the first handler's errno. On 6.1 what the last handler answered, be it the 1 of a vendor
 * entry that nobody knows: callers take everything but 0 for a failure.
 */
export function handleResources(rproc: Rproc): number {
  const table = rproc.table?.bytes();
  if (!table) return 0;
  const { num } = ResourceTable.unpack(table);
  const view = new DataView(table.buffer as ArrayBuffer, table.byteOffset, table.length);
  // 6.1 computes what is left in a signed int and never looks at the lower bound.
  const lowest = rproc.kernel.version === '6.1' ? 0 : ResourceTable.size;
  let result = 0;
  for (let i = 0; i < num; i++) {
    const slot = ResourceTable.size + u32.size * i;
    // Nobody checks the number of entries of an attached table: Linux reads on behind it, here nothing is there.
    const offset = slot + u32.size > table.length ? 0xffffffff : u32.get(view, slot);
    if (offset < lowest || offset + FwRscHdr.size > table.length) {
      rproc.err('rsc table is truncated');
      return -EINVAL;
    }
    const { type } = FwRscHdr.unpack(table, offset);
    rproc.dbg(() => `rsc: type ${type | 0}`);
    const payload = offset + FwRscHdr.size;
    result = handleEntry(rproc, table, type, payload, result);
    if (result < 0) return result;
  }
  return rproc.kernel.version === '6.1' ? result : 0;
}

/** What the entry's handler answers; `before` where there is none. */
function handleEntry(rproc: Rproc, table: Uint8Array, type: number, at: number, before: number): number {
  const avail = table.length - at;
  if (type >= RSC_VENDOR_START && type <= RSC_VENDOR_END) {
    const result = rproc.ops.handleRsc?.(rproc, type, at, avail) ?? 1;
    if (result === 1) rproc.kernel.log.warn(rproc, `unsupported vendor resource ${type}`);
    return result;
  }
  if (type >= RSC_LAST) {
    rproc.kernel.log.warn(rproc, `unsupported resource ${type | 0}`);
    return before;
  }
  if (type === RSC_CARVEOUT) return handleCarveout(rproc, table, at, avail);
  if (type === RSC_DEVMEM) return handleDevmem(rproc, table, at, avail);
  if (type === RSC_TRACE) return handleTrace(rproc, table, at, avail);
  if (type === RSC_VDEV) return handleVdev(rproc, table, at, avail);
  return before;
}

function handleCarveout(rproc: Rproc, table: Uint8Array, at: number, avail: number): number {
  if (avail < FwRscCarveout.size) return refuse(rproc, 'carveout rsc is truncated');
  const rsc = FwRscCarveout.unpack(table, at);
  if (rsc.reserved !== 0) return refuse(rproc, 'carveout rsc has non zero reserved bytes');
  rproc.dbg(() => {
    const [da, pa, len, flags] = [rsc.da, rsc.pa, rsc.len, rsc.flags].map(hex);
    return `carveout rsc: name: ${rsc.name}, da ${da}, pa ${pa}, len ${len}, flags ${flags}`;
  });
  const known = rproc.findCarveoutByName(rsc.name);
  if (known) {
    if (known.rscOffset !== undefined) {
      rproc.err('Carveout already associated to resource table');
      return -ENOMEM;
    }
    if (checkCarveoutDa(known, rsc.da, rsc.len, (text) => rproc.err(text)) < 0) return -ENOMEM;
    known.rscOffset = at;
    known.flags = rsc.flags;
    return 0;
  }
  const entry = allocatedCarveout(rproc, rsc.name, rsc.da, rsc.len);
  entry.rscOffset = at;
  entry.flags = rsc.flags;
  rproc.carveouts.push(entry);
  return 0;
}

function handleDevmem(rproc: Rproc, table: Uint8Array, at: number, avail: number): number {
  if (!rproc.hasIommu) return -EINVAL;
  if (avail < FwRscCarveout.size) return refuse(rproc, 'devmem rsc is truncated');
  const rsc = FwRscCarveout.unpack(table, at);
  if (rsc.reserved !== 0) return refuse(rproc, 'devmem rsc has non zero reserved bytes');
  const mapped = rproc.iommu.map(rsc.da, rsc.pa, rsc.len);
  if (mapped < 0) {
    rproc.err(`failed to map devmem: ${mapped}`);
    return mapped;
  }
  rproc.mappings.push({ da: rsc.da, pa: rsc.pa, len: rsc.len });
  rproc.dbg(() => `mapped devmem pa ${hex(rsc.pa)}, da ${hex(rsc.da)}, len ${hex(rsc.len)}`);
  return 0;
}

function handleTrace(rproc: Rproc, table: Uint8Array, at: number, avail: number): number {
  if (avail < FwRscTrace.size) return refuse(rproc, 'trace rsc is truncated');
  const rsc = FwRscTrace.unpack(table, at);
  if (rsc.reserved !== 0) return refuse(rproc, 'trace rsc has non zero reserved bytes');
  const name = `trace${rproc.traces.length}`;
  rproc.traces.push({ name, da: rsc.da, len: rsc.len });
  rproc.dbg(() => `${name} added: da ${hex(rsc.da)}, len ${hex(rsc.len)}`);
  return 0;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

function refuse(rproc: Rproc, text: string): number {
  rproc.err(text);
  return -EINVAL;
}

/** `rproc_resource_cleanup()`: trace files, IOMMU mappings, carveouts, vdevs, dump segments. */
export function resourceCleanup(rproc: Rproc): void {
  rproc.traces = [];
  for (const { da, len } of rproc.mappings) rproc.iommu.unmap(da, len);
  rproc.mappings = [];
  for (const entry of rproc.carveouts) entry.release?.(entry);
  rproc.carveouts = [];
  for (const cleanup of rproc.vdevCleanups.reverse()) cleanup();
  rproc.vdevCleanups = [];
  coredumpCleanup(rproc);
}

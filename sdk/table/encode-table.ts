/** Turns declared resources into the bytes of `.resource_table` and the relocations in it. */
import {
  FW_RSC_ADDR_ANY,
  FwRscHdr,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  ResourceTable,
  RSC_TABLE_VERSION,
  RSC_TRACE,
  RSC_VDEV,
} from '../../runtime/abi/resource-table.js';
import { VIRTIO_RPMSG_F_NS } from '../../runtime/abi/rpmsg.js';
import { u32 } from '../../runtime/abi/struct.js';
import { VIRTIO_ID_RPMSG } from '../../runtime/abi/virtio.js';
import type { Resource, RpmsgVdevResource, TraceResource } from '../config/resources.js';
import { traceSymbol } from '../link/firmware-map.js';

/** A word that the linker fills in with the address of `symbol`. */
export interface TableRelocation {
  readonly offset: number;
  readonly symbol: string;
}

export interface EncodedTable {
  readonly bytes: Uint8Array;
  readonly relocations: readonly TableRelocation[];
}

interface Entry {
  readonly bytes: Uint8Array;
  /** Relative to the entry. */
  readonly relocations: readonly TableRelocation[];
}

/** Entries stand in the order of `resources`; every offset is a multiple of four. */
export function encodeTable(resources: readonly Resource[]): EncodedTable {
  const entries = resources.map((resource) =>
    resource.kind === 'trace' ? traceEntry(resource) : vdevEntry(resource),
  );
  const head = ResourceTable.size + u32.size * entries.length;
  const size = entries.reduce((sum, entry) => sum + entry.bytes.length, head);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  ResourceTable.set(view, 0, { ver: RSC_TABLE_VERSION, num: entries.length, reserved: [0, 0] });
  const relocations: TableRelocation[] = [];
  let at = head;
  for (const [i, entry] of entries.entries()) {
    u32.set(view, ResourceTable.size + u32.size * i, at);
    bytes.set(entry.bytes, at);
    for (const { offset, symbol } of entry.relocations) relocations.push({ offset: at + offset, symbol });
    at += entry.bytes.length;
  }
  return { bytes, relocations };
}

function traceEntry({ name, size }: TraceResource): Entry {
  return {
    bytes: concat(
      FwRscHdr.pack({ type: RSC_TRACE }),
      FwRscTrace.pack({ da: 0, len: size, reserved: 0, name }),
    ),
    relocations: [{ offset: FwRscHdr.size + FwRscTrace.offset.da, symbol: traceSymbol(name) }],
  };
}

function vdevEntry({ num, align, vringDa, nameService }: RpmsgVdevResource): Entry {
  const vdev = FwRscVdev.pack({
    id: VIRTIO_ID_RPMSG,
    notifyid: 0,
    dfeatures: nameService ? 1 << VIRTIO_RPMSG_F_NS : 0,
    gfeatures: 0,
    config_len: 0,
    status: 0,
    num_of_vrings: 2,
    reserved: new Uint8Array(2),
  });
  const vrings = [0, 1].map((i) =>
    FwRscVdevVring.pack({ da: vringDa?.[i] ?? FW_RSC_ADDR_ANY, align, num, notifyid: 0, pa: 0 }),
  );
  return { bytes: concat(FwRscHdr.pack({ type: RSC_VDEV }), vdev, ...vrings), relocations: [] };
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

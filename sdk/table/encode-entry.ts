/** One resource as an entry of the table: type word, payload, and the words that the linker fills in. */
import {
  FW_RSC_ADDR_ANY,
  FwRscCarveout,
  FwRscDevmem,
  FwRscHdr,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  RSC_CARVEOUT,
  RSC_DEVMEM,
  RSC_TRACE,
  RSC_VDEV,
} from '../../runtime/abi/resource-table.js';
import { VIRTIO_RPMSG_F_NS } from '../../runtime/abi/rpmsg.js';
import { VIRTIO_ID_RPMSG, VIRTIO_RING_F_EVENT_IDX } from '../../runtime/abi/virtio.js';
import {
  type AnyVdev,
  isLinkedAddress,
  type LinkedAddress,
  type Resource,
  type TraceResource,
  type VendorResource,
  vringsOf,
} from '../config/resources/index.js';
import { linkedSymbol, traceSymbol } from '../link/symbols.js';

/** A word that the linker sets to the address of `symbol` plus `addend`. */
export interface TableRelocation {
  readonly offset: number;
  readonly symbol: string;
  readonly addend: number;
}

export interface Entry {
  readonly bytes: Uint8Array;
  /** Offsets from the entry's start. */
  readonly relocations: readonly TableRelocation[];
}

export function encodeEntry(resource: Resource): Entry {
  switch (resource.kind) {
    case 'carveout': {
      const { da, size: len, flags, name } = resource;
      const fields = { da: word(da), pa: FW_RSC_ADDR_ANY, len, flags, reserved: 0, name };
      return entry(RSC_CARVEOUT, [FwRscCarveout.pack(fields)], link(FwRscCarveout.offset.da, da));
    }
    case 'devmem': {
      const { da, pa, size: len, flags, name } = resource;
      return entry(RSC_DEVMEM, [FwRscDevmem.pack({ da, pa, len, flags, reserved: 0, name })]);
    }
    case 'trace':
      return traceEntry(resource);
    case 'vdev':
      return vdevEntry(resource, resource.id, resource.features, resource.config);
    case 'rpmsgVdev':
      return vdevEntry(resource, VIRTIO_ID_RPMSG, [
        ...(resource.nameService ? [VIRTIO_RPMSG_F_NS] : []),
        ...(resource.eventIdx ? [VIRTIO_RING_F_EVENT_IDX] : []),
      ]);
    case 'vendor':
      return vendorEntry(resource);
    case 'raw':
      return { bytes: resource.bytes, relocations: [] };
  }
}

function traceEntry({ name, size, da }: TraceResource): Entry {
  const at = FwRscTrace.offset.da;
  const payload = FwRscTrace.pack({ da: typeof da === 'number' ? da : 0, len: size, reserved: 0, name });
  const own = { offset: FwRscHdr.size + at, symbol: traceSymbol(name), addend: 0 };
  return entry(RSC_TRACE, [payload], da === undefined ? [own] : link(at, da));
}

function vdevEntry(
  vdev: AnyVdev,
  id: number,
  features: readonly number[],
  config: Uint8Array = new Uint8Array(0),
): Entry {
  const vrings = vringsOf(vdev);
  const head = FwRscVdev.pack({
    id,
    notifyid: 0,
    dfeatures: features.reduce((bits, bit) => (bits | (1 << bit)) >>> 0, 0),
    gfeatures: 0,
    config_len: config.length,
    status: 0,
    num_of_vrings: vrings.length,
    reserved: new Uint8Array(2),
  });
  const rings = vrings.map(({ num, align, da }) =>
    FwRscVdevVring.pack({ da: word(da), align, num, notifyid: 0, pa: 0 }),
  );
  const links = vrings.flatMap(({ da }, i) => link(FwRscVdev.size + i * FwRscVdevVring.size, da));
  return entry(RSC_VDEV, [head, ...rings, config], links);
}

function vendorEntry({ type, payload, links }: VendorResource): Entry {
  return entry(
    type,
    [payload],
    links.flatMap(({ offset, address }) => link(offset, address)),
  );
}

function entry(
  type: number,
  payload: readonly Uint8Array[],
  relocations: readonly TableRelocation[] = [],
): Entry {
  return { bytes: Buffer.concat([FwRscHdr.pack({ type }), ...payload]), relocations };
}

/** The word in the file: "any" is all ones; what the linker fills in starts as 0. */
function word(da: number | LinkedAddress | undefined): number {
  if (da === undefined) return FW_RSC_ADDR_ANY;
  return isLinkedAddress(da) ? 0 : da;
}

/** `offset` counts from the payload's start. */
function link(offset: number, da: number | LinkedAddress | undefined): TableRelocation[] {
  if (!isLinkedAddress(da)) return [];
  return [{ offset: FwRscHdr.size + offset, symbol: linkedSymbol(da), addend: da.offset }];
}

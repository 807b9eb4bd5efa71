/**
 * The resource table, as `include/linux/remoteproc.h` (6.1, 6.12) and `include/linux/rsc_table.h`
 * (newer) declare it: a header, `num` u32 offsets from the table's start, then the entries. Each
 * entry is `fw_rsc_hdr` followed by the payload of its type.
 */
import { array, bytes, cstring, struct, type Unpacked, u8, u32 } from './struct.js';

export const ResourceTable = struct('resource_table', { ver: u32, num: u32, reserved: array(u32, 2) });
/** Type word in front of each payload. */
export const FwRscHdr = struct('fw_rsc_hdr', { type: u32 });

export const FwRscCarveout = struct('fw_rsc_carveout', {
  da: u32,
  pa: u32,
  len: u32,
  flags: u32,
  reserved: u32,
  name: cstring(32),
});

/** Same fields as a carveout, mapped through the IOMMU. */
export const FwRscDevmem = struct('fw_rsc_devmem', {
  da: u32,
  pa: u32,
  len: u32,
  flags: u32,
  reserved: u32,
  name: cstring(32),
});

export const FwRscTrace = struct('fw_rsc_trace', { da: u32, len: u32, reserved: u32, name: cstring(32) });

/** Followed by `num_of_vrings` vring entries and `config_len` bytes of config space. */
export const FwRscVdev = struct('fw_rsc_vdev', {
  id: u32,
  notifyid: u32,
  dfeatures: u32,
  gfeatures: u32,
  config_len: u32,
  status: u8,
  num_of_vrings: u8,
  reserved: bytes(2),
});

export const FwRscVdevVring = struct('fw_rsc_vdev_vring', {
  da: u32,
  align: u32,
  num: u32,
  notifyid: u32,
  pa: u32,
});

export type FwRscVdevValue = Unpacked<typeof FwRscVdev>;
export type FwRscVdevVringValue = Unpacked<typeof FwRscVdevVring>;

/** `enum fw_resource_type`. */
export const RSC_CARVEOUT = 0;
export const RSC_DEVMEM = 1;
export const RSC_TRACE = 2;
export const RSC_VDEV = 3;
/** First invalid standard type. */
export const RSC_LAST = 4;
export const RSC_VENDOR_START = 128;
export const RSC_VENDOR_END = 512;

export const RSC_TABLE_VERSION = 1;
/** "Any address": the host chooses. */
export const FW_RSC_ADDR_ANY = 0xffffffff;
/** Bytes of a resource name, its NUL included. */
export const RSC_NAME_SIZE = 32;
/** Linux handles two vrings in a vdev, no more (`RVDEV_NUM_VRINGS`). */
export const RVDEV_NUM_VRINGS = 2;

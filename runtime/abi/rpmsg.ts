/** rpmsg over virtio, from `include/linux/rpmsg.h` and `drivers/rpmsg/virtio_rpmsg_bus.c`. */
import { cstring, struct, u16, u32 } from './struct.js';

/** In front of every message; `len` counts the payload behind it. */
export const RpmsgHdr = struct('rpmsg_hdr', { src: u32, dst: u32, reserved: u32, len: u16, flags: u16 });
/** Payload of a message to the name service address. */
export const RpmsgNsMsg = struct('rpmsg_ns_msg', { name: cstring(32), addr: u32, flags: u32 });
/** The same in old stacks (TI's PRU library): with a description that nothing reads. */
export const RpmsgNsMsgDesc = struct('rpmsg_ns_msg_desc', {
  name: cstring(32),
  desc: cstring(32),
  addr: u32,
  flags: u32,
});

/** Feature bit number: the device announces its services by name. */
export const VIRTIO_RPMSG_F_NS = 0;
/** Address of the name service on both sides (53). */
export const RPMSG_NS_ADDR = 0x35;
/** Dynamic addresses begin here (1024); smaller ones are for predefined services. */
export const RPMSG_RESERVED_ADDRESSES = 0x400;
/** "No address yet": as `src` of an endpoint one is chosen, as `dst` the peer is learnt (`include/linux/rpmsg.h`). */
export const RPMSG_ADDR_ANY = 0xffffffff;
/** Bytes of a service name, its NUL included. */
export const RPMSG_NAME_SIZE = 32;
export const RPMSG_NS_CREATE = 0;
export const RPMSG_NS_DESTROY = 1;
/** Size of a buffer that Linux posts, header included. */
export const RPMSG_BUF_SIZE = 512;
/** Linux allocates at most this many buffers, both directions together. */
export const RPMSG_MAX_NUM_BUFS = 512;
/** A blocking send gives up after this long. */
export const RPMSG_SEND_TIMEOUT_MS = 15000;

/** Device ids, status bits and features, from `include/uapi/linux/virtio_ids.h` and `virtio_config.h`. */
export const VIRTIO_ID_CONSOLE = 3;
export const VIRTIO_ID_RPMSG = 7;
export const VIRTIO_ID_RPROC_SERIAL = 11;

export const VIRTIO_CONFIG_S_ACKNOWLEDGE = 1;
export const VIRTIO_CONFIG_S_DRIVER = 2;
export const VIRTIO_CONFIG_S_DRIVER_OK = 4;
export const VIRTIO_CONFIG_S_FEATURES_OK = 8;
export const VIRTIO_CONFIG_S_NEEDS_RESET = 0x40;
export const VIRTIO_CONFIG_S_FAILED = 0x80;

/** Feature bit numbers that the ring code knows (bits 24 to 31 fit a resource table). */
export const VIRTIO_F_NOTIFY_ON_EMPTY = 24;
export const VIRTIO_F_ANY_LAYOUT = 27;
export const VIRTIO_RING_F_INDIRECT_DESC = 28;
export const VIRTIO_RING_F_EVENT_IDX = 29;

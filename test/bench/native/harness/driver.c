/*
 * The host side of an rpmsg device: what drivers/rpmsg/virtio_rpmsg_bus.c and drivers/virtio/virtio_ring.c leave in
 * shared memory. Its ring code is none of what is measured.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#define RSC_VDEV 3u
#define VIRTIO_ID_RPMSG 7u
#define VIRTIO_RPMSG_F_NS 1u
#define STATUS_ACKNOWLEDGE_DRIVER_OK 7u
#define VRING_DESC_F_WRITE 2u
#define VRING_AVAIL_F_NO_INTERRUPT 1u
#define RPMSG_NS_ADDR 53u
#define HOST_ADDR 0x400u

struct rsc_vdev {
	uint32_t type, id, notifyid, dfeatures, gfeatures, config_len;
	uint8_t status, num_of_vrings, reserved[2];
};
struct rsc_vring {
	uint32_t da, align, num, notifyid, pa;
};
struct desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};
struct used_elem {
	uint32_t id, len;
};
struct rpmsg_hdr {
	uint32_t src, dst, reserved;
	uint16_t len, flags;
};
struct ns_msg {
	char name[32];
	uint32_t addr, flags;
};

struct ring {
	uint32_t num;
	struct desc *desc;
	volatile uint16_t *avail;
	const volatile uint16_t *used;
	const volatile struct used_elem *used_ring;
	uint16_t posted;
	uint16_t taken;
	uint8_t *buffers;
};

/* To the host, from the host: the order of the vrings in the table. */
static struct ring in, out;
static uint8_t *status;
/* Runs over all bytes of all messages, so that each one holds another text. */
static uint8_t fill;
static uint8_t expected;

static struct ring make_ring(struct ram *ram, const struct rsc_vring *entry, uint32_t buffers, uint16_t flags)
{
	uint32_t num = entry->num;
	uint32_t avail = num * (uint32_t)sizeof(struct desc);
	uint32_t used = (entry->da + avail + 6u + 2u * num + entry->align - 1u) / entry->align * entry->align - entry->da;
	uint32_t size = used + 6u + num * (uint32_t)sizeof(struct used_elem);
	uint8_t *at = ram_at(ram, entry->da, size);
	struct ring ring = {
		.num = num,
		.desc = (struct desc *)at,
		.avail = (uint16_t *)(at + avail),
		.used = (uint16_t *)(at + used),
		.used_ring = (struct used_elem *)(at + used + 4u),
		.buffers = ram_at(ram, buffers, num * RPMSG_BUFFER_SIZE),
	};

	memset(at, 0, size);
	for (uint32_t i = 0; i < num; i++) {
		ring.desc[i].addr = (uint64_t)buffers + i * RPMSG_BUFFER_SIZE - ram->da + ram->pa;
		ring.desc[i].len = RPMSG_BUFFER_SIZE;
		ring.desc[i].flags = flags;
	}
	return ring;
}

static struct rsc_vdev *find_vdev(struct ram *ram, const struct image *image)
{
	uint8_t *table = ram_at(ram, image->table_da, image->table_len);
	const uint32_t *words = (const uint32_t *)table;

	for (uint32_t i = 0; i < words[1]; i++) {
		struct rsc_vdev *vdev = (struct rsc_vdev *)(table + words[4u + i]);
		if (vdev->type == RSC_VDEV && vdev->id == VIRTIO_ID_RPMSG && vdev->num_of_vrings == 2)
			return vdev;
	}
	die("the resource table declares no rpmsg device");
}

void driver_prepare(struct ram *ram, const struct image *image, const struct driver_setup *setup)
{
	struct rsc_vdev *vdev = find_vdev(ram, image);
	struct rsc_vring *vrings = (struct rsc_vring *)(vdev + 1);

	for (int i = 0; i < 2; i++) {
		if (vrings[i].num > RPMSG_BUFFERS)
			die("vring of %u entries, at most %u are expected", vrings[i].num, RPMSG_BUFFERS);
		vrings[i].da = setup->vring_da[i];
	}
	in = make_ring(ram, &vrings[0], setup->buffers_da, VRING_DESC_F_WRITE);
	out = make_ring(ram, &vrings[1], setup->buffers_da + in.num * RPMSG_BUFFER_SIZE, 0);
	vdev->gfeatures = vdev->dfeatures & VIRTIO_RPMSG_F_NS;
	status = &vdev->status;
}

static void repost(uint16_t id)
{
	in.avail[2u + in.posted % in.num] = id;
	in.posted++;
	in.avail[1] = in.posted;
}

void driver_ok(void)
{
	for (uint16_t i = 0; i < in.num; i++)
		repost(i);
	/* rpmsg_probe() suppresses interrupts for sent buffers: virtqueue_disable_cb(vrp->svq). */
	out.avail[0] = VRING_AVAIL_F_NO_INTERRUPT;
	*status = STATUS_ACKNOWLEDGE_DRIVER_OK;
}

/* The next message from the remote; the caller reposts its buffer. */
static struct rpmsg_hdr *receive(uint16_t *id)
{
	const volatile struct used_elem *elem = &in.used_ring[in.taken % in.num];
	struct rpmsg_hdr *header = (struct rpmsg_hdr *)(in.buffers + elem->id % in.num * RPMSG_BUFFER_SIZE);

	if (elem->id >= in.num || elem->len != sizeof(*header) + header->len || elem->len > RPMSG_BUFFER_SIZE)
		die("used entry of buffer %u with %u bytes", elem->id, elem->len);
	*id = (uint16_t)elem->id;
	in.taken++;
	return header;
}

uint32_t driver_service(const char *name)
{
	uint32_t found = 0;
	uint16_t id;

	while (in.taken != in.used[1]) {
		struct rpmsg_hdr *header = receive(&id);
		struct ns_msg *message = (struct ns_msg *)(header + 1);
		if (header->dst != RPMSG_NS_ADDR || header->len != sizeof(*message))
			die("a message of %u bytes to %u before anything was sent", header->len, header->dst);
		if (strncmp(message->name, name, sizeof(message->name)) == 0)
			found = message->addr;
		repost(id);
	}
	if (found == 0)
		die("no service %s was announced", name);
	return found;
}

void driver_post(uint32_t dst, uint32_t size)
{
	uint32_t id = out.posted % out.num;
	struct rpmsg_hdr *header = (struct rpmsg_hdr *)(out.buffers + id * RPMSG_BUFFER_SIZE);
	uint8_t *data = (uint8_t *)(header + 1);

	if ((uint16_t)(out.posted - out.taken) >= out.num)
		die("no free buffer on the host");
	*header = (struct rpmsg_hdr){ .src = HOST_ADDR, .dst = dst, .len = (uint16_t)size };
	for (uint32_t i = 0; i < size; i++)
		data[i] = fill++;
	out.desc[id].len = (uint32_t)RPMSG_BUFFER_SIZE;
	out.avail[2u + id] = (uint16_t)id;
	out.posted++;
	out.avail[1] = out.posted;
}

void driver_collect(uint32_t posted, uint32_t replies, int echo)
{
	uint16_t id;

	if ((uint16_t)(out.used[1] - out.taken) != posted || (uint16_t)(in.used[1] - in.taken) != replies)
		die("the remote returned %u of %u buffers and sent %u of %u messages",
		    (uint16_t)(out.used[1] - out.taken), posted, (uint16_t)(in.used[1] - in.taken), replies);
	out.taken = out.used[1];
	for (uint32_t i = 0; i < replies; i++) {
		struct rpmsg_hdr *header = receive(&id);
		const uint8_t *data = (const uint8_t *)(header + 1);
		if (header->dst != HOST_ADDR)
			die("a message to %u", header->dst);
		for (uint32_t k = 0; echo && k < header->len; k++) {
			if (data[k] != expected++)
				die("an echo that is not what was sent");
		}
		repost(id);
	}
	if (echo && expected != fill)
		die("an echo is short");
}

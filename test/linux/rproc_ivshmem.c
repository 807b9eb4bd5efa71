// SPDX-License-Identifier: GPL-2.0
/*
 * A remote processor whose memory is the shared memory of a QEMU ivshmem-plain
 * device: a file of the machine outside, where another process is the remote.
 *
 * Layout of the memory, offsets from its end:
 *
 *	0x210000  1 MiB      pool for what has no address of its own
 *	0x110000  4 x 32 KiB vrings of vdev0 and vdev1
 *	0x0f0000  2 x 256 KiB rpmsg buffers of vdev0 and vdev1
 *	0x001000  4 KiB      mailbox, polled by both sides
 *
 * The start belongs to the image. Device addresses equal physical ones: the BAR
 * is put where the remote sees the memory.
 */

#include <linux/delay.h>
#include <linux/dma-map-ops.h>
#include <linux/elf.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/remoteproc.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/virtio_ring.h>

#include "remoteproc_internal.h"

#define IVSHMEM_VENDOR	0x1af4
#define IVSHMEM_DEVICE	0x1110
#define IVSHMEM_BAR	2

#define POOL_FROM_END	0x210000
#define POOL_SIZE	SZ_1M
#define VRINGS_FROM_END	0x110000
#define VRING_SIZE	SZ_32K
#define BUFFERS_FROM_END 0xf0000
#define BUFFER_SIZE	SZ_256K
#define MAILBOX_SIZE	SZ_4K

#define MB_MAGIC_VALUE	0x424d5052
#define MB_VERSION_VALUE 1
#define MB_ENTRIES	256

/* The mailbox, see the board's description. */
struct mailbox {
	u32 magic;
	u32 version;
	u32 host_state;
	u32 boot_seq;
	u64 boot_addr;
	u64 table_da;
	u32 table_len;
	u32 pad0;
	u64 da_base;
	u64 bar_pa;
	u64 bar_size;
	u32 remote_state;	/* 0x40 */
	u32 ack_seq;
	u32 attach_table_da;
	u32 attach_table_len;
	u32 crash;		/* 0x50 */
	u32 pad1[11];
	u32 h2r_head;		/* 0x80 */
	u32 h2r_dropped;
	u32 pad2[14];
	u32 h2r_tail;		/* 0xc0 */
	u32 pad3[15];
	u32 r2h_head;		/* 0x100 */
	u32 pad4[15];
	u32 r2h_tail;		/* 0x140 */
	u32 pad5[47];
	u32 h2r[MB_ENTRIES];	/* 0x200 */
	u32 r2h[MB_ENTRIES];	/* 0x600 */
};

enum host_state {
	HOST_OFFLINE,
	HOST_RUNNING,
	HOST_STOP_ASKED,
	HOST_ATTACHED,
	HOST_DETACHED,
};

#define STOP_TIMEOUT_US	(200 * USEC_PER_MSEC)
/* How long the mailbox is looked at without a pause after something was in it. */
#define SPIN_NS		(2 * NSEC_PER_MSEC)

/* Registered as running already: an outside boot loader has started the image. */
static bool attach;
module_param(attach, bool, 0444);

/* Device address of the first byte: boards differ. */
static uint da_base = 0x10000000;
module_param(da_base, uint, 0444);

struct ivshmem_rproc {
	struct rproc *rproc;
	void *mem;
	phys_addr_t pa;
	size_t size;
	struct mailbox *mailbox;
	struct task_struct *poller;
	spinlock_t kick_lock;	/* h2r has one writer at a time */
};

static void *at_da(struct ivshmem_rproc *priv, u64 da, size_t len)
{
	u64 offset = da - da_base;

	if (da < da_base || offset > priv->size || len > priv->size - offset)
		return NULL;
	return priv->mem + offset;
}

static int add_carveout(struct rproc *rproc, const char *name, u64 da, size_t len, bool mapped)
{
	struct ivshmem_rproc *priv = rproc->priv;
	struct rproc_mem_entry *mem;

	mem = rproc_mem_entry_init(rproc->dev.parent, mapped ? at_da(priv, da, len) : NULL,
				   (dma_addr_t)priv->pa + (da - da_base), len, da,
				   NULL, NULL, "%s", name);
	if (!mem)
		return -ENOMEM;
	rproc_add_carveout(rproc, mem);
	return 0;
}

/* The regions that are found by name; rpmsg maps its buffers itself. */
static int ivshmem_prepare(struct rproc *rproc)
{
	struct ivshmem_rproc *priv = rproc->priv;
	u64 end = da_base + priv->size;
	char name[16];
	int i, ret;

	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "vdev%dvring%d", i / 2, i % 2);
		ret = add_carveout(rproc, name, end - VRINGS_FROM_END + i * VRING_SIZE,
				   VRING_SIZE, true);
		if (ret)
			return ret;
	}
	for (i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "vdev%dbuffer", i);
		ret = add_carveout(rproc, name, end - BUFFERS_FROM_END + i * BUFFER_SIZE,
				   BUFFER_SIZE, false);
		if (ret)
			return ret;
	}
	return 0;
}

static void drop_carveout(struct rproc *rproc, const char *name)
{
	struct rproc_mem_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &rproc->carveouts, node) {
		if (strcmp(entry->name, name))
			continue;
		list_del(&entry->node);
		kfree(entry);
	}
}

/* A vring with an address in the memory lies there and not in the region of its name. */
static int place_vrings(struct rproc *rproc, int index, struct fw_rsc_vdev *rsc, size_t avail)
{
	struct ivshmem_rproc *priv = rproc->priv;
	char name[16];
	int i, ret;

	if (avail < sizeof(*rsc))
		return 0;
	avail -= sizeof(*rsc);
	for (i = 0; i < rsc->num_of_vrings; i++, avail -= sizeof(rsc->vring[0])) {
		struct fw_rsc_vdev_vring *vring = &rsc->vring[i];
		u64 size, used;

		if (avail < sizeof(*vring))
			return 0;
		if (vring->da == FW_RSC_ADDR_ANY || !vring->num || !vring->align)
			continue;
		/* vring_init() aligns by address, vring_size() by size: room for both. */
		used = vring->da + 16ull * vring->num + 2ull * (3 + vring->num);
		used = (used + vring->align - 1) & ~((u64)vring->align - 1);
		used += 2 * 3 + 8ull * vring->num - vring->da;
		size = PAGE_ALIGN(max_t(u64, used, vring_size(vring->num, vring->align)));
		if (!at_da(priv, vring->da, size))
			continue;
		snprintf(name, sizeof(name), "vdev%dvring%d", index, i);
		drop_carveout(rproc, name);
		ret = add_carveout(rproc, name, vring->da, size, true);
		if (ret)
			return ret;
	}
	return 0;
}

static int ivshmem_parse_fw(struct rproc *rproc, const struct firmware *fw)
{
	struct ivshmem_rproc *priv = rproc->priv;
	struct resource_table *table;
	int i, ret, vdevs = 0;

	ret = rproc_elf_load_rsc_table(rproc, fw);
	if (ret)
		return ret;

	table = rproc->table_ptr;
	for (i = 0; i < table->num; i++) {
		size_t at = table->offset[i];
		struct fw_rsc_hdr *hdr = (void *)table + at;
		size_t avail = rproc->table_sz - at - sizeof(*hdr);

		if (at + sizeof(*hdr) > rproc->table_sz)
			continue;
		if (hdr->type == RSC_VDEV) {
			ret = place_vrings(rproc, vdevs++, (void *)hdr->data, avail);
			if (ret)
				return ret;
		}
		if (hdr->type == RSC_CARVEOUT && avail >= sizeof(struct fw_rsc_carveout)) {
			struct fw_rsc_carveout *rsc = (void *)hdr->data;
			char name[sizeof(rsc->name)];

			strscpy(name, rsc->name, sizeof(name));
			if (rsc->da == FW_RSC_ADDR_ANY || !at_da(priv, rsc->da, rsc->len) ||
			    rproc_find_carveout_by_name(rproc, "%s", name))
				continue;
			ret = add_carveout(rproc, name, rsc->da, rsc->len, true);
			if (ret)
				return ret;
		}
	}
	return 0;
}

static void *ivshmem_da_to_va(struct rproc *rproc, u64 da, size_t len, bool *is_iomem)
{
	return at_da(rproc->priv, da, len);
}

/* A new life of the remote: it looks at everything else once boot_seq has changed. */
static void announce(struct rproc *rproc, enum host_state state)
{
	struct ivshmem_rproc *priv = rproc->priv;
	struct mailbox *mb = priv->mailbox;
	void *mem = priv->mem;
	void *table = rproc->table_ptr;

	WRITE_ONCE(mb->crash, 0);
	WRITE_ONCE(mb->h2r_head, 0);
	WRITE_ONCE(mb->h2r_tail, 0);
	WRITE_ONCE(mb->r2h_head, 0);
	WRITE_ONCE(mb->r2h_tail, 0);
	WRITE_ONCE(mb->h2r_dropped, 0);
	mb->boot_addr = rproc->bootaddr;
	if (table >= mem && table < mem + priv->size) {
		mb->table_da = da_base + (table - mem);
		mb->table_len = rproc->table_sz;
	} else {
		mb->table_da = 0;
		mb->table_len = 0;
	}
	WRITE_ONCE(mb->host_state, state);
	smp_store_release(&mb->boot_seq, mb->boot_seq + 1);
}

static int ivshmem_start(struct rproc *rproc)
{
	announce(rproc, HOST_RUNNING);
	return 0;
}

static int ivshmem_stop(struct rproc *rproc)
{
	struct ivshmem_rproc *priv = rproc->priv;
	u32 state;

	WRITE_ONCE(priv->mailbox->host_state, HOST_STOP_ASKED);
	/* A remote that does not answer is stopped all the same. */
	read_poll_timeout(READ_ONCE, state, !state, 50, STOP_TIMEOUT_US, false,
			  priv->mailbox->remote_state);
	WRITE_ONCE(priv->mailbox->host_state, HOST_OFFLINE);
	return 0;
}

static int ivshmem_attach(struct rproc *rproc)
{
	announce(rproc, HOST_ATTACHED);
	return 0;
}

static int ivshmem_detach(struct rproc *rproc)
{
	struct ivshmem_rproc *priv = rproc->priv;

	WRITE_ONCE(priv->mailbox->host_state, HOST_DETACHED);
	return 0;
}

static struct resource_table *ivshmem_get_loaded_rsc_table(struct rproc *rproc, size_t *size)
{
	struct ivshmem_rproc *priv = rproc->priv;
	u32 len = READ_ONCE(priv->mailbox->attach_table_len);

	*size = len;
	return len ? at_da(priv, READ_ONCE(priv->mailbox->attach_table_da), len) : NULL;
}

static void ivshmem_kick(struct rproc *rproc, int vqid)
{
	struct ivshmem_rproc *priv = rproc->priv;
	struct mailbox *mb = priv->mailbox;
	unsigned long flags;
	u32 head;

	spin_lock_irqsave(&priv->kick_lock, flags);
	head = mb->h2r_head;
	if (head - smp_load_acquire(&mb->h2r_tail) < MB_ENTRIES) {
		WRITE_ONCE(mb->h2r[head % MB_ENTRIES], vqid);
		smp_store_release(&mb->h2r_head, head + 1);
	} else {
		WRITE_ONCE(mb->h2r_dropped, mb->h2r_dropped + 1);
	}
	spin_unlock_irqrestore(&priv->kick_lock, flags);
}

static const struct rproc_ops ivshmem_ops = {
	.prepare = ivshmem_prepare,
	.start = ivshmem_start,
	.stop = ivshmem_stop,
	.attach = ivshmem_attach,
	.detach = ivshmem_detach,
	.kick = ivshmem_kick,
	.da_to_va = ivshmem_da_to_va,
	.get_loaded_rsc_table = ivshmem_get_loaded_rsc_table,
};

/* Takes what the remote has sent; true when there was anything. */
static bool take(struct ivshmem_rproc *priv)
{
	struct mailbox *mb = priv->mailbox;
	u32 tail = mb->r2h_tail, crash = READ_ONCE(mb->crash);
	bool any = false;

	while (smp_load_acquire(&mb->r2h_head) != tail) {
		u32 id = READ_ONCE(mb->r2h[tail % MB_ENTRIES]);

		smp_store_release(&mb->r2h_tail, ++tail);
		rproc_vq_interrupt(priv->rproc, id);
		any = true;
	}
	if (crash) {
		WRITE_ONCE(mb->crash, 0);
		rproc_report_crash(priv->rproc, crash - 1);
		any = true;
	}
	return any;
}

static int poll_mailbox(void *data)
{
	struct ivshmem_rproc *priv = data;
	u64 active = 0;

	while (!kthread_should_stop()) {
		u32 state = READ_ONCE(priv->mailbox->host_state);
		bool live = state == HOST_RUNNING || state == HOST_ATTACHED;

		if (live && take(priv))
			active = ktime_get_ns();
		/* cond_resched() leaves the processor to nobody of the same priority. */
		if (live && ktime_get_ns() - active < SPIN_NS)
			yield();
		else
			usleep_range(50, 100);
	}
	return 0;
}

static int ivshmem_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	struct ivshmem_rproc *priv;
	struct rproc *rproc;
	struct mailbox *mb;
	int ret;

	BUILD_BUG_ON(offsetof(struct mailbox, remote_state) != 0x40);
	BUILD_BUG_ON(offsetof(struct mailbox, r2h_tail) != 0x140);
	BUILD_BUG_ON(offsetof(struct mailbox, r2h) != 0x600);

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;

	rproc = devm_rproc_alloc(dev, "ivshmem", &ivshmem_ops, NULL, sizeof(*priv));
	if (!rproc)
		return -ENOMEM;
	/* The default loader's, with what has an address in the memory registered first. */
	rproc->ops->parse_fw = ivshmem_parse_fw;
	rproc->has_iommu = false;
	rproc->auto_boot = false;
	if (attach)
		rproc->state = RPROC_DETACHED;

	priv = rproc->priv;
	priv->rproc = rproc;
	priv->pa = pci_resource_start(pdev, IVSHMEM_BAR);
	priv->size = pci_resource_len(pdev, IVSHMEM_BAR);
	if (priv->pa != da_base || priv->size < SZ_4M)
		return dev_err_probe(dev, -EINVAL, "shared memory at %pa, %zu bytes\n",
				     &priv->pa, priv->size);
	/* As dma_declare_coherent_memory() maps parts of it: one kind of mapping for all. */
	priv->mem = devm_memremap(dev, priv->pa, priv->size, MEMREMAP_WC);
	if (IS_ERR(priv->mem))
		return PTR_ERR(priv->mem);
	spin_lock_init(&priv->kick_lock);
	ret = dma_declare_coherent_memory(dev, priv->pa + priv->size - POOL_FROM_END,
					  da_base + priv->size - POOL_FROM_END, POOL_SIZE);
	if (ret)
		return ret;

	mb = priv->mailbox = priv->mem + priv->size - MAILBOX_SIZE;
	mb->version = MB_VERSION_VALUE;
	mb->host_state = attach ? HOST_DETACHED : HOST_OFFLINE;
	mb->da_base = da_base;
	mb->bar_pa = priv->pa;
	mb->bar_size = priv->size;
	smp_store_release(&mb->magic, MB_MAGIC_VALUE);

	pci_set_drvdata(pdev, priv);
	priv->poller = kthread_run(poll_mailbox, priv, "ivshmem-mailbox");
	if (IS_ERR(priv->poller))
		return PTR_ERR(priv->poller);
	ret = rproc_add(rproc);
	if (ret)
		kthread_stop(priv->poller);
	return ret;
}

static void ivshmem_remove(struct pci_dev *pdev)
{
	struct ivshmem_rproc *priv = pci_get_drvdata(pdev);

	rproc_del(priv->rproc);
	kthread_stop(priv->poller);
	WRITE_ONCE(priv->mailbox->magic, 0);
	dma_release_coherent_memory(&pdev->dev);
}

static const struct pci_device_id ivshmem_ids[] = {
	{ PCI_DEVICE(IVSHMEM_VENDOR, IVSHMEM_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, ivshmem_ids);

/* Device addresses of the board are fixed: the BAR goes there before the kernel reads where it is. */
static void ivshmem_place(struct pci_dev *pdev)
{
	u16 command;

	pci_read_config_word(pdev, PCI_COMMAND, &command);
	pci_write_config_word(pdev, PCI_COMMAND, command & ~PCI_COMMAND_MEMORY);
	pci_write_config_dword(pdev, PCI_BASE_ADDRESS_2, da_base);
	pci_write_config_dword(pdev, PCI_BASE_ADDRESS_3, 0);
	pci_write_config_word(pdev, PCI_COMMAND, command);
}
DECLARE_PCI_FIXUP_EARLY(IVSHMEM_VENDOR, IVSHMEM_DEVICE, ivshmem_place);

static struct pci_driver ivshmem_driver = {
	.name = "rproc-ivshmem",
	.id_table = ivshmem_ids,
	.probe = ivshmem_probe,
	.remove = ivshmem_remove,
};
module_pci_driver(ivshmem_driver);

MODULE_DESCRIPTION("Remote processor in the shared memory of a QEMU ivshmem device");
MODULE_LICENSE("GPL");

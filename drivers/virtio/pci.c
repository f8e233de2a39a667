/* SPDX-License-Identifier: MIT */
/* pci.c - virtio over PCI, the modern layout only (virtio 1.2, 4.1). */
#include "drivers/pci/pci.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"
#include "drivers/io.h"
#include "drivers/virtio/virtio.h"
#include "kernel/irq.h"
#include "kernel/machine.h"

#define RESET_LOOKS 1000 /* at the status, until it is 0 */
#define CONFIG_LOOKS 4   /* until it does not change while it is read */
#define QUEUES 32        /* that we may use of one device */
#define NO_VECTOR 0xffff

/* 4.1.4: struct virtio_pci_cap, offsets. */
enum {
	CAP_LEN = 2,
	CAP_TYPE = 3,
	CAP_BAR = 4,
	CAP_OFFSET = 8,
	CAP_LENGTH = 12,
	CAP_MULTIPLIER = 16
};

struct pci_virtio {
	struct virtio base;
	struct pci_device pci;
	uint8_t *common, *notify, *config;
	uint32_t notify_len, config_len, multiplier;
	uint8_t *kick[QUEUES];
};

#define COMMON(field) offsetof(struct virtio_pci_common, field)

static struct pci_virtio *self(struct virtio *v)
{
	return container_of(v, struct pci_virtio, base);
}

static void set_status(struct virtio *v, uint8_t status)
{
	mmio_write8(self(v)->common + COMMON(device_status), status);
}

static uint8_t status(struct virtio *v)
{
	return mmio_read8(self(v)->common + COMMON(device_status));
}

static int pci_reset(struct virtio *v)
{
	unsigned looks = 0;

	set_status(v, 0);
	while (status(v) != 0)
		if (++looks > RESET_LOOKS)
			return -ETIMEDOUT;
	set_status(v, VIRTIO_ACKNOWLEDGE);
	set_status(v, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER);
	return 0;
}

static uint64_t pci_features(struct virtio *v)
{
	uint8_t *common = self(v)->common;
	uint64_t low;

	mmio_write32(common + COMMON(device_feature_select), 0);
	low = mmio_read32(common + COMMON(device_feature));
	mmio_write32(common + COMMON(device_feature_select), 1);
	return low | (uint64_t)mmio_read32(common + COMMON(device_feature)) << 32;
}

static int pci_accept(struct virtio *v, uint64_t features)
{
	uint8_t *common = self(v)->common;

	mmio_write32(common + COMMON(driver_feature_select), 0);
	mmio_write32(common + COMMON(driver_feature), (uint32_t)features);
	mmio_write32(common + COMMON(driver_feature_select), 1);
	mmio_write32(common + COMMON(driver_feature), (uint32_t)(features >> 32));
	set_status(v, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK);
	if (!(status(v) & VIRTIO_FEATURES_OK))
		return -ENOTSUP;
	mmio_write16(common + COMMON(config_msix_vector), NO_VECTOR);
	return 0;
}

static unsigned pci_queue_max(struct virtio *v, unsigned queue)
{
	uint8_t *common = self(v)->common;
	unsigned max;

	if (queue >= QUEUES || queue >= mmio_read16(common + COMMON(num_queues)))
		return 0;
	mmio_write16(common + COMMON(queue_select), (uint16_t)queue);
	max = mmio_read16(common + COMMON(queue_size));
	return max <= VIRTQ_SIZE_MAX ? max : 0;
}

static void set_address(uint8_t *low, const void *p)
{
	mmio_write32(low, (uint32_t)(uintptr_t)p);
	mmio_write32(low + 4, (uint32_t)((uintptr_t)p >> 32));
}

/* Where the queue is kicked: 4.1.4.4. NULL: not within what the device has. */
static uint8_t *kick_address(const struct pci_virtio *d)
{
	uint64_t off = mmio_read16(d->common + COMMON(queue_notify_off));

	off *= d->multiplier;
	return off % 2 == 0 && off + 2 <= d->notify_len ? d->notify + off : NULL;
}

static int pci_queue_set(struct virtio *v, unsigned queue, const struct virtq *q)
{
	struct pci_virtio *d = self(v);
	uint8_t *common = d->common;

	mmio_write16(common + COMMON(queue_select), (uint16_t)queue);
	if (mmio_read16(common + COMMON(queue_enable)) != 0)
		return -EBUSY;
	d->kick[queue] = kick_address(d);
	if (!d->kick[queue])
		return -EPROTO;
	mmio_write16(common + COMMON(queue_msix_vector), 0);
	if (mmio_read16(common + COMMON(queue_msix_vector)) == NO_VECTOR)
		return -ENOSPC;
	mmio_write16(common + COMMON(queue_size), (uint16_t)q->size);
	set_address(common + COMMON(queue_desc_lo), q->desc);
	set_address(common + COMMON(queue_driver_lo), q->avail);
	set_address(common + COMMON(queue_device_lo), q->used);
	mmio_write16(common + COMMON(queue_enable), 1);
	return 0;
}

static int pci_start(struct virtio *v)
{
	set_status(v, status(v) | VIRTIO_DRIVER_OK);
	return status(v) & VIRTIO_NEEDS_RESET ? -EIO : 0;
}

static void pci_config(struct virtio *v, void *p, size_t n)
{
	const struct pci_virtio *d = self(v);
	uint8_t generation, *to = p;

	memset(p, 0, n);
	for (unsigned looks = 0; looks < CONFIG_LOOKS; looks++) {
		generation = mmio_read8(d->common + COMMON(config_generation));
		for (size_t i = 0; i < n && i < d->config_len; i++)
			to[i] = mmio_read8(d->config + i);
		if (mmio_read8(d->common + COMMON(config_generation)) == generation)
			return;
	}
}

static void pci_kick(struct virtio *v, unsigned queue)
{
	mmio_write16(self(v)->kick[queue], (uint16_t)queue);
}

static const struct virtio_ops pci_ops = {
	.name = "virtio-pci",
	.reset = pci_reset,
	.features = pci_features,
	.accept = pci_accept,
	.queue_max = pci_queue_max,
	.queue_set = pci_queue_set,
	.start = pci_start,
	.config = pci_config,
	.kick = pci_kick,
};

static unsigned cap_len(uint8_t type)
{
	return type == VIRTIO_PCI_CAP_NOTIFY ? CAP_MULTIPLIER + 4 : CAP_MULTIPLIER;
}

/* The structure of that type, of at least `least' bytes, mapped. NULL: there is none. */
static uint8_t *structure(struct pci_virtio *d, uint8_t type, uint32_t least, uint32_t *len)
{
	const struct pci_device *p = &d->pci;
	unsigned at = 0;

	for (unsigned i = 0; i < 48; i++) {
		uint8_t *mapped;

		at = pci_capability(p, PCI_CAP_VENDOR, at);
		if (at == 0 || at > 256 - (CAP_MULTIPLIER + 4))
			return NULL;
		if (pci_read8(p, at + CAP_TYPE) != type ||
		    pci_read8(p, at + CAP_LEN) < cap_len(type))
			continue;
		*len = pci_read32(p, at + CAP_LENGTH);
		mapped = pci_bar(&d->pci, pci_read8(p, at + CAP_BAR),
				 pci_read32(p, at + CAP_OFFSET), *len);
		if (type == VIRTIO_PCI_CAP_NOTIFY)
			d->multiplier = pci_read32(p, at + CAP_MULTIPLIER);
		if (mapped && *len >= least)
			return mapped;
	}
	return NULL;
}

static const char *open_device(struct pci_virtio *d)
{
	uint32_t len;

	d->common = structure(d, VIRTIO_PCI_CAP_COMMON, sizeof(struct virtio_pci_common), &len);
	d->notify = structure(d, VIRTIO_PCI_CAP_NOTIFY, 2, &d->notify_len);
	d->config = structure(d, VIRTIO_PCI_CAP_DEVICE, 1, &d->config_len);
	if (!d->common || !d->notify)
		return "it has no registers of virtio 1.0 within reach (set disable-legacy=on)";
	if (!d->config)
		d->config_len = 0;
	pci_enable(&d->pci);
	if (!pci_msix(&d->pci, IRQ_MSI_ADDRESS, IRQ_MSI_DATA))
		return "it has no MSI-X interrupts (set vectors=2 or more)";
	return NULL;
}

/* Transitional devices have numbers of their own for what they are: 4.1.2.1. */
static uint32_t device_id(const struct pci_device *p)
{
	switch (p->device) {
	case 0x1000:
		return VIRTIO_ID_NET;
	case 0x1003:
		return VIRTIO_ID_CONSOLE;
	default:
		return p->device > VIRTIO_PCI_DEVICE_BASE && p->device < 0x1080
			       ? p->device - VIRTIO_PCI_DEVICE_BASE
			       : 0;
	}
}

static void found(void *arg, const struct pci_device *p)
{
	struct pci_virtio *d;
	const char *wrong;

	(void)arg;
	if (p->vendor != VIRTIO_PCI_VENDOR || device_id(p) == 0)
		return;
	d = calloc(1, sizeof(*d));
	if (!d)
		return;
	d->base.ops = &pci_ops;
	d->base.id = device_id(p);
	d->pci = *p;
	snprintf(d->base.where, sizeof(d->base.where), "PCI device %02x.%u", p->slot, p->function);
	wrong = open_device(d);
	if (wrong)
		kprint("%s: %s", d->base.where, wrong);
	if (wrong || !virtio_found(&d->base))
		free(d);
}

void virtio_pci_init(void)
{
	pci_scan(found, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * page.c - the devices of our own monitor: all that a handshake would say is in a page of memory
 * (abi/monitor.h), and one port write makes the queues valid.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi/monitor.h"
#include "base/list.h"
#include "drivers/io.h"
#include "drivers/virtio/virtio.h"
#include "kernel/machine.h"

struct page_device {
	struct virtio base;
	struct monitor_device *shared;
	unsigned number;
	unsigned nqueues;
	uint64_t offered;
	uint16_t max[MONITOR_QUEUES]; /* the guest's sizes take the place of the host's */
	union {
		struct virtio_net_config net;
		struct virtio_console_config console;
	} config;
};

static struct page_device *self(struct virtio *v)
{
	return container_of(v, struct page_device, base);
}

static void attach(const struct page_device *d)
{
	port_write8(MONITOR_PORT_ATTACH, (uint8_t)d->number);
}

static int page_reset(struct virtio *v)
{
	struct page_device *d = self(v);
	bool used = false;

	for (unsigned i = 0; i < d->nqueues; i++) {
		used |= d->shared->queue[i].desc != 0;
		d->shared->queue[i] = (struct monitor_queue){ .size = 0 };
	}
	if (used)
		attach(d);
	return 0;
}

static uint64_t page_features(struct virtio *v)
{
	return self(v)->offered;
}

static int page_accept(struct virtio *v, uint64_t features)
{
	self(v)->shared->features = features;
	return 0;
}

static unsigned page_queue_max(struct virtio *v, unsigned queue)
{
	const struct page_device *d = self(v);

	return queue < d->nqueues && d->max[queue] <= VIRTQ_SIZE_MAX ? d->max[queue] : 0;
}

static int page_queue_set(struct virtio *v, unsigned queue, const struct virtq *q)
{
	self(v)->shared->queue[queue] = (struct monitor_queue){
		.desc = (uintptr_t)q->desc,
		.driver = (uintptr_t)q->avail,
		.device = (uintptr_t)q->used,
		.size = (uint16_t)q->size,
	};
	return 0;
}

static int page_start(struct virtio *v)
{
	attach(self(v));
	return 0;
}

static void page_config(struct virtio *v, void *p, size_t n)
{
	const struct page_device *d = self(v);

	memset(p, 0, n);
	memcpy(p, &d->config, n < sizeof(d->config) ? n : sizeof(d->config));
}

static void page_kick(struct virtio *v, unsigned queue)
{
	port_write8((uint16_t)(MONITOR_PORT_KICK + self(v)->number * 8 + queue), 0);
}

static const struct virtio_ops page_ops = {
	.name = "virtio-page",
	.reset = page_reset,
	.features = page_features,
	.accept = page_accept,
	.queue_max = page_queue_max,
	.queue_set = page_queue_set,
	.start = page_start,
	.config = page_config,
	.kick = page_kick,
};

/* What a device would have in its configuration space. */
static void read_config(struct page_device *d)
{
	const struct monitor_device *m = d->shared;

	if (d->base.id == VIRTIO_ID_NET) {
		memcpy(d->config.net.mac, m->mac, sizeof(m->mac));
		d->config.net.mtu = READ_ONCE(m->mtu);
		d->offered |= VIRTIO_NET_F_MAC | VIRTIO_NET_F_MTU;
	} else {
		d->config.console.max_ports = d->nqueues < 4 ? 1 : (d->nqueues - 2) / 2;
	}
}

static struct page_device *read_device(struct monitor_device *m, unsigned number)
{
	struct page_device *d = calloc(1, sizeof(*d));
	uint32_t nqueues = READ_ONCE(m->nqueues);

	if (!d)
		return NULL;
	d->base.ops = &page_ops;
	d->base.id = READ_ONCE(m->id);
	d->shared = m;
	d->number = number;
	d->nqueues = nqueues < MONITOR_QUEUES ? nqueues : MONITOR_QUEUES;
	d->offered = READ_ONCE(m->features);
	for (unsigned i = 0; i < d->nqueues; i++)
		d->max[i] = READ_ONCE(m->queue[i].size);
	memcpy(d->base.name, m->name, sizeof(m->name));
	d->base.name[sizeof(m->name) - 1] = '\0';
	snprintf(d->base.where, sizeof(d->base.where), "device %u of the monitor", number);
	read_config(d);
	return d;
}

void virtio_page_init(struct monitor_page *page)
{
	uint32_t n = READ_ONCE(page->ndevices), version = READ_ONCE(page->version);

	if (page->magic != MONITOR_MAGIC || version != MONITOR_VERSION || n > MONITOR_DEVICES) {
		kprint("The monitor's page is of version %u with %u devices: use the monitor of "
		       "this release",
		       version, n);
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		struct page_device *d = read_device(&page->device[i], i);

		if (!d || !virtio_found(&d->base))
			free(d);
	}
}

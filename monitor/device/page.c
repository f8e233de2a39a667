/* SPDX-License-Identifier: MIT */
/* page.c - devices in the page. The guest writes there at any time: each field is read once. */
#include "monitor/device/page.h"

#include <stdio.h>
#include <string.h>

#include "base/bits.h"

#define NEEDED (VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX)

void page_offer(struct monitor_page *page, const struct device *d, const char *name,
		const uint8_t mac[6], uint16_t mtu)
{
	struct monitor_device *to = &page->device[d->number];

	to->id = d->id;
	to->nqueues = d->nqueues;
	to->features = d->offered;
	to->mtu = mtu;
	memcpy(to->mac, mac, sizeof(to->mac));
	snprintf(to->name, sizeof(to->name), "%s", name);
	for (unsigned i = 0; i < d->nqueues; i++)
		to->queue[i].size = d->queue_max;
}

static bool open_queue(struct device *d, unsigned i, const struct monitor_queue *from,
		       const struct memory *m)
{
	struct virtqueue *q = &d->queue[i];
	uint16_t size = READ_ONCE(from->size);

	if (size == 0)
		return true;
	if (size > d->queue_max) {
		snprintf(q->why, sizeof(q->why), "size %u: more than the %u that were offered",
			 size, d->queue_max);
		return false;
	}
	return virtqueue_open(q, m, size, READ_ONCE(from->desc), READ_ONCE(from->driver),
			      READ_ONCE(from->device));
}

static void detach(struct device *d)
{
	if (d->attached && d->ops->detach)
		d->ops->detach(d);
	d->attached = false;
	memset(d->queue, 0, sizeof(d->queue));
}

static bool open_queues(struct device *d, const struct monitor_device *from, const struct memory *m,
			char *why, size_t n)
{
	for (unsigned i = 0; i < d->nqueues; i++) {
		if (!open_queue(d, i, &from->queue[i], m)) {
			snprintf(why, n, "queue %u of %s: %s", i, d->label, d->queue[i].why);
			return false;
		}
		d->attached |= d->queue[i].size != 0;
	}
	return true;
}

bool page_attach(struct monitor_page *page, struct device *d, const struct memory *m, char *why,
		 size_t n)
{
	const struct monitor_device *from = &page->device[d->number];
	uint64_t features = READ_ONCE(from->features);

	detach(d);
	if ((features & ~d->offered) || (features & NEEDED) != NEEDED) {
		snprintf(why, n, "features 0x%llx of %s: offered are 0x%llx, needed 0x%llx",
			 (unsigned long long)features, d->label, (unsigned long long)d->offered,
			 (unsigned long long)NEEDED);
		return false;
	}
	if (!open_queues(d, from, m, why, n))
		return false;
	d->features = features;
	if (d->attached && d->ops->attach)
		d->ops->attach(d);
	return true;
}

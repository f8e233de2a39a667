/* SPDX-License-Identifier: MIT */
/*
 * device.h - a virtio device, apart from its transport (page.h) and from what runs it (io.h).
 *
 * All of a device's functions run on the I/O thread, which calls run() again and again while it
 * returns true, and arm() before it sleeps.
 */
#ifndef MONITOR_DEVICE_DEVICE_H
#define MONITOR_DEVICE_DEVICE_H

#include "monitor/device/virtqueue.h"

struct device;

struct device_ops {
	/* One of the descriptors that it watches has something. */
	void (*ready)(struct device *);
	/* The guest has chosen features and its queues are open. NULL: nothing to do. */
	void (*attach)(struct device *);
	/* The guest takes the queues away; after it they are closed. NULL: nothing to do. */
	void (*detach)(struct device *);
	/* Moves what there is to be moved, up to a few hundred pieces. True when it moved any. */
	bool (*run)(struct device *);
	/* Asks for kicks. True when there is something to do already. */
	bool (*arm)(struct device *);
	/* The machine ends: the last output. NULL: nothing to do. */
	void (*finish)(struct device *);
};

struct device {
	const struct device_ops *ops;
	char label[12];            /* "net0", "console" */
	unsigned number;           /* in the page */
	uint32_t id;               /* enum of virtio: VIRTIO_ID_... */
	uint64_t offered, features;
	unsigned nqueues;
	uint16_t queue_max;        /* the largest size of a queue */
	struct virtqueue queue[MONITOR_QUEUES];
	bool attached;
	int kick;                  /* eventfd */
	int epoll;                 /* of whoever calls ready() */
	struct wake *wake;    /* of the guest that waits */
};

/* From now on ready() is called when there is something new at the descriptor. */
void device_watch(struct device *, int fd);
/* Shows the guest what was pushed, and wakes it when it wants that. */
void device_publish(struct device *, unsigned queue);
/* The queue that is broken, or NULL. */
const struct virtqueue *device_broken(const struct device *);
/* The guest's chain cannot be right: breaks the queue. */
void device_bad_chain(struct device *, unsigned queue, const struct chain *, const char *why);

#endif

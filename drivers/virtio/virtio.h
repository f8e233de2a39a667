/* SPDX-License-Identifier: MIT */
/*
 * virtio.h - virtio devices: how they are found and reached (the transports), and set up.
 *
 * A transport finds devices, each a struct virtio in one of its own, and hands them to
 * virtio_found; the drivers reach the device through its operations. Only kick and acknowledge are
 * used once it runs.
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_H
#define DRIVERS_VIRTIO_VIRTIO_H

#include <stddef.h>

#include "drivers/virtio/queue.h"

struct monitor_page;

/* Find the devices of a transport, and add their interfaces and channels. */
void virtio_page_init(struct monitor_page *);
void virtio_mmio_init(void); /* those that the command line names: virtio_mmio.device=SIZE@BASE:IRQ */
void virtio_pci_init(void);

struct virtio;

struct virtio_ops { /* those that return an int: 0, or -errno */
	const char *name;
	int (*reset)(struct virtio *); /* afterwards the device knows that there is a driver */
	uint64_t (*features)(struct virtio *);
	int (*accept)(struct virtio *, uint64_t features);
	unsigned (*queue_max)(struct virtio *, unsigned queue); /* 0: there is no such queue */
	int (*queue_set)(struct virtio *, unsigned queue, const struct virtq *);
	int (*start)(struct virtio *);
	void (*config)(struct virtio *, void *p, size_t n); /* the first n bytes; zeros behind */
	void (*kick)(struct virtio *, unsigned queue);
	/* Takes back a level interrupt. Before the queues are armed and looked at again. NULL: the
	 * transport has none. */
	void (*acknowledge)(struct virtio *);
};

#define VIRTIO_WHERE 32

struct virtio {
	const struct virtio_ops *ops;
	uint32_t id;              /* VIRTIO_ID_ */
	char where[VIRTIO_WHERE]; /* for messages */
	char name[16];            /* that the host gave to it; may be empty */
	uint64_t features;        /* that both sides know */
};

/* Starts a driver for the device. False, with a message: there is none, or it did not start. The
 * device is the driver's then, or the caller's. */
bool virtio_found(struct virtio *);

static inline bool virtio_has(const struct virtio *v, uint64_t feature)
{
	return v->features & feature;
}

/* --- for drivers; these print what is wrong --- */

struct virtio_queue {
	struct virtq q;
	unsigned index; /* the device's number of it */
};

/* Resets the device and settles the features: of the wanted ones those that it offers. */
int virtio_negotiate(struct virtio *, uint64_t wanted);
/* Makes a queue of at most size buffers. */
int virtio_queue_init(struct virtio *, struct virtio_queue *, unsigned index, unsigned size);
int virtio_start(struct virtio *);
/* Resets the device; it starts with the same features and empty queues. */
int virtio_restart(struct virtio *, struct virtio_queue *const *, unsigned n);
/* Nothing more of this device: resets it, and its queues' buffers are lost ones. */
void virtio_stop(struct virtio *, struct virtio_queue *const *, unsigned n);

/* Publishes, and kicks when that is wanted: true. */
bool virtio_flush(struct virtio *, struct virtio_queue *);

int virtio_net_init(struct virtio *);
int virtio_console_init(struct virtio *);

#endif

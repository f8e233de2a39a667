/* SPDX-License-Identifier: MIT */
/*
 * virtqueue.h - the device's side of a split virtqueue (virtio 1.2, 2.7) with event index.
 *
 * The ring is in memory that the guest changes as it likes: each value is read once, checked, and
 * then used. What cannot be right breaks the queue: it stays so, and says why.
 */
#ifndef MONITOR_DEVICE_VIRTQUEUE_H
#define MONITOR_DEVICE_VIRTQUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "abi/virtio.h"
#include "monitor/memory.h"

#define CHAIN_MAX 64 /* descriptors of a chain */

struct virtqueue {
	const struct memory *memory;
	struct virtq_desc *desc;
	struct virtq_avail *avail;
	struct virtq_used *used;
	uint16_t size;       /* 0: not in use */
	uint16_t last_avail; /* the next chain to take */
	uint16_t used_idx;   /* the next place for a used one */
	uint16_t published;  /* used_idx as the guest knows it */
	bool broken;
	char why[120];       /* of what is broken */
};

/* Buffers of the guest: first what it sends, then what it wants to have filled. */
struct chain {
	uint16_t head;
	uint16_t nout, nin;
	uint32_t out_bytes, in_bytes;
	struct iovec iov[CHAIN_MAX]; /* [nout], then [nin] */
};

/* The parts are where the guest says. False, and broken, when they cannot be there. */
bool virtqueue_open(struct virtqueue *, const struct memory *, uint16_t size, uint64_t desc,
		    uint64_t driver, uint64_t device);

/* Takes the next chain. False: there is none now, or the queue is broken. */
bool virtqueue_pop(struct virtqueue *, struct chain *);
/* Gives the chain that was taken last back to be taken again. */
static inline void virtqueue_unpop(struct virtqueue *q)
{
	q->last_avail--;
}

/* The chain is done, with `written' bytes in its buffers; the guest sees it after publish. */
void virtqueue_push(struct virtqueue *, uint16_t head, uint32_t written);
/* True when the guest asked to be woken for what it sees now. */
bool virtqueue_publish(struct virtqueue *);

/* Asks for a kick at the next chain. True when there is one already. */
bool virtqueue_arm(struct virtqueue *);

/* Copies between a buffer and the chain's bytes from offset on. Returns bytes copied, up to n. */
uint32_t chain_read(const struct chain *, uint32_t offset, void *to, uint32_t n);
uint32_t chain_write(const struct chain *, uint32_t offset, const void *from, uint32_t n);

#endif

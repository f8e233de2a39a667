/* SPDX-License-Identifier: MIT */
/*
 * queue.h - the driver's side of a split virtqueue (virtio 1.2, 2.7) whose buffers are one
 * descriptor each.
 *
 * What the device writes is read once and checked against our own records, which are not in the
 * memory that it shares. Once it has written what cannot be, `broken' says what, and nothing more
 * comes out of the queue.
 *
 * Loops over many buffers work on a copy of the struct in a local variable, and write it back at
 * the end: then it stays in registers.
 */
#ifndef DRIVERS_VIRTIO_QUEUE_H
#define DRIVERS_VIRTIO_QUEUE_H

#include <stdbool.h>

#include "abi/virtio.h"
#include "base/bits.h"

struct virtq_slot { /* our record of a descriptor */
	void *token;
	uint8_t *data;
	uint32_t size; /* the buffer's, while the device has it; else 0 */
	uint32_t lost; /* it was the device's when that was reset */
	uint64_t pad;  /* twice a descriptor: one offset finds both */
};

struct virtq {
	struct virtq_desc *desc;
	struct virtq_avail *avail;
	struct virtq_used *used;
	struct virtq_slot *slot;
	uint16_t *free;      /* ring of descriptors, from next to tail */
	uint32_t size, mask;
	uint16_t next, tail; /* free-running, as the following: next is that of avail, too */
	uint16_t seen;       /* of used */
	uint16_t told;       /* what next was when we last looked whether to kick */
	uint16_t nlost;
	bool event_idx;
	const char *broken;
};

/* Size is a power of two. -ENOMEM. */
int virtq_init(struct virtq *q, unsigned size, bool event_idx);
void virtq_fini(struct virtq *q);

/* How many buffers can be added. */
static inline unsigned virtq_room(const struct virtq *q)
{
	return (uint16_t)(q->tail - q->next);
}

/* How many the device has. */
static inline unsigned virtq_outstanding(const struct virtq *q)
{
	return (uint16_t)(q->next - q->seen);
}

/* Adds a buffer of size > 0 bytes; there is room. VIRTQ_DESC_WRITE: the device writes it. */
static inline void virtq_add(struct virtq *q, void *token, uint8_t *data, uint32_t size,
			     uint16_t flags)
{
	uint32_t at = q->next & q->mask;
	size_t id = q->free[at], offset = id * sizeof(struct virtq_desc);
	struct virtq_slot *slot = (struct virtq_slot *)(void *)((uint8_t *)q->slot + 2 * offset);
	uint8_t *d = (uint8_t *)q->desc + offset;
	uint64_t addr = (uintptr_t)data, len_flags = size | (uint64_t)flags << 32;

	slot->token = token;
	slot->data = data;
	slot->size = size;
	memcpy(d, &addr, sizeof(addr));
	memcpy(d + 8, &len_flags, sizeof(len_flags));
	/* A device that works in order leaves each id at its place: then this line of the cache
	 * stays shared between both sides. */
	if (READ_ONCE(q->avail->ring[at]) != id)
		WRITE_ONCE(q->avail->ring[at], (uint16_t)id);
	q->next++;
}

/* Lets the device see what was added. */
static inline void virtq_publish(const struct virtq *q)
{
	__atomic_store_n(&q->avail->idx, q->next, __ATOMIC_RELEASE);
}

/* Does the device want to be told of what was published since the last call? */
bool virtq_kick_wanted(struct virtq *q);

/* Is there perhaps something to take? */
static inline bool virtq_pending(const struct virtq *q)
{
	return __atomic_load_n(&q->used->idx, __ATOMIC_ACQUIRE) != q->seen;
}

/* How many can be taken. 0 when the queue is broken. */
static inline unsigned virtq_waiting(struct virtq *q)
{
	unsigned n = (uint16_t)(__atomic_load_n(&q->used->idx, __ATOMIC_ACQUIRE) - q->seen);

	if (LIKELY(n <= virtq_outstanding(q) && !q->broken))
		return n;
	if (!q->broken)
		q->broken = "the device says it used more buffers than it has";
	return 0;
}

static inline void virtq_taken(struct virtq *q, struct virtq_slot *slot, uint32_t id)
{
	slot->size = 0;
	q->free[q->tail & q->mask] = (uint16_t)id;
	q->tail++;
	q->seen++;
}

/*
 * The next buffer that the device has written, at least one byte and at most its size; something is
 * waiting. The slot holds what was given until the next add. NULL: the queue is broken now.
 */
static inline struct virtq_slot *virtq_take_written(struct virtq *q, uint32_t *len)
{
	const struct virtq_used_elem *u = &q->used->ring[q->seen & q->mask];
	uint32_t id = READ_ONCE(u->id), n = READ_ONCE(u->len);
	struct virtq_slot *slot = &q->slot[id];

	/* A slot that the device does not have is of size 0: no n passes. */
	if (UNLIKELY(id > q->mask || n - 1 >= slot->size)) {
		q->broken = id > q->mask || slot->size == 0
				    ? "the device used a buffer that it does not have"
				    : "the device used more of a buffer than there is, or nothing";
		return NULL;
	}
	virtq_taken(q, slot, id);
	*len = n;
	return slot;
}

/* The next buffer that the device has read; likewise. */
static inline struct virtq_slot *virtq_take_read(struct virtq *q)
{
	uint32_t id = READ_ONCE(q->used->ring[q->seen & q->mask].id);
	struct virtq_slot *slot = &q->slot[id];

	if (UNLIKELY(id > q->mask || slot->size == 0)) {
		q->broken = "the device used a buffer that it does not have";
		return NULL;
	}
	virtq_taken(q, slot, id);
	return slot;
}

/* Undoes the last take that is not undone, nothing was added since. */
static inline void virtq_untake(struct virtq *q, uint32_t size)
{
	q->seen--;
	q->tail--;
	q->slot[q->free[q->tail & q->mask]].size = size;
}

/* Asks for an interrupt when more than `after' buffers can be taken. True: they can already. */
bool virtq_arm(struct virtq *q, unsigned after);
/* Wants no more interrupts (one may still come). */
void virtq_disarm(struct virtq *q);

/* For a device that was reset, or is not to be believed: the queue is as new, and what the device
 * had is lost: its tokens come out of virtq_take_lost, and until then take up room. */
void virtq_reset(struct virtq *q);
unsigned virtq_take_lost(struct virtq *q, void **token, unsigned max);

#endif

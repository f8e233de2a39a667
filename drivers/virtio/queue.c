/* SPDX-License-Identifier: MIT */
/* queue.c - setting up virtqueues, telling the device, being told. */
#include "drivers/virtio/queue.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/memory.h"

#define LINE 64U /* of the cache: what one side writes lies apart from what the other writes */

static size_t line(size_t n)
{
	return (n + LINE - 1) & ~(size_t)(LINE - 1);
}

static size_t avail_at(unsigned size)
{
	return line(size * sizeof(struct virtq_desc));
}

static size_t used_at(unsigned size)
{
	return avail_at(size) + line(VIRTQ_AVAIL_BYTES(size));
}

static size_t pages(unsigned size)
{
	return (used_at(size) + VIRTQ_USED_BYTES(size) + PAGE_SIZE - 1) / PAGE_SIZE;
}

int virtq_init(struct virtq *q, unsigned size, bool event_idx)
{
	uint8_t *p = page_alloc(pages(size));

	*q = (struct virtq){ .size = size, .mask = size - 1, .event_idx = event_idx };
	q->slot = calloc(size, sizeof(*q->slot));
	q->free = calloc(size, sizeof(*q->free));
	q->desc = (struct virtq_desc *)(void *)p;
	if (!p || !q->slot || !q->free) {
		virtq_fini(q);
		return -ENOMEM;
	}
	q->avail = (struct virtq_avail *)(void *)(p + avail_at(size));
	q->used = (struct virtq_used *)(void *)(p + used_at(size));
	virtq_reset(q);
	return 0;
}

void virtq_fini(struct virtq *q)
{
	if (q->desc)
		page_free(q->desc, pages(q->size));
	free(q->slot);
	free(q->free);
	*q = (struct virtq){ .size = 0 };
}

/* 2.7.10: behind the ring that the device writes. */
static uint16_t avail_event(const struct virtq *q)
{
	const uint16_t *p = (const uint16_t *)(const void *)&q->used->ring[q->size];

	return READ_ONCE(*p);
}

static uint16_t *used_event(const struct virtq *q)
{
	return &q->avail->ring[q->size];
}

bool virtq_kick_wanted(struct virtq *q)
{
	uint16_t old = q->told;

	if (q->next == old || q->broken)
		return false;
	q->told = q->next;
	/* The index must be visible before the device's wish is read: it may be about to sleep. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (q->event_idx)
		return virtq_need_event(avail_event(q), q->next, old);
	return !(READ_ONCE(q->used->flags) & VIRTQ_USED_NO_NOTIFY);
}

bool virtq_arm(struct virtq *q, unsigned after)
{
	if (q->event_idx)
		WRITE_ONCE(*used_event(q), (uint16_t)(q->seen + after));
	else
		WRITE_ONCE(q->avail->flags, 0);
	/* The device may have used buffers before it could see that; look once more. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return (uint16_t)(READ_ONCE(q->used->idx) - q->seen) > after;
}

void virtq_disarm(struct virtq *q)
{
	/* With an event index the last one was passed, or will be once more. */
	if (!q->event_idx)
		WRITE_ONCE(q->avail->flags, VIRTQ_AVAIL_NO_INTERRUPT);
}

void virtq_reset(struct virtq *q)
{
	memset(q->desc, 0, avail_at(q->size));
	memset(q->avail, 0, VIRTQ_AVAIL_BYTES(q->size));
	memset(q->used, 0, VIRTQ_USED_BYTES(q->size));
	q->next = q->tail = q->seen = q->told = q->nlost = 0;
	q->broken = NULL;
	for (unsigned i = 0; i < q->size; i++) {
		struct virtq_slot *slot = &q->slot[i];

		slot->lost |= slot->size > 0;
		slot->size = 0;
		if (slot->lost)
			q->nlost++;
		else
			q->free[q->tail++] = (uint16_t)i;
	}
	/* So that no interrupt comes before virtq_arm asks for one. */
	WRITE_ONCE(*used_event(q), UINT16_MAX);
	virtq_disarm(q);
}

unsigned virtq_take_lost(struct virtq *q, void **token, unsigned max)
{
	unsigned n = 0;

	for (unsigned i = 0; i < q->size && n < max && q->nlost > 0; i++) {
		struct virtq_slot *slot = &q->slot[i];

		if (!slot->lost)
			continue;
		slot->lost = 0;
		token[n++] = slot->token;
		q->nlost--;
		q->free[q->tail++ & q->mask] = (uint16_t)i;
	}
	return n;
}

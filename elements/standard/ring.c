/* SPDX-License-Identifier: MIT */
/* ring.c - a bounded first-in first-out ring of packets. */
#include "elements/standard/ring.h"

#define RING_MAX (1U << 26) /* far more than packets can exist */

bool ring_init(struct ring *r, struct pool *pool, uint32_t capacity)
{
	uint32_t slots = 1;

	memset(r, 0, sizeof(*r));
	if (capacity > RING_MAX)
		return false;
	while (slots < capacity)
		slots *= 2;
	r->slot = pool_try(pool, slots * sizeof(r->slot[0]));
	if (!r->slot)
		return false;
	r->mask = slots - 1;
	r->capacity = capacity;
	return true;
}

void ring_fini(struct ring *r)
{
	if (!r->slot)
		return;
	ring_cut(r, 0, true);
	pool_release(r->slot);
	r->slot = NULL;
}

unsigned ring_put(struct ring *r, struct batch *b)
{
	uint32_t tail = r->tail, at = tail & r->mask;
	uint32_t room = r->capacity - (tail - __atomic_load_n(&r->head, __ATOMIC_ACQUIRE));
	uint32_t n = b->n < room ? b->n : room, first = r->mask + 1 - at;

	if (first > n)
		first = n;
	memcpy(r->slot + at, b->pkt, first * sizeof(b->pkt[0]));
	memcpy(r->slot, b->pkt + first, (n - first) * sizeof(b->pkt[0]));
	__atomic_store_n(&r->tail, tail + n, __ATOMIC_RELEASE);
	b->n -= n;
	if (b->n)
		memmove(b->pkt, b->pkt + n, b->n * sizeof(b->pkt[0]));
	return n;
}

unsigned ring_get(struct ring *r, struct batch *b, unsigned max)
{
	uint32_t head = r->head, at = head & r->mask;
	uint32_t length = __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) - head;
	uint32_t n = max < length ? max : length, first = r->mask + 1 - at;
	struct packet **to = b->pkt + b->n;

	if (first > n)
		first = n;
	memcpy(to, r->slot + at, first * sizeof(to[0]));
	memcpy(to + first, r->slot, (n - first) * sizeof(to[0]));
	__atomic_store_n(&r->head, head + n, __ATOMIC_RELEASE);
	b->n += n;
	return n;
}

void ring_put_front(struct ring *r, struct packet *p)
{
	r->slot[(r->head - 1) & r->mask] = p;
	__atomic_store_n(&r->head, r->head - 1, __ATOMIC_RELEASE);
}

struct packet *ring_get_back(struct ring *r)
{
	__atomic_store_n(&r->tail, r->tail - 1, __ATOMIC_RELEASE);
	return r->slot[r->tail & r->mask];
}

static struct packet *get_front(struct ring *r)
{
	struct packet *p = r->slot[r->head & r->mask];

	__atomic_store_n(&r->head, r->head + 1, __ATOMIC_RELEASE);
	return p;
}

void ring_cut(struct ring *r, uint32_t n, bool oldest)
{
	while (ring_length(r) > n)
		packet_drop(oldest ? get_front(r) : ring_get_back(r));
}

void ring_move(struct ring *from, struct ring *to)
{
	struct batch b;

	for (;;) {
		b.n = 0;
		if (!ring_get(from, &b, BATCH_MAX))
			break;
		ring_put(to, &b);
	}
}

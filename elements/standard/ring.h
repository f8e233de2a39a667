/* SPDX-License-Identifier: MIT */
/*
 * ring.h - a bounded first-in first-out ring of packets.
 *
 * One thread may put while one other gets, without locks: tail is the putting thread's, head the
 * getting one's, each published with release and looked at with acquire by the other. Both run
 * freely and are taken modulo the number of slots, so tail - head is the length. Any other
 * function needs both sides to itself.
 */
#ifndef ELEMENTS_STANDARD_RING_H
#define ELEMENTS_STANDARD_RING_H

#include "base/pool.h"
#include "engine/packet.h"

struct ring {
	struct packet **slot; /* [mask + 1] */
	uint32_t mask, capacity;
	char pad0[48]; /* head and tail each in a cache line of their own */
	uint32_t tail;
	char pad1[60];
	uint32_t head;
	char pad2[60];
};

/* An empty ring in pool; false: no memory. */
bool ring_init(struct ring *, struct pool *pool, uint32_t capacity) MUST_CHECK;
void ring_fini(struct ring *); /* drops what is in it */

/* From any thread. Head first: a tail from before it would make the length negative. */
static inline uint32_t ring_length(const struct ring *r)
{
	uint32_t head = __atomic_load_n(&r->head, __ATOMIC_ACQUIRE);

	return __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) - head;
}

/* Puts as many packets from the front of b as fit, and takes them off it. How many. */
unsigned ring_put(struct ring *, struct batch *b);

/* Appends up to max packets to b, which has the room. How many. */
unsigned ring_get(struct ring *, struct batch *b, unsigned max);

/* At the other ends; the ring must not be full, or empty. */
void ring_put_front(struct ring *, struct packet *);
struct packet *ring_get_back(struct ring *);

/* Drops the oldest (newest) packets until at most n are left. */
void ring_cut(struct ring *, uint32_t n, bool oldest);

/* Moves all packets of from to to, which has the room. */
void ring_move(struct ring *from, struct ring *to);

#endif

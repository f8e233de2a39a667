/* SPDX-License-Identifier: MIT */
/*
 * flow_map.h - from a flow's addresses and ports to a number: open addressing, keys inline.
 *
 * Four slots are a bucket and a cache line. A key is in its bucket, at best in its own slot there,
 * or, when its bucket and all up to there are full, in one behind. Who can choose the keys cannot
 * choose their places: the hash is seeded.
 */
#ifndef ELEMENTS_IP_FLOW_MAP_H
#define ELEMENTS_IP_FLOW_MAP_H

#include "base/bits.h"
#include "elements/ip/chain_order.h"
#include "engine/element.h"

struct flow_slot {
	struct flow_id id;
	uint32_t ref; /* 0: free */
};

#define FLOW_BUCKET 4U
_Static_assert(FLOW_BUCKET * sizeof(struct flow_slot) == 64, "a bucket is a cache line");

struct flow_map {
	struct flow_slot *slot; /* [mask + 1], on a cache line */
	uint32_t mask, n;
	uint64_t seed[2];
	struct chain_order order; /* of `table' handlers */
};

static inline struct flow_id flow_id_reverse(const struct flow_id *id)
{
	return (struct flow_id){ id->daddr, id->saddr, id->dport, id->sport };
}

static inline bool flow_id_eq(const struct flow_id *a, const struct flow_id *b)
{
	return load64(a) == load64(b) && load32(&a->sport) == load32(&b->sport);
}

static inline uint32_t flow_map_hash(const struct flow_map *m, const struct flow_id *id)
{
	unsigned __int128 product = (unsigned __int128)(load64(id) ^ m->seed[0]) *
				    (load32(&id->sport) ^ m->seed[1]);

	return (uint32_t)((uint64_t)product ^ (uint64_t)(product >> 64));
}

/* Where a key is most often. */
static inline const struct flow_slot *flow_map_slot(const struct flow_map *m, uint32_t hash)
{
	return &m->slot[hash & m->mask];
}

/* The other slots of its bucket, i from 1 to FLOW_BUCKET - 1. */
static inline const struct flow_slot *flow_slot_next(const struct flow_slot *s, unsigned i)
{
	return (const struct flow_slot *)((uintptr_t)s ^ i * sizeof(*s));
}

/* The reference stored for id in the bucket of slot s. 0: none. */
static inline uint32_t flow_bucket_get(const struct flow_slot *s, const struct flow_id *id)
{
	if (LIKELY(flow_id_eq(&s->id, id)) && s->ref != 0)
		return s->ref;
	for (unsigned i = 1; i < FLOW_BUCKET; i++) {
		const struct flow_slot *other = flow_slot_next(s, i);

		if (flow_id_eq(&other->id, id) && other->ref != 0)
			return other->ref;
	}
	return 0;
}

/* The reference stored for id; 0: none. */
uint32_t flow_map_get(const struct flow_map *m, const struct flow_id *id);

bool flow_map_init(struct flow_map *, struct element *) MUST_CHECK; /* false: no memory */
void flow_map_fini(struct flow_map *);

/* Makes room for n more. False, and nothing changed, when there is no memory. */
bool flow_map_reserve(struct flow_map *, uint32_t n) MUST_CHECK;
/* id is not there, and there is room for it. */
void flow_map_add(struct flow_map *, const struct flow_id *, uint32_t ref);
/* Removes id when it is stored with that reference. */
void flow_map_remove(struct flow_map *, const struct flow_id *, uint32_t ref);
/* Once both entries of the flow with that sequence number are in. */
void flow_map_stored(struct flow_map *, uint64_t sequence);

#endif

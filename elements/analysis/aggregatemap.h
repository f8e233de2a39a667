/* SPDX-License-Identifier: MIT */
/*
 * aggregatemap.h - from an aggregate to a 64-bit value: open addressing, grows as needed. The
 * hash is seeded: who chooses aggregates cannot choose their places.
 */
#ifndef ELEMENTS_ANALYSIS_AGGREGATEMAP_H
#define ELEMENTS_ANALYSIS_AGGREGATEMAP_H

#include "base/hash.h"
#include "engine/element.h"

struct aggregate_slot {
	uint64_t value;
	uint32_t aggregate;
	bool used;
};

struct aggregate_map { /* all zero, and a seed: empty */
	struct aggregate_slot *slot;
	size_t n, mask;
	uint32_t seed;
};

static inline void aggregate_map_init(struct aggregate_map *m, const struct element *e)
{
	*m = (struct aggregate_map){ .seed = random_u32(e) };
}

static inline uint64_t *aggregate_map_find(const struct aggregate_map *m, uint32_t aggregate)
{
	size_t i;

	if (!m->slot)
		return NULL;
	for (i = hash_u32(aggregate ^ m->seed) & m->mask; m->slot[i].used; i = (i + 1) & m->mask)
		if (m->slot[i].aggregate == aggregate)
			return &m->slot[i].value;
	return NULL;
}

/* The same; a new one begins with 0. NULL: no memory. */
uint64_t *aggregate_map_get(struct aggregate_map *m, uint32_t aggregate);
void aggregate_map_remove(struct aggregate_map *m, uint32_t aggregate);
void aggregate_map_clear(struct aggregate_map *m); /* empties it and frees its memory */
/* The slots in use, by aggregate; to be freed. NULL: none, or no memory. */
struct aggregate_slot *aggregate_map_sorted(const struct aggregate_map *m);

#endif

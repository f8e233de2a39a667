/* SPDX-License-Identifier: MIT */
/* flow_map.c - the table of flow keys: growing, removing. */
#include "elements/ip/flow_map.h"

#include <stdlib.h>

#define SLOTS_MIN 64U
#define SLOTS_MAX (1U << 30)

static struct flow_slot *make_slots(uint32_t n)
{
	struct flow_slot *slot = aligned_alloc(64, n * sizeof(*slot));

	if (slot)
		memset(slot, 0, n * sizeof(*slot));
	return slot;
}

bool flow_map_init(struct flow_map *m, struct element *e)
{
	m->slot = make_slots(SLOTS_MIN);
	if (!m->slot)
		return false;
	m->mask = SLOTS_MIN - 1;
	m->n = 0;
	chain_order_init(&m->order, 1);
	for (unsigned i = 0; i < 2; i++)
		m->seed[i] = (uint64_t)random_u32(e) << 32 | random_u32(e);
	return true;
}

void flow_map_fini(struct flow_map *m)
{
	free(m->slot);
	m->slot = NULL;
}

/* Slot i of the order in which a key's places are tried. */
static struct flow_slot *probe(const struct flow_map *m, uint32_t hash, uint32_t i)
{
	return &m->slot[((hash + (i & ~(FLOW_BUCKET - 1))) ^ i % FLOW_BUCKET) & m->mask];
}

uint32_t flow_map_get(const struct flow_map *m, const struct flow_id *id)
{
	uint32_t hash = flow_map_hash(m, id), ref;
	bool full;

	do {
		const struct flow_slot *s = flow_map_slot(m, hash);

		ref = flow_bucket_get(s, id);
		full = s->ref != 0;
		for (unsigned i = 1; i < FLOW_BUCKET; i++)
			full &= flow_slot_next(s, i)->ref != 0;
		hash += FLOW_BUCKET;
	} while (ref == 0 && full);
	return ref;
}

static void place(struct flow_map *m, const struct flow_id *id, uint32_t ref)
{
	uint32_t hash = flow_map_hash(m, id), i = 0;
	struct flow_slot *s;

	do
		s = probe(m, hash, i++);
	while (s->ref != 0);
	s->id = *id;
	s->ref = ref;
}

static bool resize(struct flow_map *m, uint32_t slots)
{
	struct flow_slot *old = m->slot, *slot = make_slots(slots);
	uint32_t old_mask = m->mask;

	if (!slot)
		return false;
	m->slot = slot;
	m->mask = slots - 1;
	for (uint64_t i = 0; i <= old_mask; i++)
		if (old[i].ref != 0)
			place(m, &old[i].id, old[i].ref);
	free(old);
	return true;
}

/* Grows at half full; without memory it goes on to seven eighths. */
bool flow_map_reserve(struct flow_map *m, uint32_t n)
{
	uint64_t want = (uint64_t)m->n + n, slots = (uint64_t)m->mask + 1;

	if (want * 2 <= slots)
		return true;
	if (slots < SLOTS_MAX && resize(m, (uint32_t)slots * 2))
		return true;
	return want * 8 <= slots * 7;
}

void flow_map_add(struct flow_map *m, const struct flow_id *id, uint32_t ref)
{
	place(m, id, ref);
	m->n++;
}

/* The entry of bucket b that had to pass bucket hole; NULL: there is none. */
static struct flow_slot *find_passed(struct flow_map *m, uint32_t b, uint32_t hole, bool *full)
{
	uint32_t mask = m->mask / FLOW_BUCKET, home;
	struct flow_slot *s = &m->slot[b * FLOW_BUCKET];

	*full = true;
	for (unsigned i = 0; i < FLOW_BUCKET; i++) {
		if (s[i].ref == 0) {
			*full = false;
			continue;
		}
		home = (flow_map_hash(m, &s[i].id) & m->mask) / FLOW_BUCKET;
		if (((b - home) & mask) >= ((b - hole) & mask))
			return &s[i];
	}
	return NULL;
}

/* s has become free: entries that are further on because its bucket was full come back. */
static void fill_hole(struct flow_map *m, struct flow_slot *s)
{
	uint32_t mask = m->mask / FLOW_BUCKET;
	uint32_t hole = (uint32_t)(s - m->slot) / FLOW_BUCKET, b = hole;
	bool full = true;

	for (unsigned i = 0; i < FLOW_BUCKET; i++)
		full &= &m->slot[hole * FLOW_BUCKET + i] == s ||
			m->slot[hole * FLOW_BUCKET + i].ref != 0;
	while (full) {
		struct flow_slot *passed;

		b = (b + 1) & mask;
		if (b == hole)
			break;
		passed = find_passed(m, b, hole, &full);
		if (!passed)
			continue;
		*s = *passed;
		s = passed;
		hole = b;
		full = true; /* it was, or nothing lies behind */
	}
	s->ref = 0;
}

void flow_map_remove(struct flow_map *m, const struct flow_id *id, uint32_t ref)
{
	uint32_t hash = flow_map_hash(m, id);
	struct flow_slot *s;
	uint32_t i = 0;

	if (flow_map_get(m, id) != ref)
		return;
	do
		s = probe(m, hash, i++);
	while (s->ref != ref || !flow_id_eq(&s->id, id));
	fill_hole(m, s);
	m->n--;
}

void flow_map_stored(struct flow_map *m, uint64_t sequence)
{
	if (m->n > 2 * (uint64_t)m->order.buckets)
		chain_order_grow(&m->order, sequence);
}

/* SPDX-License-Identifier: MIT */
/* aggregatemap.c - from an aggregate to a 64-bit value. */
#include "elements/analysis/aggregatemap.h"

#include <stdlib.h>

#define SLOTS_MIN 64U

static struct aggregate_slot *place(const struct aggregate_map *m, uint32_t aggregate)
{
	size_t i = hash_u32(aggregate ^ m->seed) & m->mask;

	while (m->slot[i].used && m->slot[i].aggregate != aggregate)
		i = (i + 1) & m->mask;
	return &m->slot[i];
}

static bool grow(struct aggregate_map *m)
{
	struct aggregate_map old = *m;
	size_t slots = old.slot ? (old.mask + 1) * 2 : SLOTS_MIN;

	m->slot = calloc(slots, sizeof(*m->slot));
	if (!m->slot) {
		m->slot = old.slot;
		return false;
	}
	m->mask = slots - 1;
	for (size_t i = 0; old.slot && i <= old.mask; i++)
		if (old.slot[i].used)
			*place(m, old.slot[i].aggregate) = old.slot[i];
	free(old.slot);
	return true;
}

uint64_t *aggregate_map_get(struct aggregate_map *m, uint32_t aggregate)
{
	uint64_t *value = aggregate_map_find(m, aggregate);
	struct aggregate_slot *s;

	if (value)
		return value;
	if ((!m->slot || m->n >= (m->mask + 1) / 4 * 3) && !grow(m))
		return NULL;
	s = place(m, aggregate);
	*s = (struct aggregate_slot){ .aggregate = aggregate, .used = true };
	m->n++;
	return &s->value;
}

/* Closes the gap: those behind it that do not stand in their own place move up. */
void aggregate_map_remove(struct aggregate_map *m, uint32_t aggregate)
{
	size_t gap, i;

	if (!aggregate_map_find(m, aggregate))
		return;
	gap = (size_t)(place(m, aggregate) - m->slot);
	for (i = (gap + 1) & m->mask; m->slot[i].used; i = (i + 1) & m->mask) {
		size_t home = hash_u32(m->slot[i].aggregate ^ m->seed) & m->mask;

		if (((i - home) & m->mask) >= ((i - gap) & m->mask)) {
			m->slot[gap] = m->slot[i];
			gap = i;
		}
	}
	m->slot[gap].used = false;
	m->n--;
}

void aggregate_map_clear(struct aggregate_map *m)
{
	free(m->slot);
	m->slot = NULL;
	m->n = m->mask = 0;
}

static int by_aggregate(const void *a, const void *b)
{
	const struct aggregate_slot *x = a, *y = b;

	return x->aggregate < y->aggregate ? -1 : x->aggregate > y->aggregate;
}

struct aggregate_slot *aggregate_map_sorted(const struct aggregate_map *m)
{
	struct aggregate_slot *v = m->n ? malloc(m->n * sizeof(*v)) : NULL;
	size_t n = 0;

	if (!v)
		return NULL;
	for (size_t i = 0; i <= m->mask; i++)
		if (m->slot[i].used)
			v[n++] = m->slot[i];
	qsort(v, n, sizeof(*v), by_aggregate);
	return v;
}

/* SPDX-License-Identifier: MIT */
/* hash.c - hashing of bytes, and a map with linear probing. */
#include "base/hash.h"

#include <stdlib.h>

#include "base/bits.h"

struct map_slot {
	struct str key;
	void *value; /* NULL: the slot is free */
	uint64_t hash;
};

uint64_t hash_bytes(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint64_t h = 0x9e3779b97f4a7c15ULL ^ n, last = 0;

	for (; n >= 8; n -= 8, b += 8)
		h = hash_u64(h ^ load64(b)) + n;
	if (n)
		memcpy(&last, b, n);
	return hash_u64(h ^ last);
}

/* The slot of the key, or the free slot where it would go. There is always a free one. */
static struct map_slot *find(const struct map *m, struct str key, uint64_t hash)
{
	size_t i = hash & m->mask;

	while (m->slot[i].value && (m->slot[i].hash != hash || !str_eq(m->slot[i].key, key)))
		i = (i + 1) & m->mask;
	return &m->slot[i];
}

static void grow(struct map *m)
{
	struct map old = *m;

	m->mask = old.slot ? old.mask * 2 + 1 : 15;
	m->slot = calloc(m->mask + 1, sizeof(*m->slot));
	if (!m->slot)
		abort();
	for (size_t i = 0; old.slot && i <= old.mask; i++) {
		if (old.slot[i].value)
			*find(m, old.slot[i].key, old.slot[i].hash) = old.slot[i];
	}
	free(old.slot);
}

void *map_get(const struct map *m, struct str key)
{
	if (!m->n)
		return NULL;
	return find(m, key, hash_bytes(key.p, key.n))->value;
}

void map_set(struct map *m, struct str key, void *value)
{
	uint64_t hash = hash_bytes(key.p, key.n);
	struct map_slot *s;

	if (!m->slot || m->n >= (m->mask + 1) / 4 * 3)
		grow(m);
	s = find(m, key, hash);
	if (!s->value)
		m->n++;
	*s = (struct map_slot){ .key = key, .value = value, .hash = hash };
}

/* Every entry behind the gap moves into it unless its home lies after the gap: so no search ever
 * meets a free slot before its key. */
static void close_gap(struct map *m, size_t gap)
{
	for (size_t i = (gap + 1) & m->mask; m->slot[i].value; i = (i + 1) & m->mask) {
		size_t from_home = (i - m->slot[i].hash) & m->mask;

		if (from_home >= ((i - gap) & m->mask)) {
			m->slot[gap] = m->slot[i];
			gap = i;
		}
	}
	m->slot[gap].value = NULL;
}

void *map_remove(struct map *m, struct str key)
{
	struct map_slot *s;
	void *value;

	if (!m->n)
		return NULL;
	s = find(m, key, hash_bytes(key.p, key.n));
	value = s->value;
	if (value) {
		close_gap(m, (size_t)(s - m->slot));
		m->n--;
	}
	return value;
}

void map_fini(struct map *m)
{
	free(m->slot);
	*m = (struct map){ NULL, 0, 0 };
}

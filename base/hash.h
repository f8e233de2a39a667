/* SPDX-License-Identifier: MIT */
/* hash.h - hash functions, and a map from strings to pointers. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

static inline uint32_t hash_u32(uint32_t x)
{
	x = (x ^ (x >> 16)) * 0x7feb352dU;
	x = (x ^ (x >> 15)) * 0x846ca68bU;
	return x ^ (x >> 16);
}

static inline uint64_t hash_u64(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

uint64_t hash_bytes(const void *p, size_t n);

/* String to pointer, open addressing. All zero is an empty map. Keys are not copied. */
struct map {
	struct map_slot *slot;
	size_t n, mask;
};

void *map_get(const struct map *m, struct str key);            /* NULL when absent */
void map_set(struct map *m, struct str key, void *value);      /* replaces; value not NULL */
void *map_remove(struct map *m, struct str key);               /* what it was, or NULL */
void map_fini(struct map *m);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * iparena.h - blocks whose sizes are powers of two, close together in few and large pages and
 * not across more cache lines than they must be: for tables that packets look into at random.
 */
#ifndef ELEMENTS_IP_IPARENA_H
#define ELEMENTS_IP_IPARENA_H

#include "base/str.h"

#define ARENA_MIN 4  /* log2 of sizes */
#define ARENA_MAX 20

struct ip_arena { /* all zero is a good start */
	struct arena_region *regions;
	struct arena_free { struct arena_free *next; } *free[ARENA_MAX + 1];
	uint8_t *at; /* what is left of the newest region */
	size_t left;
};

/* 2^log2size bytes, zeroed, aligned to their size or a cache line. NULL: no memory. */
void *ip_arena_get(struct ip_arena *, unsigned log2size) MUST_CHECK;
void ip_arena_put(struct ip_arena *, void *block, unsigned log2size); /* NULL is fine */
void ip_arena_fini(struct ip_arena *); /* frees all blocks */

#endif

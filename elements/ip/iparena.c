/* SPDX-License-Identifier: MIT */
/* iparena.c - blocks from regions of pages; what is freed is kept for the same size. */
#include "elements/ip/iparena.h"

#include "engine/platform.h"

#define LINE 64U
#define FIRST_REGION 16384U
#define LAST_REGION (1U << 21) /* a huge page; longer ones for longer blocks */

struct arena_region {
	struct arena_region *next;
	size_t size;
};

/* Each twice as long as the one before, so that small tables take little. */
static size_t region_size(const struct ip_arena *a, size_t need)
{
	size_t size = a->regions ? 2 * a->regions->size : FIRST_REGION;

	if (size > LAST_REGION)
		size = LAST_REGION;
	while (size < need + LINE)
		size *= 2;
	return size;
}

static bool region_new(struct ip_arena *a, size_t need)
{
	size_t size = region_size(a, need);
	struct arena_region *r = platform_pages(size);

	if (!r)
		return false;
	r->size = size;
	r->next = a->regions;
	a->regions = r;
	a->at = (uint8_t *)r + LINE;
	a->left = size - LINE;
	return true;
}

/* Bytes to leave out so that a block of this size is aligned. */
static size_t padding(const struct ip_arena *a, size_t size)
{
	size_t align = size < LINE ? size : LINE;

	return -(uintptr_t)a->at & (align - 1);
}

void *ip_arena_get(struct ip_arena *a, unsigned log2size)
{
	size_t size = (size_t)1 << log2size;
	struct arena_free *f = a->free[log2size];
	void *block;

	if (f) {
		a->free[log2size] = f->next;
		return memset(f, 0, size);
	}
	if (padding(a, size) + size > a->left && !region_new(a, size))
		return NULL;
	a->left -= padding(a, size) + size;
	a->at += padding(a, size);
	block = a->at;
	a->at += size;
	return block;
}

void ip_arena_put(struct ip_arena *a, void *block, unsigned log2size)
{
	struct arena_free *f = block;

	if (!f)
		return;
	f->next = a->free[log2size];
	a->free[log2size] = f;
}

void ip_arena_fini(struct ip_arena *a)
{
	for (struct arena_region *r = a->regions, *next; r; r = next) {
		next = r->next;
		platform_pages_free(r, r->size);
	}
	*a = (struct ip_arena){ .left = 0 };
}

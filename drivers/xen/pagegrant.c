/* SPDX-License-Identifier: MIT */
/* pagegrant.c - a table from page and domain to grant. */
#include "drivers/xen/pagegrant.h"

#include <stdlib.h>

#include "abi/xen.h"
#include "drivers/xen/grant.h"
#include "kernel/heap.h"

#define BUCKETS 1024U
#define LIMIT 16384U /* pages: 64 MiB of packets */

static struct pagegrant *bucket[BUCKETS];
static uint32_t ngrants, hand;

void pagegrant_init(void)
{
	for (uint32_t i = 0; i < BUCKETS; i++)
		for (struct pagegrant *g; (g = bucket[i]);) {
			bucket[i] = g->next;
			free(g);
		}
	ngrants = hand = 0;
}

static struct pagegrant **find_bucket(unsigned dom, uintptr_t page)
{
	/* Neighbouring pages are the usual case and land in neighbouring buckets. */
	return &bucket[(page / XEN_PAGE + dom * 7U) % BUCKETS];
}

/* Takes the first one that no ring names out of a list. */
static struct pagegrant *take_unused(struct pagegrant **at)
{
	for (; *at; at = &(*at)->next) {
		struct pagegrant *g = *at;

		if (g->uses == 0 && grant_end(g->gref)) {
			*at = g->next;
			ngrants--;
			return g;
		}
	}
	return NULL;
}

static struct pagegrant *evict(void)
{
	for (uint32_t i = 0; i < BUCKETS; i++) {
		struct pagegrant *g = take_unused(&bucket[hand]);

		hand = (hand + 1) % BUCKETS;
		if (g)
			return g;
	}
	return NULL;
}

static struct pagegrant *add(unsigned dom, uintptr_t page)
{
	unsigned owner = heap_owner_set(0);
	struct pagegrant *g = ngrants < LIMIT ? malloc(sizeof(*g)) : evict();
	struct pagegrant **at = find_bucket(dom, page);
	int gref;

	heap_owner_set(owner);
	if (!g)
		g = evict();
	if (!g)
		return NULL;
	gref = grant_access(dom, (const void *)page, true);
	if (gref < 0) {
		struct pagegrant *old = evict();

		free(old);
		gref = old ? grant_access(dom, (const void *)page, true) : gref;
	}
	if (gref < 0) {
		free(g);
		return NULL;
	}
	*g = (struct pagegrant){
		.next = *at, .page = page, .gref = (uint32_t)gref, .dom = (uint16_t)dom
	};
	*at = g;
	ngrants++;
	return g;
}

struct pagegrant *pagegrant_get(unsigned dom, const void *p)
{
	uintptr_t page = (uintptr_t)p & ~(uintptr_t)(XEN_PAGE - 1);
	struct pagegrant *g = *find_bucket(dom, page);

	while (g && (g->page != page || g->dom != dom))
		g = g->next;
	if (!g)
		g = add(dom, page);
	if (g)
		g->uses++;
	return g;
}

void pagegrant_put(struct pagegrant *g)
{
	g->uses--;
}

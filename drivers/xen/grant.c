/* SPDX-License-Identifier: MIT */
/* grant.c - the grant table. */
#include "drivers/xen/grant.h"

#include <errno.h>

#include "abi/xen.h"
#include "drivers/xen/hypercall.h"
#include "kernel/memory.h"

#define PER_FRAME (XEN_PAGE / (uint32_t)sizeof(struct xen_grant))
#define FRAMES 64U
#define NONE 0U /* ends the free list: entry 0 is reserved */

struct grant_counters grant_counters;

static struct xen_grant *frame[FRAMES];
static uint32_t nframes, max_frames;
static uint32_t free_first;

static struct xen_grant *entry(uint32_t gref)
{
	return &frame[gref / PER_FRAME][gref % PER_FRAME];
}

/* Free entries are linked through their frame fields: flags are 0, so Xen does not look there. What
 * comes back is checked, as the page is Xen's. */
static bool grow(void)
{
	struct xen_physmap_add add = { .domid = XEN_DOMID_SELF,
				       .space = XEN_MAPSPACE_GRANT_TABLE,
				       .index = nframes };
	void *p;

	if (nframes >= max_frames)
		return false;
	p = memory_hole(1);
	if (!p)
		return false;
	add.gpfn = (uintptr_t)p / XEN_PAGE;
	if (xen_hypercall(XEN_MEMORY_OP, XEN_MEM_ADD_TO_PHYSMAP, &add, 0) < 0) {
		max_frames = nframes;
		return false;
	}
	frame[nframes++] = p;
	grant_counters.frames = nframes;
	for (uint32_t i = PER_FRAME; i-- > (nframes == 1 ? XEN_GRANTS_RESERVED : 0);) {
		uint32_t gref = (nframes - 1) * PER_FRAME + i;

		entry(gref)->frame = free_first;
		free_first = gref;
	}
	return true;
}

int grant_init(void)
{
	struct xen_grant_query_size q = { .dom = XEN_DOMID_SELF };
	long r = xen_hypercall(XEN_GRANT_TABLE_OP, XEN_GRANT_QUERY_SIZE, &q, 1);

	if (r < 0 || q.status != 0)
		return r < 0 ? (int)r : -EIO;
	nframes = 0;
	free_first = NONE;
	grant_counters = (struct grant_counters){ 0 };
	max_frames = q.max_frames < FRAMES ? q.max_frames : FRAMES;
	return grow() ? 0 : -ENOSPC;
}

int grant_access(unsigned dom, const void *page, bool readonly)
{
	uint32_t gref = free_first;
	struct xen_grant *g;

	if (gref == NONE) {
		if (!grow())
			return -ENOSPC;
		gref = free_first;
	}
	g = entry(gref);
	free_first = g->frame;
	if (free_first >= nframes * PER_FRAME)
		free_first = NONE;
	g->domid = (uint16_t)dom;
	g->frame = (uint32_t)((uintptr_t)page / XEN_PAGE);
	/* The flags make it valid, so they come last. */
	__atomic_store_n(&g->flags, XEN_GRANT_ACCESS | (readonly ? XEN_GRANT_READONLY : 0),
			 __ATOMIC_RELEASE);
	grant_counters.accesses++;
	grant_counters.used++;
	return (int)gref;
}

bool grant_end(uint32_t gref)
{
	struct xen_grant *g = entry(gref);
	uint16_t flags = __atomic_load_n(&g->flags, __ATOMIC_ACQUIRE);

	/* Xen sets the use bits at any time until the entry is invalid, hence in one step. */
	do {
		if (flags & (XEN_GRANT_READING | XEN_GRANT_WRITING))
			return false;
	} while (!__atomic_compare_exchange_n(&g->flags, &flags, 0, false, __ATOMIC_SEQ_CST,
					      __ATOMIC_ACQUIRE));
	g->frame = free_first;
	free_first = gref;
	grant_counters.ends++;
	grant_counters.used--;
	return true;
}

/* SPDX-License-Identifier: MIT */
/* filter.h - actions that look at one packet at a time and may refuse it. */
#ifndef ELEMENTS_STANDARD_FILTER_H
#define ELEMENTS_STANDARD_FILTER_H

#include "engine/element.h"

/* Calls keep, which is inlined, for each packet of b; those that it refuses are dropped. */
static inline __attribute__((always_inline)) void
filter_batch(struct element *e, struct batch *b, bool (*keep)(struct element *, struct packet *))
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (LIKELY(keep(e, p)))
			b->pkt[kept++] = p;
		else
			packet_drop(p);
	}
	b->n = kept;
}

#endif

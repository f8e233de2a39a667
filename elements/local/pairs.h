/* SPDX-License-Identifier: MIT */
/*
 * pairs.h - elements with two streams: the first is looked at, the second is changed by what was
 * seen there.
 */
#ifndef ELEMENTS_LOCAL_PAIRS_H
#define ELEMENTS_LOCAL_PAIRS_H

#include "engine/element.h"

/* Packets of b from i on: see is called for those of port 0, change for the writable ones of
 * port 1. */
static inline void pairs_process(struct element *e, unsigned port, struct batch *b, unsigned i,
				 void (*see)(struct element *, const struct packet *),
				 void (*change)(struct element *, struct packet *))
{
	unsigned kept = i;

	for (; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (port == 0) {
			see(e, p);
		} else if (packet_writable(p)) {
			change(e, p);
		} else {
			packet_drop(p);
			continue;
		}
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

#endif

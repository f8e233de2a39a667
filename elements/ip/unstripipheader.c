/* SPDX-License-Identifier: MIT */
/*
 * UnstripIPHeader - bring a stripped IP header back
 *
 * Moves the start of packets back to their marked network header if that lies
 * in front of it.
 *
 * Example: StripIPHeader -> UnstripIPHeader
 * See also: StripIPHeader, Unstrip
 */
#include "engine/element.h"

static void unstrip(struct element *e, struct batch *b)
{
	(void)e;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (p->net >= p->head && p->net < p->data) {
			p->len += (uint32_t)(p->data - p->net);
			p->data = p->net;
		}
	}
}

const struct element_class unstripipheader_class = {
	.name = "UnstripIPHeader",
	.ports = "1/1",
	.size = sizeof(struct element),
	.action = unstrip,
};

/* SPDX-License-Identifier: MIT */
/*
 * StripIPHeader - remove the IP header
 *
 * Takes everything in front of the transport header off; the network header's
 * mark stays, so that UnstripIPHeader can bring it back. Packets whose header
 * is not marked, or is longer than they are, are dropped.
 *
 * Example: CheckIPHeader -> StripIPHeader -> CheckIPHeader
 * See also: UnstripIPHeader, Strip, IPEncap
 */
#include "engine/element.h"

static void strip(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	(void)e;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		uint64_t front = (uint64_t)(uintptr_t)p->trans - (uint64_t)(uintptr_t)p->data;

		if (LIKELY(front <= p->len)) {
			p->data += front;
			p->len -= (uint32_t)front;
			b->pkt[kept++] = p;
		} else {
			packet_drop(p);
		}
	}
	b->n = kept;
}

const struct element_class stripipheader_class = {
	.name = "StripIPHeader",
	.ports = "1/1",
	.size = sizeof(struct element),
	.action = strip,
};

/* SPDX-License-Identifier: MIT */
/*
 * AggregateLength - make packets' lengths their aggregates
 *
 * The aggregate annotation becomes the packet's length and what its extra
 * length annotation says; with IP, the length from the IP header on, and
 * packets without one are dropped.
 *
 * See also: AggregateIP, AggregateCounter
 */
#include "elements/analysis/aggregateannos.h"

struct aggregatelength {
	struct element base;
	bool ip;
};
ELEMENT_SELF(struct aggregatelength)

static void mark(struct element *e, struct batch *b)
{
	bool ip = self(e)->ip;
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (ip && !p->net) {
			packet_drop(p);
			continue;
		}
		aggregate_set(p,
			      (ip ? packet_net_len(p) : p->len) + anno_u32(p, ANNO_EXTRA_LENGTH));
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

static const struct arg args[] = {
	ARG_OR("IP", ip, 0, "false", "count from the IP header on"),
};

const struct element_class aggregatelength_class = {
	.name = "AggregateLength",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = mark,
	.args = TABLE(args),
};

/* SPDX-License-Identifier: MIT */
/*
 * AggregatePaint - make packets' paint their aggregates
 *
 * The aggregate annotation becomes the low BITS of the paint annotation. With
 * INCREMENTAL the old aggregate is shifted to make room for them.
 *
 * See also: Paint, AggregateIP
 */
#include "elements/analysis/aggregateannos.h"

struct aggregatepaint {
	struct element base;
	int32_t bits;
	bool incremental;
};
ELEMENT_SELF(struct aggregatepaint)

static bool configure(struct element *e, struct error *err)
{
	if (self(e)->bits < 1 || self(e)->bits > 8)
		return fail(err, "bad number of bits");
	return true;
}

static void mark(struct element *e, struct batch *b)
{
	unsigned bits = (unsigned)self(e)->bits, shift = self(e)->incremental ? bits : 31;
	uint32_t mask = (1U << bits) - 1, keep = self(e)->incremental ? UINT32_MAX : 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		aggregate_set(p, (aggregate_of(p) & keep) << shift | (p->anno[ANNO_PAINT] & mask));
	}
}

static const struct arg args[] = {
	ARG_OR("BITS", bits, ARG_POSITIONAL, "8", "bits of the paint, 1 to 8"),
	ARG_OR("INCREMENTAL", incremental, 0, "false", "append them to the old aggregate"),
};

const struct element_class aggregatepaint_class = {
	.name = "AggregatePaint",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = mark,
	.args = TABLE(args),
};

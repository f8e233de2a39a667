/* SPDX-License-Identifier: MIT */
/*
 * AdjustTimestamp - shift packets' timestamps
 *
 * Adds TIME, which may be negative, to the timestamp or, with FIRST, to the
 * first-timestamp annotation. Packets without one stay so, except with ALL.
 *
 * See also: SetTimestamp, SetTimestampDelta
 */
#include "engine/element.h"

struct adjusttimestamp {
	struct element base;
	struct interval time;
	bool first, all;
};
ELEMENT_SELF(struct adjusttimestamp)

static void adjust(struct element *e, struct batch *b)
{
	struct adjusttimestamp *a = self(e);
	int64_t ns = a->time.ns;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		uint64_t at = a->first ? anno_u64(p, ANNO_FIRST_TIMESTAMP) : (uint64_t)p->timestamp;

		if (at == 0 && !a->all)
			continue;
		at += (uint64_t)ns;
		if (a->first)
			anno_set_u64(p, ANNO_FIRST_TIMESTAMP, at);
		else
			p->timestamp = (int64_t)at;
	}
}

static const struct arg args[] = {
	ARG_OR("TIME", time, ARG_POSITIONAL | ARG_NEGATIVE, "0", "what to add"),
	ARG_OR("FIRST", first, 0, "false", "to the first-timestamp annotation"),
	ARG_OR("ALL", all, 0, "false", "to those of packets that have none, too"),
};

static const struct handler handlers[] = {
	RW_FIELD("time", time, "what is added"),
};

const struct element_class adjusttimestamp_class = {
	.name = "AdjustTimestamp",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = adjust,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

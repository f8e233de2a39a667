/* SPDX-License-Identifier: MIT */
/*
 * TimeRange - tell the first and the last timestamp of packets
 *
 * Keeps the earliest and the latest timestamp; with SIMPLE, those of the first
 * and of the latest packet.
 *
 * See also: SetTimestamp, TimeFilter
 */
#include "engine/element.h"

struct timerange {
	struct element base;
	bool simple;
	struct timestamp first, last; /* first 0: no packet yet */
};
ELEMENT_SELF(struct timerange)

static void look(struct element *e, struct batch *b)
{
	struct timerange *r = self(e);

	for (unsigned i = 0; i < b->n; i++) {
		int64_t at = b->pkt[i]->timestamp;

		if (r->first.ns == 0)
			r->first.ns = r->last.ns = at;
		else if (r->simple || at > r->last.ns)
			r->last.ns = at;
		else if (at < r->first.ns)
			r->first.ns = at;
	}
}

static void read_range(struct element *e, struct text *out)
{
	print_timestamp(out, self(e)->first.ns);
	text_char(out, ' ');
	print_timestamp(out, self(e)->last.ns);
}

static void read_interval(struct element *e, struct text *out)
{
	print_timestamp(out, self(e)->last.ns - self(e)->first.ns);
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->first.ns = self(e)->last.ns = 0;
	return true;
}

static const struct arg args[] = {
	ARG_OR("SIMPLE", simple, 0, "false", "packets come in order"),
};

static const struct handler handlers[] = {
	READ_FIELD("first", first, "the earliest timestamp"),
	READ_FIELD("last", last, "the latest timestamp"),
	READ("range", read_range, "both"),
	READ("interval", read_interval, "their difference"),
	BUTTON("reset", reset, "begin anew"),
};

const struct element_class timerange_class = {
	.name = "TimeRange",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = look,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

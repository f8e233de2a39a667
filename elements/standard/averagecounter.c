/* SPDX-License-Identifier: MIT */
/*
 * AverageCounter - count packets and their average rate
 *
 * Passes packets unchanged, and tells the average rate between the first and
 * the latest packet. Packets of the first IGNORE seconds are not counted.
 *
 * See also: Counter
 */
#include "engine/element.h"

struct averagecounter {
	struct element base;
	uint32_t ignore;      /* seconds */
	uint32_t first, last; /* ticks; first 0: no packet yet */
	uint32_t packets, bytes;
};
ELEMENT_SELF(struct averagecounter)

static void count(struct element *e, struct batch *b)
{
	struct averagecounter *c = self(e);
	uint32_t tick = time_tick(e);

	if (b->n == 0)
		return;
	if (c->first == 0)
		c->first = tick;
	if (tick - c->first >= (uint64_t)c->ignore * 1000) {
		c->packets += b->n;
		c->bytes += (uint32_t)batch_bytes(b);
	}
	c->last = tick;
}

static double rate(const struct averagecounter *c, uint32_t n)
{
	uint32_t ticks = c->last - c->first - c->ignore * 1000;

	return n * 1000.0 / (ticks ? ticks : 1);
}

static void read_rate(struct element *e, struct text *out)
{
	print_double(out, rate(self(e), self(e)->packets));
}

static void read_byte_rate(struct element *e, struct text *out)
{
	print_double(out, rate(self(e), self(e)->bytes));
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	struct averagecounter *c = self(e);

	(void)value, (void)err;
	c->first = c->last = c->packets = c->bytes = 0;
	return true;
}

static const struct arg args[] = {
	ARG_OR("IGNORE", ignore, ARG_POSITIONAL, "0", "seconds not counted at the start"),
};

static const struct handler handlers[] = {
	READ_FIELD("count", packets, "packets counted"),
	READ_FIELD("byte_count", bytes, "bytes counted"),
	READ("rate", read_rate, "packets per second"),
	READ("byte_rate", read_byte_rate, "bytes per second"),
	BUTTON("reset", reset, "begin anew"),
};

const struct element_class averagecounter_class = {
	.name = "AverageCounter",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = count,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

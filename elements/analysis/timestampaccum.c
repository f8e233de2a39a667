/* SPDX-License-Identifier: MIT */
/*
 * TimestampAccum - add up how old packets are
 *
 * Sums the time from each packet's timestamp to now.
 *
 * Example: FromDevice(eth0) -> ... -> t :: TimestampAccum -> Queue
 * See also: SetTimestamp, SetTimestampDelta
 */
#include "engine/element.h"

struct timestampaccum {
	struct element base;
	uint64_t count;
	int64_t ns;
};
ELEMENT_SELF(struct timestampaccum)

static void add(struct element *e, struct batch *b)
{
	struct timestampaccum *t = self(e);
	int64_t now = time_now(e), sum = 0;

	for (unsigned i = 0; i < b->n; i++)
		sum += now - b->pkt[i]->timestamp;
	t->ns += sum;
	t->count += b->n;
}

static void read_time(struct element *e, struct text *out)
{
	print_double(out, (double)self(e)->ns / NS_PER_SEC);
}

static void read_average(struct element *e, struct text *out)
{
	struct timestampaccum *t = self(e);

	print_double(out, t->count ? (double)t->ns / NS_PER_SEC / (double)t->count : 0);
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	self(e)->ns = 0;
	return true;
}

static const struct handler handlers[] = {
	READ_FIELD("count", count, "packets"),
	READ("time", read_time, "the sum of their ages, in seconds"),
	READ("average_time", read_average, "their average age"),
	BUTTON("reset_counts", reset, "begin anew"),
};

const struct element_class timestampaccum_class = {
	.name = "TimestampAccum",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = add,
	.handlers = TABLE(handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * SetTimestamp - set the time of packets
 *
 * Sets the timestamp to TIMESTAMP, or to the current time when that is not
 * given or negative. With FIRST the first-timestamp annotation is set instead.
 *
 * See also: CoDel, Print
 */
#include "engine/element.h"

struct settimestamp {
	struct element base;
	struct timestamp timestamp;
	bool first, delta;
};
ELEMENT_SELF(struct settimestamp)

static bool configure(struct element *e, struct error *err)
{
	if (self(e)->delta)
		return fail(err, "SetTimestamp(DELTA) is deprecated, "
				 "use SetTimestampDelta(TYPE FIRST)");
	return true;
}

static void set(struct element *e, struct batch *b)
{
	const struct settimestamp *s = self(e);
	int64_t now = s->timestamp.ns >= 0 ? s->timestamp.ns : time_now(e);

	for (unsigned i = 0; i < b->n; i++)
		if (s->first)
			anno_set_u64(b->pkt[i], ANNO_FIRST_TIMESTAMP, (uint64_t)now);
		else
			b->pkt[i]->timestamp = now;
}

static const struct arg args[] = {
	ARG_OR("TIMESTAMP", timestamp, ARG_POSITIONAL | ARG_NEGATIVE, "-1", "the time to set"),
	ARG_OR("FIRST", first, 0, "false", "set the first-timestamp annotation"),
	ARG_OR("DELTA", delta, 0, "false", "no longer possible"),
};

const struct element_class settimestamp_class = {
	.name = "SetTimestamp",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = set,
	.args = TABLE(args),
};

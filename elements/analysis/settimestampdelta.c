/* SPDX-License-Identifier: MIT */
/*
 * SetTimestampDelta - replace timestamps by differences
 *
 * A packet's timestamp becomes how much later it is than the first packet's
 * (RANGE), how long ago it was (NOW), or how much later it is than the packet's
 * first-timestamp annotation (FIRST). Packets without a timestamp stay so.
 *
 * See also: AdjustTimestamp, TimestampAccum
 */
#include "engine/element.h"

enum delta { DELTA_RANGE, DELTA_NOW, DELTA_FIRST };

struct settimestampdelta {
	struct element base;
	struct word type;
	enum delta delta;
	struct timestamp first; /* 0: no packet yet */
};
ELEMENT_SELF(struct settimestampdelta)

static bool configure(struct element *e, struct error *err)
{
	static const char *const names[] = { "RANGE", "NOW", "FIRST" };

	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (str_is_nocase(self(e)->type.s, names[i])) {
			self(e)->delta = (enum delta)i;
			return true;
		}
	return fail(err, "bad TYPE");
}

static int64_t delta(struct settimestampdelta *d, const struct packet *p, int64_t now)
{
	switch (d->delta) {
	case DELTA_NOW:
		return now - p->timestamp;
	case DELTA_FIRST:
		return p->timestamp - (int64_t)anno_u64(p, ANNO_FIRST_TIMESTAMP);
	case DELTA_RANGE:
		break;
	}
	if (d->first.ns == 0)
		d->first.ns = p->timestamp;
	return p->timestamp - d->first.ns;
}

static void set(struct element *e, struct batch *b)
{
	int64_t now = self(e)->delta == DELTA_NOW ? time_now(e) : 0;

	for (unsigned i = 0; i < b->n; i++)
		if (b->pkt[i]->timestamp != 0)
			b->pkt[i]->timestamp = delta(self(e), b->pkt[i], now);
}

static void read_first(struct element *e, struct text *out)
{
	print_timestamp(out, self(e)->first.ns);
	text_char(out, '\n');
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->first.ns = 0;
	return true;
}

static const struct arg args[] = {
	ARG_OR("TYPE", type, ARG_POSITIONAL, "RANGE", "RANGE, NOW or FIRST"),
};

static const struct handler handlers[] = {
	READ("first", read_first, "the first packet's timestamp"),
	BUTTON("reset", reset, "the next packet is the first"),
};

const struct element_class settimestampdelta_class = {
	.name = "SetTimestampDelta",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = set,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

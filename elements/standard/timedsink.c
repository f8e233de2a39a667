/* SPDX-License-Identifier: MIT */
/*
 * TimedSink - pull and drop a packet from time to time
 *
 * Pulls one packet every INTERVAL, first after one INTERVAL, and drops it.
 *
 * See also: TimedSource, TimedUnqueue, Discard
 */
#include "engine/element.h"
#include "elements/standard/written.h"

struct timedsink {
	struct element base;
	struct interval interval;
	struct timer timer;
};
ELEMENT_SELF(struct timedsink)

static void fire(struct element *e, struct timer *t)
{
	struct packet *p = input_pull_packet(e, 0);

	if (p)
		packet_drop(p);
	timer_again(t, self(e)->interval.ns);
}

static bool start(struct element *e, struct error *err)
{
	struct timedsink *s = self(e);

	(void)err;
	timer_init(&s->timer, e, fire);
	timer_after(&s->timer, s->interval.ns);
	return true;
}

static bool write_interval(struct element *e, struct str value, struct error *err)
{
	return written_interval(value, &self(e)->interval, true, err, "bad interval");
}

static const struct arg args[] = {
	ARG_OR("INTERVAL", interval, ARG_POSITIONAL, "500ms", "time between pulls"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("interval", interval, write_interval, H_CALM, "the INTERVAL argument"),
};

const struct element_class timedsink_class = {
	.name = "TimedSink",
	.ports = "1/0",
	.processing = "l",
	.size = sizeof(self_t),
	.start = start,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

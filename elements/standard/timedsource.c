/* SPDX-License-Identifier: MIT */
/*
 * TimedSource - send a packet from time to time
 *
 * Sends a copy of one packet that holds DATA every INTERVAL, first after one
 * INTERVAL, until LIMIT have been sent; one INTERVAL later the driver stops if
 * STOP.
 *
 * Example: TimedSource(0.2s, DATA hello)
 * See also: RatedSource, InfiniteSource
 */
#include "elements/standard/source.h"
#include "elements/standard/written.h"

struct timedsource {
	struct element base;
	struct interval interval;
	struct str data;
	int32_t limit;
	bool active, stop;
	uint32_t headroom, count;
	struct template template;
	struct timer timer;
};
ELEMENT_SELF(struct timedsource)

static bool configure(struct element *e, struct error *err)
{
	struct timedsource *s = self(e);

	return template_set(&s->template, s->data, -1, s->headroom, err);
}

static void stop(struct element *e)
{
	template_fini(&self(e)->template);
}

static void fire(struct element *e, struct timer *t)
{
	struct timedsource *s = self(e);
	struct batch b;

	if (!s->active)
		return;
	if (s->limit >= 0 && s->count >= (uint32_t)s->limit) {
		if (s->stop)
			router_stop(e->router, 1);
		return;
	}
	b.n = 0;
	template_make(&s->template, &b, 1, time_now(e));
	s->count += b.n;
	if (b.n)
		output_push(e, 0, &b);
	timer_again(t, s->interval.ns);
}

static bool start(struct element *e, struct error *err)
{
	struct timedsource *s = self(e);

	(void)err;
	timer_init(&s->timer, e, fire);
	if (s->active)
		timer_after(&s->timer, s->interval.ns);
	return true;
}

static bool fire_now(struct timedsource *s)
{
	if (s->active && !timer_pending(&s->timer))
		timer_after(&s->timer, 0);
	return true;
}

static void read_data(struct element *e, struct text *out)
{
	text_str(out, self(e)->data);
}

static bool write_data(struct element *e, struct str value, struct error *err)
{
	struct timedsource *s = self(e);

	return template_write(&s->template, e, value, -1, s->headroom, &s->data, err);
}

static bool write_interval(struct element *e, struct str value, struct error *err)
{
	return written_interval(value, &self(e)->interval, true, err, "bad interval");
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	return written_bool(value, &self(e)->active, err, "bad active") && fire_now(self(e));
}

static bool write_headroom(struct element *e, struct str value, struct error *err)
{
	struct timedsource *s = self(e);
	uint32_t headroom;

	if (!written_u32(value, &headroom, err, "bad headroom") ||
	    !template_set(&s->template, s->data, -1, headroom, err))
		return false;
	s->headroom = headroom;
	return true;
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	return fire_now(self(e));
}

static const struct arg args[] = {
	ARG_OR("INTERVAL", interval, ARG_POSITIONAL, "500ms", "time between packets"),
	ARG_OR("DATA", data, ARG_POSITIONAL, SOURCE_DATA, "what packets hold"),
	ARG_OR("LIMIT", limit, 0, "-1", "most packets sent, -1 for any number"),
	ARG_OR("ACTIVE", active, 0, "true", "send packets"),
	ARG_OR("STOP", stop, 0, "false", "stop the driver after LIMIT packets"),
	ARG_OR("HEADROOM", headroom, 0, "28", "bytes of room in front of packets"),
};

static const struct handler handlers[] = {
	RW("data", read_data, write_data, H_RAW | H_CALM, "the DATA argument"),
	FIELD_FLAGS("limit", limit, H_READ | H_WRITE | H_CALM, "the LIMIT argument"),
	FIELD_WRITE("interval", interval, write_interval, H_CALM, "the INTERVAL argument"),
	FIELD_WRITE("active", active, write_active, H_CALM | H_CHECKBOX, "the ACTIVE argument"),
	READ_FIELD("count", count, "packets sent"),
	FIELD_WRITE("headroom", headroom, write_headroom, H_CALM, "the HEADROOM argument"),
	BUTTON("reset", reset, "set count to 0 and go on"),
};

const struct element_class timedsource_class = {
	.name = "TimedSource",
	.ports = "0/1",
	.processing = "h",
	.flags = CLASS_SOURCE,
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.stop = stop,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

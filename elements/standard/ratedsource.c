/* SPDX-License-Identifier: MIT */
/*
 * RatedSource - send packets at a rate
 *
 * Sends copies of one packet that holds DATA, cut or repeated to LENGTH bytes
 * if that is given: RATE a second, evenly spaced after a first burst of two or
 * more, until LIMIT have been sent; then the driver stops if STOP. BANDWIDTH
 * gives the rate in bytes a second instead. With a pull output it answers pulls
 * at that rate.
 *
 * Example: RatedSource(RATE 100, LENGTH 64)
 * See also: InfiniteSource, TimedSource
 */
#include "elements/standard/source.h"
#include "elements/standard/written.h"

enum { HEADROOM = 60 };

struct ratedsource {
	struct element base;
	struct str data;
	uint32_t rate;
	int32_t limit, length;
	bool active, stop;
	struct bandwidth bandwidth;
	uint32_t count;
	struct template template;
	struct bucket bucket;
	struct task task;
	struct timer timer;
};
ELEMENT_SELF(struct ratedsource)

static void set_rate(struct ratedsource *s, uint32_t rate)
{
	uint32_t capacity = rate < 200 ? 2 : rate / 100;

	if (s->bandwidth.v && s->length > 0 && capacity < 2 * (uint32_t)s->length)
		capacity = 2 * (uint32_t)s->length;
	bucket_set(&s->bucket, rate, capacity);
}

static bool configure(struct element *e, struct error *err)
{
	struct ratedsource *s = self(e);

	if (!template_set(&s->template, s->data, s->length, HEADROOM, err))
		return false;
	if (s->bandwidth.v && s->template.packet->len)
		s->rate = s->bandwidth.v / s->template.packet->len;
	set_rate(s, s->rate);
	return true;
}

static void stop(struct element *e)
{
	template_fini(&self(e)->template);
}

static bool at_limit(const struct ratedsource *s)
{
	return s->limit >= 0 && s->count >= (uint32_t)s->limit;
}

/* May a packet be sent? At the limit that was all. */
static bool ready(struct ratedsource *s)
{
	if (!s->active)
		return false;
	if (at_limit(s)) {
		if (s->stop)
			router_stop(s->base.router, 1);
		return false;
	}
	bucket_refill(&s->bucket, time_tick(&s->base));
	return true;
}

/* Appends a packet for a token. */
static bool make(struct ratedsource *s, struct batch *b)
{
	unsigned before = b->n;

	if (!bucket_has(&s->bucket, 1))
		return false;
	template_make(&s->template, b, 1, time_now(&s->base));
	bucket_take(&s->bucket, 1);
	s->count += b->n - before;
	return b->n > before;
}

static bool run(struct element *e)
{
	struct ratedsource *s = self(e);
	struct batch b;
	uint32_t wait;

	if (!ready(s))
		return false;
	b.n = 0;
	if (make(s, &b)) {
		output_push(e, 0, &b);
		task_schedule(&s->task);
		return true;
	}
	wait = bucket_wait(&s->bucket, 1);
	if (wait < UINT32_MAX)
		timer_after(&s->timer, (wait ? wait : 1) * NS_PER_MSEC);
	return false;
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	task_schedule(&self(e)->task);
}

static bool start(struct element *e, struct error *err)
{
	struct ratedsource *s = self(e);

	(void)err;
	if (!output_is_push(e, 0))
		return true;
	task_init(&s->task, e, run);
	timer_init(&s->timer, e, fire);
	task_schedule(&s->task);
	return true;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct ratedsource *s = self(e);

	(void)port;
	while (max-- > 0 && ready(s) && make(s, b))
		continue;
}

/* Goes on with one packet at once. */
static bool resume(struct ratedsource *s)
{
	bucket_refill(&s->bucket, time_tick(&s->base));
	s->bucket.level = 0;
	bucket_put(&s->bucket, 1);
	if (s->active && output_is_push(&s->base, 0))
		task_schedule(&s->task);
	return true;
}

static void read_data(struct element *e, struct text *out)
{
	text_str(out, self(e)->data);
}

static bool write_data(struct element *e, struct str value, struct error *err)
{
	struct ratedsource *s = self(e);

	return template_write(&s->template, e, value, -1, SOURCE_HEADROOM, &s->data, err);
}

static void read_rate(struct element *e, struct text *out)
{
	text_add(out, "%u", bucket_rate(&self(e)->bucket));
}

static bool write_rate(struct element *e, struct str value, struct error *err)
{
	uint32_t rate;

	if (!written_u32(value, &rate, err, "syntax error"))
		return false;
	set_rate(self(e), rate);
	return true;
}

static bool write_limit(struct element *e, struct str value, struct error *err)
{
	return written_int(value, &self(e)->limit, err, "syntax error");
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	struct ratedsource *s = self(e);

	if (!written_bool(value, &s->active, err, "syntax error"))
		return false;
	if (s->active && output_is_push(e, 0) && !task_scheduled(&s->task))
		resume(s);
	return true;
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	return resume(self(e));
}

static bool write_length(struct element *e, struct str value, struct error *err)
{
	struct ratedsource *s = self(e);
	int32_t length;

	if (!written_int(value, &length, err, "syntax error") ||
	    !template_set(&s->template, s->data, length, HEADROOM, err))
		return false;
	s->length = length < 0 ? -1 : length;
	return true;
}

static const struct arg args[] = {
	ARG_OR("DATA", data, ARG_POSITIONAL, SOURCE_DATA, "what packets hold"),
	ARG_OR("RATE", rate, ARG_POSITIONAL, "10", "packets a second"),
	ARG_OR("LIMIT", limit, ARG_POSITIONAL, "-1", "most packets sent, -1 for any number"),
	ARG_OR("ACTIVE", active, ARG_POSITIONAL, "true", "send packets"),
	ARG_OR("LENGTH", length, 0, "-1", "length of packets, -1 for that of DATA"),
	ARG("DATASIZE", length, 0, "old name of LENGTH"),
	ARG_OR("STOP", stop, 0, "false", "stop the driver after LIMIT packets"),
	ARG_OR("BANDWIDTH", bandwidth, 0, "0", "bytes a second, instead of RATE"),
};

static const struct handler handlers[] = {
	RW("data", read_data, write_data, H_RAW | H_CALM, "the DATA argument"),
	RW("rate", read_rate, write_rate, 0, "packets a second"),
	FIELD_WRITE("limit", limit, write_limit, H_CALM, "the LIMIT argument"),
	FIELD_WRITE("active", active, write_active, H_CHECKBOX, "the ACTIVE argument"),
	READ_FIELD("count", count, "packets sent"),
	BUTTON("reset", reset, "set count to 0 and go on"),
	FIELD_WRITE("length", length, write_length, 0, "the LENGTH argument"),
	FIELD_WRITE("datasize", length, write_length, H_DEPRECATED, "the LENGTH argument"),
	TASK_HANDLERS(task, H_PUSH),
};

const struct element_class ratedsource_class = {
	.name = "RatedSource",
	.ports = "0/1",
	.processing = "a",
	.flags = CLASS_SOURCE,
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.stop = stop,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

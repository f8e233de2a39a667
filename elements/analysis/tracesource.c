/* SPDX-License-Identifier: MIT */
/* tracesource.c - emitting packets that are made of a text file, line by line. */
#include "elements/analysis/tracesource.h"

#define PROBABILITY_ONE (1U << 28)

void trace_source_set_active(struct trace_source *s, bool active)
{
	s->active = active;
	if (!active || s->at_end) {
		notifier_sleep(&s->notifier);
		return;
	}
	notifier_wake(&s->notifier);
	if (output_is_push(&s->base, 0))
		task_schedule(&s->task);
}

void trace_source_complain(struct trace_source *s, const char *message)
{
	struct landmark at = tracefile_landmark(&s->file);

	if (!s->complained)
		chatter(&s->base, "%.*s:%u: %s", STR(at.file), at.line, message);
	s->complained = true;
}

/* --- one packet after the other --- */

static bool sampled(const struct trace_source *s)
{
	return s->sample.v >= PROBABILITY_ONE || random_u32(&s->base) >> 4 < s->sample.v;
}

static void end(struct trace_source *s)
{
	s->at_end = true;
	notifier_sleep(&s->notifier);
	if (s->stop)
		router_stop(s->base.router, 1);
}

/* One packet at most; NULL does not mean that there will be none. */
static struct packet *read_packet(struct trace_source *s)
{
	struct packet *p = multipacket_next(&s->multi);
	bool at_end = false;

	if (!p) {
		p = s->read(s, &at_end);
		if (at_end)
			end(s);
		if (p && s->multipacket) {
			multipacket_start(&s->multi, p);
			p = multipacket_next(&s->multi);
		}
	}
	if (p && !sampled(s)) {
		packet_drop(p);
		p = NULL;
	}
	return p;
}

static bool is_due(struct trace_source *s, const struct packet *p)
{
	int64_t now;

	if (!s->timing)
		return true;
	now = time_steady(&s->base);
	if (!s->timed) {
		s->timed = true;
		s->shift = now - p->timestamp;
	}
	if (p->timestamp + s->shift <= now)
		return true;
	timer_at(&s->timer, p->timestamp + s->shift);
	return false;
}

static struct packet *next_packet(struct trace_source *s)
{
	struct packet *p = s->pending;

	if (!s->active)
		return NULL;
	if (!p && !s->at_end)
		p = read_packet(s);
	if (p && !is_due(s, p)) {
		s->pending = p;
		return NULL;
	}
	s->pending = NULL;
	return p;
}

static bool may_go_on(const struct trace_source *s)
{
	return s->active && !s->at_end && !s->pending;
}

static bool run(struct element *e)
{
	struct trace_source *s = trace_source(e);
	struct packet *p = next_packet(s);

	if (p)
		output_push_packet(e, 0, p);
	if (may_go_on(s))
		task_schedule(&s->task);
	return p != NULL;
}

void trace_source_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct trace_source *s = trace_source(e);
	struct packet *p;

	(void)port;
	while (max > 0) {
		p = next_packet(s);
		if (p) {
			batch_add(b, p);
			max--;
		} else if (!may_go_on(s)) {
			notifier_sleep(&s->notifier);
			return;
		}
	}
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	notifier_wake(&trace_source(e)->notifier);
	if (output_is_push(e, 0))
		task_schedule(&trace_source(e)->task);
}

/* --- life --- */

void trace_source_init(struct element *e)
{
	notifier_init(&trace_source(e)->notifier, true);
}

bool trace_source_configure(struct element *e, struct error *err)
{
	struct trace_source *s = trace_source(e);

	if (s->sample.v > PROBABILITY_ONE) {
		warn(err, "SAMPLE probability reduced to 1");
		s->sample.v = PROBABILITY_ONE;
	} else if (s->sample.v == 0) {
		warn(err, "SAMPLE probability is 0; emitting no packets");
	}
	return true;
}

void trace_source_start(struct trace_source *s,
			struct packet *(*read)(struct trace_source *, bool *end))
{
	struct element *e = &s->base;

	s->read = read;
	timer_init(&s->timer, e, fire);
	if (output_is_push(e, 0))
		task_init(&s->task, e, run);
	trace_source_set_active(s, s->active);
}

void trace_source_stop(struct element *e)
{
	struct trace_source *s = trace_source(e);

	if (s->pending)
		packet_drop(s->pending);
	s->pending = NULL;
	multipacket_end(&s->multi);
	tracefile_close(&s->file);
}

struct notifier *trace_source_notifier(struct element *e, enum notify which, unsigned port)
{
	return which == NOTIFY_EMPTY && port == 0 ? &trace_source(e)->notifier : NULL;
}

/* --- handlers --- */

void trace_source_read_filename(struct element *e, struct text *out)
{
	tracefile_print_name(&trace_source(e)->file, out);
}

void trace_source_read_filesize(struct element *e, struct text *out)
{
	tracefile_print_size(&trace_source(e)->file, out);
}

void trace_source_read_filepos(struct element *e, struct text *out)
{
	text_add(out, "%lld", (long long)trace_source(e)->file.offset);
}

void trace_source_read_encap(struct element *e, struct text *out)
{
	(void)e;
	text_add(out, "IP");
}

bool trace_source_write_active(struct element *e, struct str value, struct error *err)
{
	bool active;

	if (!parse_bool(str_trim(value), &active))
		return fail(err, "type mismatch");
	trace_source_set_active(trace_source(e), active);
	return true;
}

bool trace_source_write_stop(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	trace_source_set_active(trace_source(e), false);
	router_stop(e->router, 1);
	return true;
}

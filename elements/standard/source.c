/* SPDX-License-Identifier: MIT */
/* source.c - sources that send bursts of packets until a limit. */
#include "elements/standard/source.h"

#include "elements/standard/written.h"

/* How many of max packets the limit allows. */
static unsigned allowance(const struct source *s, unsigned max)
{
	int64_t left = s->limit - s->count;

	if (s->limit < 0 || left >= max)
		return max;
	return left > 0 ? (unsigned)left : 0;
}

static void end(struct source *s)
{
	if (s->stop)
		router_stop(s->base.router, 1);
	else
		hcall_run(&s->base, &s->end_call);
}

static bool run(struct element *e)
{
	struct source *s = source(e);
	unsigned left = allowance(s, (unsigned)s->burst);
	struct batch b;

	if (!s->active || !signal_active(&s->room))
		return false;
	if (left == 0) {
		end(s);
		return false;
	}
	while (left > 0) {
		b.n = 0;
		s->make(e, &b, left < BATCH_MAX ? left : BATCH_MAX);
		if (b.n == 0) /* no packet memory: later */
			break;
		left -= b.n;
		s->count += b.n;
		output_push(e, 0, &b);
	}
	task_schedule(&s->task);
	return left == 0;
}

void source_init(struct element *e)
{
	notifier_init(&source(e)->packets, true);
}

bool source_configure(struct element *e, struct error *err)
{
	struct source *s = source(e);

	if (s->burst < 1)
		return fail(err, "burst size must be >= 1");
	if (s->stop && s->end_call.text.n)
		return fail(err, "END_CALL and STOP are mutually exclusive");
	s->count = 0;
	return source_resume(s);
}

bool source_start(struct element *e, struct error *err)
{
	struct source *s = source(e);

	(void)err;
	s->started = true;
	if (!output_is_push(e, 0))
		return true;
	task_init(&s->task, e, run);
	signal_downstream(e, 0, &s->room, &s->task);
	task_schedule(&s->task);
	return true;
}

void source_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct source *s = source(e);
	unsigned n = allowance(s, max), before = b->n;

	(void)port;
	if (!s->active || n == 0) {
		if (s->active)
			end(s);
		notifier_sleep(&s->packets);
		return;
	}
	s->make(e, b, n);
	s->count += b->n - before;
}

struct notifier *source_notifier(struct element *e, enum notify what, unsigned port)
{
	(void)port;
	return what == NOTIFY_EMPTY ? &source(e)->packets : NULL;
}

bool source_resume(struct source *s)
{
	if (!s->started || !s->active || allowance(s, 1) == 0)
		return true;
	if (output_is_push(&s->base, 0))
		task_schedule(&s->task);
	else
		notifier_wake(&s->packets);
	return true;
}

bool source_write_limit(struct element *e, struct str value, struct error *err)
{
	int32_t limit;

	if (!written_int(value, &limit, err, "limit parameter must be integer"))
		return false;
	source(e)->limit = limit;
	return source_resume(source(e));
}

bool source_write_burst(struct element *e, struct str value, struct error *err)
{
	static const char message[] = "burstsize parameter must be integer >= 1";
	int32_t burst;

	if (!written_int(value, &burst, err, message))
		return false;
	if (burst < 1)
		return fail(err, "%s", message);
	source(e)->burst = burst;
	return source_resume(source(e));
}

bool source_write_active(struct element *e, struct str value, struct error *err)
{
	return written_bool(value, &source(e)->active, err, "active parameter must be boolean") &&
	       source_resume(source(e));
}

bool source_reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	source(e)->count = 0;
	return source_resume(source(e));
}

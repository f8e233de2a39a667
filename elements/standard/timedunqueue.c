/* SPDX-License-Identifier: MIT */
/*
 * TimedUnqueue - pull packets from time to time and push them
 *
 * Pulls and pushes up to BURST packets every INTERVAL. When there is nothing at
 * all it sleeps until something comes, and takes that at once.
 *
 * See also: Burster, Unqueue, RatedUnqueue, TimedSink
 */
#include "elements/standard/timedunqueue.h"

typedef struct timed_unqueue self_t;

static struct timed_unqueue *timed_unqueue(const struct element *e)
{
	return (struct timed_unqueue *)(uintptr_t)e;
}

bool timed_unqueue_configure(struct element *e, struct error *err)
{
	if (timed_unqueue(e)->burst <= 0)
		return fail(err, "bad BURST");
	return true;
}

/* Moves up to the burst; how many. */
static uint32_t move(struct timed_unqueue *u)
{
	uint32_t burst = (uint32_t)u->burst, left = burst;
	struct batch b;

	while (left > 0) {
		b.n = 0;
		input_pull(&u->base, 0, &b, left < BATCH_MAX ? left : BATCH_MAX);
		if (b.n == 0)
			break;
		left -= b.n;
		output_push(&u->base, 0, &b);
	}
	return burst - left;
}

static bool run(struct element *e)
{
	struct timed_unqueue *u = timed_unqueue(e);
	int64_t interval = u->interval.v * NS_PER_MSEC;
	uint32_t moved;

	if (timer_pending(&u->timer))
		return false;
	moved = move(u);
	if (moved == 0 && !signal_active(&u->signal)) {
		u->paced = false;
		return false;
	}
	if (u->paced)
		timer_again(&u->timer, interval);
	else
		timer_after(&u->timer, interval);
	u->paced = true;
	return moved != 0;
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	task_schedule(&timed_unqueue(e)->task);
}

bool timed_unqueue_start(struct element *e, struct error *err)
{
	struct timed_unqueue *u = timed_unqueue(e);

	(void)err;
	task_init(&u->task, e, run);
	timer_init(&u->timer, e, fire);
	signal_upstream(e, 0, &u->signal, &u->task);
	task_schedule(&u->task);
	return true;
}

static const struct arg args[] = {
	ARG("INTERVAL", interval, ARG_POSITIONAL | ARG_REQUIRED, "time between bursts"),
	ARG_OR("BURST", burst, ARG_POSITIONAL, "1", "most packets moved in one go"),
};

const struct element_class timedunqueue_class = {
	.name = "TimedUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.size = sizeof(self_t),
	.configure = timed_unqueue_configure,
	.start = timed_unqueue_start,
	.args = TABLE(args),
};

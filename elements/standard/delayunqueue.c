/* SPDX-License-Identifier: MIT */
/*
 * DelayUnqueue - pull packets and push them after a delay
 *
 * A packet is pushed DELAY after its timestamp, or after it was pulled if it
 * has none. Its timestamp is then the time at which it was due.
 *
 * See also: DelayShaper, LinkUnqueue, SetTimestamp, Unqueue
 */
#include "engine/element.h"

#define TIMER_LEAD (500 * NS_PER_USEC) /* timers fire so much early */

enum { RUN_MAX = 128 }; /* packets; others want to run too */

struct delayunqueue {
	struct element base;
	struct interval delay;
	struct packet *held; /* its timestamp is when it is due */
	struct task task;
	struct timer timer;
	struct signal signal;
};
ELEMENT_SELF(struct delayunqueue)

static struct packet *hold(struct delayunqueue *u)
{
	struct packet *p = u->held;

	if (p)
		return p;
	p = input_pull_packet(&u->base, 0);
	if (!p)
		return NULL;
	if (p->timestamp < NS_PER_SEC)
		p->timestamp = time_now(&u->base);
	p->timestamp = (int64_t)((uint64_t)p->timestamp + (uint64_t)u->delay.ns);
	return u->held = p;
}

/* Pushes the packet held if it is due. How long that will be, 0 when it was pushed. */
static int64_t push_due(struct delayunqueue *u)
{
	struct packet *p = u->held;
	int64_t now = time_now(&u->base);

	if (p->timestamp > now)
		return p->timestamp - now;
	u->held = NULL;
	output_push_packet(&u->base, 0, p);
	return 0;
}

static bool run(struct element *e)
{
	struct delayunqueue *u = self(e);
	int64_t wait = 0;
	unsigned n;

	for (n = 0; n < RUN_MAX && hold(u); n++) {
		wait = push_due(u);
		if (wait > 0)
			break;
	}
	if (wait > TIMER_LEAD)
		timer_after(&u->timer, wait - TIMER_LEAD);
	else if (u->held || n == RUN_MAX || signal_active(&u->signal))
		task_schedule(&u->task);
	return n > 0;
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	task_schedule(&self(e)->task);
}

static bool start(struct element *e, struct error *err)
{
	struct delayunqueue *u = self(e);

	(void)err;
	task_init(&u->task, e, run);
	timer_init(&u->timer, e, fire);
	signal_upstream(e, 0, &u->signal, &u->task);
	task_schedule(&u->task);
	return true;
}

static void stop(struct element *e)
{
	if (self(e)->held)
		packet_drop(self(e)->held);
}

static const struct arg args[] = {
	ARG("DELAY", delay, ARG_POSITIONAL | ARG_REQUIRED, "how long packets wait"),
};

static const struct handler handlers[] = {
	RW_FIELD("delay", delay, "the DELAY argument"),
	TASK_HANDLERS(task, 0),
};

const struct element_class delayunqueue_class = {
	.name = "DelayUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.size = sizeof(self_t),
	.start = start,
	.stop = stop,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * DelayShaper - delay packets that are pulled
 *
 * A packet can be pulled DELAY after its timestamp, or after it was first
 * looked at if it has none. Its timestamp is then the current time. Those that
 * pull sleep meanwhile.
 *
 * See also: DelayUnqueue, SetTimestamp, Shaper
 */
#include "engine/element.h"
#include "elements/standard/written.h"

#define TIMER_LEAD (500 * NS_PER_USEC) /* timers fire so much early */

struct delayshaper {
	struct element base;
	struct interval delay;
	struct packet *held; /* its timestamp is when it is due */
	struct notifier notifier;
	struct signal signal;
	struct timer timer;
};
ELEMENT_SELF(struct delayshaper)

static void init(struct element *e)
{
	notifier_init(&self(e)->notifier, true);
	self(e)->notifier.passes = true;
}

static void wake(struct element *e, unsigned port)
{
	(void)port;
	notifier_wake(&self(e)->notifier);
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	notifier_wake(&self(e)->notifier);
}

static bool start(struct element *e, struct error *err)
{
	struct delayshaper *s = self(e);

	(void)err;
	timer_init(&s->timer, e, fire);
	signal_upstream_call(e, 0, &s->signal, wake);
	return true;
}

static void stop(struct element *e)
{
	if (self(e)->held)
		packet_drop(self(e)->held);
}

/* The packet held, after having taken one if there was none. */
static struct packet *hold(struct delayshaper *s)
{
	struct packet *p = s->held;

	if (p)
		return p;
	p = input_pull_packet(&s->base, 0);
	if (!p)
		return NULL;
	if (p->timestamp < NS_PER_SEC)
		p->timestamp = time_now(&s->base);
	p->timestamp = (int64_t)((uint64_t)p->timestamp + (uint64_t)s->delay.ns);
	return s->held = p;
}

static void sleep_until(struct delayshaper *s, int64_t wait)
{
	if (wait <= TIMER_LEAD)
		return;
	timer_after(&s->timer, wait - TIMER_LEAD);
	notifier_sleep(&s->notifier);
}

static struct packet *pull_one(struct delayshaper *s)
{
	struct packet *p = hold(s);
	int64_t now;

	if (!p) {
		if (!signal_active(&s->signal))
			notifier_sleep(&s->notifier);
		return NULL;
	}
	now = time_now(&s->base);
	if (p->timestamp > now) {
		sleep_until(s, p->timestamp - now);
		return NULL;
	}
	p->timestamp = now;
	s->held = NULL;
	return p;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet *p;

	(void)port;
	while (max-- > 0 && (p = pull_one(self(e))))
		batch_add(b, p);
}

static struct notifier *notifier(struct element *e, enum notify what, unsigned port)
{
	(void)port;
	return what == NOTIFY_EMPTY ? &self(e)->notifier : NULL;
}

static bool write_delay(struct element *e, struct str value, struct error *err)
{
	return written_interval(value, &self(e)->delay, false, err, "delay must be a timestamp");
}

static const struct arg args[] = {
	ARG("DELAY", delay, ARG_POSITIONAL | ARG_REQUIRED, "how long packets wait"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("delay", delay, write_delay, 0, "the DELAY argument"),
};

const struct element_class delayshaper_class = {
	.name = "DelayShaper",
	.ports = "1/1",
	.size = sizeof(self_t),
	.init = init,
	.start = start,
	.stop = stop,
	.pull = pull,
	.notifier = notifier,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

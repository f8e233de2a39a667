/* SPDX-License-Identifier: MIT */
/*
 * Idle - never send, drop what comes
 *
 * Any number of ports of any kind: pushed packets are dropped, pulls find
 * nothing, and those that pull are told so, so that they sleep.
 *
 * See also: Discard, SimpleIdle
 */
#include "engine/element.h"

struct idle {
	struct element base;
	struct notifier empty; /* never active */
};
ELEMENT_SELF(struct idle)

static void init(struct element *e)
{
	notifier_init(&self(e)->empty, false);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)e, (void)port;
	batch_drop(b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)e, (void)port, (void)b, (void)max;
}

static struct notifier *notifier(struct element *e, enum notify what, unsigned port)
{
	(void)port;
	return what == NOTIFY_EMPTY ? &self(e)->empty : NULL;
}

const struct element_class idle_class = {
	.name = "Idle",
	.ports = "-/-",
	.processing = "a",
	.flow = "x/y",
	.flags = CLASS_S0,
	.size = sizeof(self_t),
	.init = init,
	.push = push,
	.pull = pull,
	.notifier = notifier,
};

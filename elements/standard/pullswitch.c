/* SPDX-License-Identifier: MIT */
/*
 * PullSwitch - pull from an input that can be changed
 *
 * Pulls from input INPUT only, which the switch handler changes; there is
 * nothing to pull when it is negative. Those that pull sleep while the chosen
 * input is known to be empty.
 *
 * See also: StaticPullSwitch, SimplePullSwitch, Switch
 */
#include "elements/standard/choice.h"

struct pullswitch {
	union {
		struct element base;
		struct choice choice;
	};
	struct signal *signal; /* of each input; NULL before start */
	struct notifier notifier;
};
ELEMENT_SELF(struct pullswitch)

static void changed(struct element *e)
{
	struct pullswitch *s = self(e);

	if (s->choice.port < 0)
		notifier_sleep(&s->notifier);
	else if (!s->signal)
		notifier_set(&s->notifier, true);
	else if (signal_active(&s->signal[s->choice.port]))
		notifier_wake(&s->notifier);
}

static const struct choice_kind kind = {
	.side = "input",
	.complaint = "syntax error",
	.changed = changed,
};

static void init(struct element *e)
{
	self(e)->choice.kind = &kind;
	notifier_init(&self(e)->notifier, true);
}

static void wake(struct element *e, unsigned port)
{
	if ((int32_t)port == self(e)->choice.port)
		notifier_wake(&self(e)->notifier);
}

static bool start(struct element *e, struct error *err)
{
	struct signal *s = pool_try(router_pool(e->router), (e->nin + 1) * sizeof(*s));

	if (!s)
		return fail(err, "out of memory!");
	for (unsigned i = 0; i < e->nin; i++)
		signal_upstream_call(e, i, &s[i], wake);
	self(e)->signal = s;
	return true;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct pullswitch *s = self(e);
	unsigned before = b->n;

	(void)port;
	if (s->choice.port < 0) {
		notifier_sleep(&s->notifier);
		return;
	}
	input_pull(e, (unsigned)s->choice.port, b, max);
	if (b->n > before)
		notifier_set(&s->notifier, true);
	else if (!signal_active(&s->signal[s->choice.port]))
		notifier_sleep(&s->notifier);
}

static struct notifier *notifier(struct element *e, enum notify what, unsigned port)
{
	(void)port;
	return what == NOTIFY_EMPTY ? &self(e)->notifier : NULL;
}

static const struct arg args[] = {
	ARG_OR("INPUT", choice.port, ARG_POSITIONAL, "0", "where to pull from, -1 for nowhere"),
};

static const struct handler handlers[] = { CHOICE_HANDLERS("the INPUT argument") };

const struct element_class pullswitch_class = {
	.name = "PullSwitch",
	.ports = "-/1",
	.start = start,
	.pull = pull,
	.notifier = notifier,
	CHOICE_CLASS,
};

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
#include "engine/element.h"
#include "elements/standard/written.h"

struct pullswitch {
	struct element base;
	int32_t input;         /* -1: none */
	struct signal *signal; /* of each input; NULL before start */
	struct notifier notifier;
};
ELEMENT_SELF(struct pullswitch)

static void init(struct element *e)
{
	notifier_init(&self(e)->notifier, true);
}

static void choose(struct pullswitch *s, int32_t input)
{
	s->input = input >= 0 && input < (int64_t)s->base.nin ? input : -1;
	if (s->input < 0)
		notifier_sleep(&s->notifier);
	else if (!s->signal)
		notifier_set(&s->notifier, true);
	else if (signal_active(&s->signal[s->input]))
		notifier_wake(&s->notifier);
}

static bool configure(struct element *e, struct error *err)
{
	(void)err;
	choose(self(e), self(e)->input);
	return true;
}

static void wake(struct element *e, unsigned port)
{
	if ((int32_t)port == self(e)->input)
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
	if (s->input < 0) {
		notifier_sleep(&s->notifier);
		return;
	}
	input_pull(e, (unsigned)s->input, b, max);
	if (b->n > before)
		notifier_set(&s->notifier, true);
	else if (!signal_active(&s->signal[s->input]))
		notifier_sleep(&s->notifier);
}

static struct notifier *notifier(struct element *e, enum notify what, unsigned port)
{
	(void)port;
	return what == NOTIFY_EMPTY ? &self(e)->notifier : NULL;
}

static bool write_switch(struct element *e, struct str value, struct error *err)
{
	int32_t input;

	if (!written_int(value, &input, err, "syntax error"))
		return false;
	choose(self(e), input);
	return true;
}

static void config(struct element *e, struct text *out)
{
	text_add(out, "%d", self(e)->input);
}

static const struct arg args[] = {
	ARG_OR("INPUT", input, ARG_POSITIONAL, "0", "where to pull from, -1 for nowhere"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("switch", input, write_switch, 0, "the INPUT argument"),
};

const struct element_class pullswitch_class = {
	.name = "PullSwitch",
	.ports = "-/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.init = init,
	.configure = configure,
	.start = start,
	.pull = pull,
	.config = config,
	.notifier = notifier,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * DRRSched - pull from the inputs in turn, fair by bytes
 *
 * Deficit round robin (Shreedhar and Varghese, 1995): each time its turn comes
 * an input is granted QUANTUM more bytes, and gives packets while it has them.
 *
 * See also: RoundRobinSched, StrideSched, PrioSched
 */
#include "engine/element.h"

struct drr_input {
	struct packet *head; /* pulled, and waiting until the input may send so much */
	uint32_t deficit;
	struct signal signal;
};

struct drrsched {
	struct element base;
	int32_t quantum;
	unsigned turn;
	struct drr_input *input;
	struct notifier notifier;
};
ELEMENT_SELF(struct drrsched)

static void init(struct element *e)
{
	notifier_init(&self(e)->notifier, true);
	self(e)->notifier.passes = true;
}

static bool configure(struct element *e, struct error *err)
{
	struct drrsched *s = self(e);

	if (s->quantum <= 0)
		return fail(err, "bad QUANTUM");
	s->input = pool_try(e->conf, (e->nin + 1) * sizeof(s->input[0]));
	return s->input || fail(err, "out of memory!");
}

static void wake(struct element *e, unsigned port)
{
	(void)port;
	notifier_wake(&self(e)->notifier);
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	for (unsigned i = 0; i < e->nin; i++)
		signal_upstream_call(e, i, &self(e)->input[i].signal, wake);
	return true;
}

static void stop(struct element *e)
{
	for (unsigned i = 0; self(e)->input && i < e->nin; i++)
		if (self(e)->input[i].head)
			packet_drop(self(e)->input[i].head);
}

/* What the input has to give next, stored or pulled; NULL: nothing. */
static struct packet *candidate(struct drrsched *s, unsigned i)
{
	struct drr_input *in = &s->input[i];

	if (!in->head && signal_active(&in->signal))
		in->head = input_pull_packet(&s->base, i);
	return in->head;
}

static struct packet *pull_one(struct drrsched *s)
{
	unsigned n = s->base.nin;
	bool more = false;

	for (unsigned i = 0; i < n; i++) {
		struct drr_input *in = &s->input[s->turn];
		struct packet *p = candidate(s, s->turn);

		if (!p) {
			in->deficit = 0;
		} else if (p->len <= in->deficit) {
			in->deficit -= p->len;
			in->head = NULL;
			notifier_set(&s->notifier, true);
			return p;
		}
		more = more || p || signal_active(&in->signal);
		s->turn = s->turn + 1 < n ? s->turn + 1 : 0;
		s->input[s->turn].deficit += (uint32_t)s->quantum;
	}
	notifier_set(&s->notifier, more);
	return NULL;
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

static const struct arg args[] = {
	ARG_OR("QUANTUM", quantum, ARG_POSITIONAL, "500", "bytes granted each turn"),
};

const struct element_class drrsched_class = {
	.name = "DRRSched",
	.ports = "-/1",
	.flags = CLASS_S0 | CLASS_ONE_THREAD,
	.size = sizeof(self_t),
	.init = init,
	.configure = configure,
	.start = start,
	.stop = stop,
	.pull = pull,
	.notifier = notifier,
	.args = TABLE(args),
};

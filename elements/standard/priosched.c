/* SPDX-License-Identifier: MIT */
/*
 * PrioSched - pull from the first input that has a packet
 *
 * Each pull tries the inputs in order, leaving out those that say they are
 * empty: input 0 has the highest priority.
 *
 * See also: RoundRobinSched, StrideSched, SimplePrioSched
 */
#include "elements/standard/inputs.h"

struct priosched {
	struct element base;
	struct signal *signal; /* of each input */
};
ELEMENT_SELF(struct priosched)

static bool start(struct element *e, struct error *err)
{
	self(e)->signal = inputs_signals(e, err);
	return self(e)->signal != NULL;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	const struct priosched *s = self(e);
	unsigned end = b->n + max, before;

	(void)port;
	for (unsigned i = 0; i < e->nin && b->n < end; i++)
		if (signal_active(&s->signal[i]))
			do { /* fewer than asked for is not yet empty */
				before = b->n;
				input_pull(e, i, b, end - b->n);
			} while (b->n > before && b->n < end);
}

const struct element_class priosched_class = {
	.name = "PrioSched",
	.ports = "-/1",
	.flags = CLASS_S0,
	.size = sizeof(self_t),
	.start = start,
	.pull = pull,
};

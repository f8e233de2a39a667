/* SPDX-License-Identifier: MIT */
/*
 * RoundRobinSched - pull from the inputs in turn
 *
 * Each pull tries the inputs once around, beginning behind the one that gave
 * the last packet and leaving out those that say they are empty.
 *
 * See also: PrioSched, StrideSched, DRRSched, SimpleRoundRobinSched
 */
#include "elements/standard/inputs.h"

struct roundrobinsched {
	struct element base;
	unsigned next;
	struct signal *signal; /* of each input */
};
ELEMENT_SELF(struct roundrobinsched)

static bool start(struct element *e, struct error *err)
{
	self(e)->signal = inputs_signals(e, err);
	return self(e)->signal != NULL;
}

static bool pull_one(struct element *e, struct batch *b)
{
	struct roundrobinsched *s = self(e);
	unsigned n = b->n;

	for (unsigned i = 0, at = s->next; i < e->nin; i++) {
		if (signal_active(&s->signal[at]))
			input_pull(e, at, b, 1);
		at = at + 1 < e->nin ? at + 1 : 0;
		if (b->n > n) {
			s->next = at;
			return true;
		}
	}
	return false;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	while (max-- > 0 && pull_one(e, b))
		continue;
}

const struct element_class roundrobinsched_class = {
	.name = "RoundRobinSched",
	.ports = "-/1",
	.flags = CLASS_S0,
	.size = sizeof(self_t),
	.start = start,
	.pull = pull,
};

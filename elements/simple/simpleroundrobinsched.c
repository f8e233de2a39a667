/* SPDX-License-Identifier: MIT */
/*
 * SimpleRoundRobinSched - pull from the inputs in turn
 *
 * As RoundRobinSched, but tries all inputs each time, whatever they say.
 *
 * See also: RoundRobinSched
 */
#include "engine/element.h"

struct simpleroundrobinsched {
	struct element base;
	unsigned next;
};
ELEMENT_SELF(struct simpleroundrobinsched)

static bool pull_one(struct element *e, struct batch *b)
{
	unsigned n = b->n, at = self(e)->next;

	for (unsigned i = 0; i < e->nin && b->n == n; i++) {
		input_pull(e, at, b, 1);
		at = at + 1 < e->nin ? at + 1 : 0;
	}
	if (b->n > n)
		self(e)->next = at;
	return b->n > n;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	while (max-- > 0 && pull_one(e, b))
		continue;
}

const struct element_class simpleroundrobinsched_class = {
	.name = "SimpleRoundRobinSched",
	.ports = "-/1",
	.flags = CLASS_S0,
	.size = sizeof(self_t),
	.pull = pull,
};

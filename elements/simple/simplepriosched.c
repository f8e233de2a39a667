/* SPDX-License-Identifier: MIT */
/*
 * SimplePrioSched - pull from the first input that has a packet
 *
 * As PrioSched, but tries all inputs each time, whatever they say.
 *
 * See also: PrioSched
 */
#include "engine/element.h"

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned end = b->n + max, before;

	(void)port;
	for (unsigned i = 0; i < e->nin && b->n < end; i++)
		do { /* fewer than asked for is not yet empty */
			before = b->n;
			input_pull(e, i, b, end - b->n);
		} while (b->n > before && b->n < end);
}

const struct element_class simplepriosched_class = {
	.name = "SimplePrioSched",
	.ports = "-/1",
	.flags = CLASS_S0,
	.size = sizeof(struct element),
	.pull = pull,
};

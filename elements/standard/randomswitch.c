/* SPDX-License-Identifier: MIT */
/*
 * RandomSwitch - choose the output at random
 *
 * Sends each packet to one of its outputs, all equally likely.
 *
 * See also: RoundRobinSwitch, HashSwitch, RandomSample
 */
#include "engine/element.h"

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	for (unsigned i = 0; i < in->n; i++)
		port[i] = (uint16_t)random_below(e, e->nout);
}

const struct element_class randomswitch_class = {
	.name = "RandomSwitch",
	.ports = "1/1-",
	.size = sizeof(struct element),
	.classify = classify,
};

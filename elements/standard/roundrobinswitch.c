/* SPDX-License-Identifier: MIT */
/*
 * RoundRobinSwitch - send packets to the outputs in turn
 *
 * See also: StrideSwitch, RandomSwitch, HashSwitch
 */
#include "engine/element.h"

struct roundrobinswitch {
	struct element base;
	uint32_t next;
};
ELEMENT_SELF(struct roundrobinswitch)

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	uint32_t next = self(e)->next;

	for (unsigned i = 0; i < in->n; i++) {
		port[i] = (uint16_t)next;
		next = next + 1 < e->nout ? next + 1 : 0;
	}
	self(e)->next = next;
}

const struct element_class roundrobinswitch_class = {
	.name = "RoundRobinSwitch",
	.ports = "1/1-",
	.size = sizeof(self_t),
	.classify = classify,
};

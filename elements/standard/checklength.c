/* SPDX-License-Identifier: MIT */
/*
 * CheckLength - pass packets up to a length
 *
 * Packets longer than LENGTH go to output 1, or are dropped when there is none.
 *
 * See also: Truncate
 */
#include "engine/element.h"

struct checklength {
	struct element base;
	uint32_t length;
};
ELEMENT_SELF(struct checklength)

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	uint32_t length = self(e)->length;

	for (unsigned i = 0; i < in->n; i++)
		port[i] = in->pkt[i]->len > length;
}

static const struct arg args[] = {
	ARG("LENGTH", length, ARG_POSITIONAL | ARG_REQUIRED, "greatest length that passes"),
};

static const struct handler handlers[] = {
	RW_FIELD("length", length, "the LENGTH argument"),
};

const struct element_class checklength_class = {
	.name = "CheckLength",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.classify = classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

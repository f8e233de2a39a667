/* SPDX-License-Identifier: MIT */
/*
 * Switch - send packets to an output that can be changed
 *
 * Sends all packets to output OUTPUT, which the switch handler changes; drops
 * them when OUTPUT is negative.
 *
 * See also: StaticSwitch, PullSwitch, InputSwitch
 */
#include "elements/standard/choice.h"

struct switcher {
	union {
		struct element base;
		struct choice choice;
	};
};
ELEMENT_SELF(struct switcher)

static const struct choice_kind kind = {
	.side = "output",
	.strict = true,
	.complaint = "Switch output must be integer",
};

static void init(struct element *e)
{
	self(e)->choice.kind = &kind;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	output_push_or_drop(e, (unsigned)self(e)->choice.port, b);
}

static const struct arg args[] = {
	ARG_OR("OUTPUT", choice.port, ARG_POSITIONAL, "0",
	       "where to send packets, -1 to drop them"),
};

static const struct handler handlers[] = { CHOICE_HANDLERS("the OUTPUT argument") };

const struct element_class switch_class = {
	.name = "Switch",
	.ports = "1/-",
	.push = push,
	CHOICE_CLASS,
};

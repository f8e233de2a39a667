/* SPDX-License-Identifier: MIT */
/*
 * InputSwitch - let packets of one input pass
 *
 * Packets of the input that OUTPUT names pass, those of others are dropped; all
 * are when it is negative. The switch handler changes it.
 *
 * See also: Switch, PullSwitch
 */
#include "elements/standard/choice.h"

struct inputswitch {
	union {
		struct element base;
		struct choice choice;
	};
};
ELEMENT_SELF(struct inputswitch)

static const struct choice_kind kind = {
	.side = "input",
	.strict = true,
	.complaint = "InputSwitch input must be integer",
};

static void init(struct element *e)
{
	self(e)->choice.kind = &kind;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	if ((int32_t)port == self(e)->choice.port)
		output_push(e, 0, b);
	else
		batch_drop(b);
}

static const struct arg args[] = {
	ARG_OR("OUTPUT", choice.port, ARG_POSITIONAL, "0",
	       "the input whose packets pass, -1 for none"),
};

static const struct handler handlers[] = { CHOICE_HANDLERS("the OUTPUT argument") };

const struct element_class inputswitch_class = {
	.name = "InputSwitch",
	.ports = "-/1",
	.push = push,
	CHOICE_CLASS,
};

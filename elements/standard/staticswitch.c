/* SPDX-License-Identifier: MIT */
/*
 * StaticSwitch - send packets to one output
 *
 * Sends all packets to output OUTPUT; drops them when there is none such.
 *
 * See also: Switch, StaticPullSwitch
 */
#include "engine/element.h"

struct staticswitch {
	struct element base;
	int32_t output;
};
ELEMENT_SELF(struct staticswitch)

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	output_push_or_drop(e, (unsigned)self(e)->output, b);
}

static const struct arg args[] = {
	ARG("OUTPUT", output, ARG_POSITIONAL | ARG_REQUIRED, "where to send packets"),
};

const struct element_class staticswitch_class = {
	.name = "StaticSwitch",
	.ports = "1/-",
	.size = sizeof(self_t),
	.push = push,
	.args = TABLE(args),
};

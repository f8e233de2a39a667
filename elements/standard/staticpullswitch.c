/* SPDX-License-Identifier: MIT */
/*
 * StaticPullSwitch - pull from one input
 *
 * Pulls from input INPUT only; there is nothing to pull when there is none such.
 *
 * See also: PullSwitch, StaticSwitch
 */
#include "engine/element.h"

struct staticpullswitch {
	struct element base;
	int32_t input;
};
ELEMENT_SELF(struct staticpullswitch)

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned input = (unsigned)self(e)->input;

	(void)port;
	if (input < e->nin)
		input_pull(e, input, b, max);
}

static const struct arg args[] = {
	ARG("INPUT", input, ARG_POSITIONAL | ARG_REQUIRED, "where to pull from"),
};

const struct element_class staticpullswitch_class = {
	.name = "StaticPullSwitch",
	.ports = "-/1",
	.size = sizeof(self_t),
	.pull = pull,
	.args = TABLE(args),
};

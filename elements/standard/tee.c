/* SPDX-License-Identifier: MIT */
/*
 * Tee - copy packets to all outputs
 *
 * Sends a copy of each packet to every output, in order; the last one gets the
 * packet itself. N, if given, says how many outputs there are.
 *
 * See also: PullTee, PaintTee, Hub
 */
#include "elements/standard/tee.h"

struct tee {
	struct element base;
	uint32_t arms;
};
ELEMENT_SELF(struct tee)

static bool configure(struct element *e, struct error *err)
{
	return tee_check_arms(e, self(e)->arms, err);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	tee_all(e, b);
}

static const struct arg args[] = {
	ARG("N", arms, ARG_POSITIONAL, "number of outputs"),
};

const struct element_class tee_class = {
	.name = "Tee",
	.ports = "1/1-",
	.size = sizeof(self_t),
	.configure = configure,
	.push = push,
	.args = TABLE(args),
};

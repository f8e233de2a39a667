/* SPDX-License-Identifier: MIT */
/*
 * PullTee - copy pulled packets
 *
 * A pull on output 0 pulls a packet, pushes a copy of it to each further
 * output, in order, and returns it. N, if given, says how many outputs there are.
 *
 * See also: Tee
 */
#include "elements/standard/tee.h"

struct pulltee {
	struct element base;
	uint32_t arms;
};
ELEMENT_SELF(struct pulltee)

static bool configure(struct element *e, struct error *err)
{
	return tee_check_arms(e, self(e)->arms, err);
}

static void tee(struct element *e, struct batch *b)
{
	tee_clones(e, 1, e->nout, b);
}

static const struct arg args[] = {
	ARG("N", arms, ARG_POSITIONAL, "number of outputs"),
};

const struct element_class pulltee_class = {
	.name = "PullTee",
	.ports = "1/1-",
	.processing = "l/lh",
	.size = sizeof(self_t),
	.configure = configure,
	.action = tee,
	.args = TABLE(args),
};

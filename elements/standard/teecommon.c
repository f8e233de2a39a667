/* SPDX-License-Identifier: MIT */
/* teecommon.c - what Tee, PullTee, PaintSwitch and Hub share. */
#include "elements/standard/tee.h"

void tee_clones(struct element *e, unsigned first, unsigned end, const struct batch *b)
{
	struct batch copy;

	for (unsigned i = first; i < end; i++) {
		copy.n = 0;
		batch_clone(b, &copy);
		if (copy.n)
			output_push(e, i, &copy);
	}
}

void tee_all(struct element *e, struct batch *b)
{
	if (e->nout == 0) {
		batch_drop(b);
		return;
	}
	tee_clones(e, 0, e->nout - 1, b);
	output_push(e, e->nout - 1, b);
}

bool tee_check_arms(const struct element *e, uint32_t arms, struct error *err)
{
	if (arg_given(e, "N") && arms != e->nout)
		return fail(err, "%u outputs implies %u arms", e->nout, e->nout);
	return true;
}

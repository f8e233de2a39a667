/* SPDX-License-Identifier: MIT */
/*
 * PullNull - pass pulled packets through
 *
 * Passes packets unchanged. Its ports are pull: a way to say what the agnostic
 * elements around it are.
 *
 * See also: Null, PushNull
 */
#include "engine/element.h"

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	input_pull(e, 0, b, max);
}

const struct element_class pullnull_class = {
	.name = "PullNull",
	.ports = "1/1",
	.size = sizeof(struct element),
	.pull = pull,
};

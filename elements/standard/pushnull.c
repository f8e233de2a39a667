/* SPDX-License-Identifier: MIT */
/*
 * PushNull - pass pushed packets through
 *
 * Passes packets unchanged. Its ports are push: a way to say what the agnostic
 * elements around it are.
 *
 * See also: Null, PullNull
 */
#include "engine/element.h"

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	output_push(e, 0, b);
}

const struct element_class pushnull_class = {
	.name = "PushNull",
	.ports = "1/1",
	.size = sizeof(struct element),
	.push = push,
};

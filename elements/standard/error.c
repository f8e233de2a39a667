/* SPDX-License-Identifier: MIT */
/*
 * Error - keep a configuration from starting
 *
 * Accepts any arguments and ports, and always fails when the router starts. It stands for what
 * could not be made.
 *
 * Example: Error(no such interface)
 * See also: Message
 */
#include "elements/standard/ignored.h"

static bool start(struct element *e, struct error *err)
{
	(void)e, (void)err;
	return false;
}

static void drop(struct element *e, unsigned port, struct batch *b)
{
	(void)e, (void)port;
	batch_drop(b);
}

static void pull_nothing(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)e, (void)port, (void)b, (void)max;
}

const struct element_class error_class = {
	.name = "Error",
	.ports = "-/-",
	.processing = "a",
	.flow = "x/y",
	.size = sizeof(struct element),
	.start = start,
	.push = drop,
	.pull = pull_nothing,
	.args = TABLE(ignored_args),
};

/* SPDX-License-Identifier: MIT */
/*
 * SimpleIdle - never send, drop what comes, tell nobody
 *
 * As Idle, but those that pull are not told that there is nothing: they go on
 * trying.
 *
 * See also: Idle
 */
#include "engine/element.h"

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)e, (void)port;
	batch_drop(b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)e, (void)port, (void)b, (void)max;
}

const struct element_class simpleidle_class = {
	.name = "SimpleIdle",
	.ports = "-/-",
	.processing = "a",
	.flow = "x/y",
	.size = sizeof(struct element),
	.push = push,
	.pull = pull,
};

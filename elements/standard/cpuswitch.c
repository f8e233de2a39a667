/* SPDX-License-Identifier: MIT */
/*
 * CPUSwitch - choose the output by thread
 *
 * Sends packets to the output with the number of the thread that runs, modulo
 * the number of outputs.
 *
 * See also: CPUQueue, Switch
 */
#include "engine/element.h"

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	output_push(e, thread_number() % e->nout, b);
}

const struct element_class cpuswitch_class = {
	.name = "CPUSwitch",
	.ports = "1/1-",
	.size = sizeof(struct element),
	.push = push,
};

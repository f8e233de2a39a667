/* SPDX-License-Identifier: MIT */
/*
 * Hub - copy packets to all other ports
 *
 * Sends each packet to every output but the one with the number of the input it
 * came from.
 *
 * See also: Tee, EtherSwitch
 */
#include "elements/standard/tee.h"

static void push(struct element *e, unsigned port, struct batch *b)
{
	unsigned last = port + 1 == e->nout ? e->nout - 2 : e->nout - 1;

	if (e->nout < 2) {
		batch_drop(b);
		return;
	}
	if (port < last) {
		tee_clones(e, 0, port, b);
		tee_clones(e, port + 1, last, b);
	} else {
		tee_clones(e, 0, last, b);
	}
	output_push(e, last, b);
}

const struct element_class hub_class = {
	.name = "Hub",
	.ports = "-/=",
	.flow = "#/[^#]",
	.size = sizeof(struct element),
	.push = push,
};

/* SPDX-License-Identifier: MIT */
/*
 * Meter - choose the output by packet rate
 *
 * Sends packets to output 0 while the recent rate is below the first RATE, in
 * packets a second, to output 1 while it is below the second, and so on. There
 * is one output more than rates, which must rise.
 *
 * Example: Meter(20000) => Queue, Discard
 * See also: BandwidthMeter, RatedSplitter
 */
#include "elements/standard/meters.h"

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	meters_push((struct meters *)(void *)e, b, b->n);
}

const struct element_class meter_class = {
	.name = "Meter",
	.ports = "1/2-",
	.size = sizeof(struct meters),
	.init = meters_init,
	.configure = meters_configure,
	.push = push,
	.args = TABLE(meters_args),
	.handlers = TABLE(meters_handlers),
};

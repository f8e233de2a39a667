/* SPDX-License-Identifier: MIT */
/*
 * BandwidthMeter - choose the output by byte rate
 *
 * Sends packets to output 0 while the recent rate is below the first RATE, in
 * bytes a second, to output 1 while it is below the second, and so on. There
 * is one output more than rates, which must rise.
 *
 * Example: BandwidthMeter(1MBps, 2MBps) => Queue, slow, Discard
 * See also: Meter, BandwidthRatedSplitter
 */
#include "elements/standard/meters.h"

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	meters_push((struct meters *)(void *)e, b, batch_bytes(b));
}

const struct element_class bandwidthmeter_class = {
	.name = "BandwidthMeter",
	.ports = "1/2-",
	.size = sizeof(struct meters),
	.init = meters_init,
	.configure = meters_configure,
	.push = push,
	.args = TABLE(meters_args),
	.handlers = TABLE(meters_handlers),
};

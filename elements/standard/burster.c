/* SPDX-License-Identifier: MIT */
/*
 * Burster - pull bursts of packets and push them
 *
 * Pulls and pushes up to BURST packets every INTERVAL: TimedUnqueue with
 * another default.
 *
 * See also: TimedUnqueue
 */
#include "elements/standard/timedunqueue.h"

typedef struct timed_unqueue self_t;

static const struct arg args[] = {
	ARG("INTERVAL", interval, ARG_POSITIONAL | ARG_REQUIRED, "time between bursts"),
	ARG_OR("BURST", burst, ARG_POSITIONAL, "8", "most packets moved in one go"),
};

const struct element_class burster_class = {
	.name = "Burster",
	.ports = "1/1",
	.processing = "l/h",
	.size = sizeof(self_t),
	.configure = timed_unqueue_configure,
	.start = timed_unqueue_start,
	.args = TABLE(args),
};

/* SPDX-License-Identifier: MIT */
/*
 * RED - drop early at random
 *
 * Random early detection (Floyd and Jacobson, 1993). Watches the queues QUEUES,
 * or the nearest ones downstream (when it is pushed; upstream when pulled).
 * While their average length is above MIN_THRESH packets are dropped with a
 * probability that grows to MAX_P at MAX_THRESH and, if GENTLE, on to 1 at twice
 * MAX_THRESH; above that all are. They go to output 1 if there is one. Each
 * packet counts for 1 / 2^STABILITY of the average.
 *
 * Example: RED(5, 50, 0.02) -> Queue(200)
 * See also: AdaptiveRED, CoDel
 */
#include "elements/aqm/redcommon.h"

typedef struct red self_t;

static const struct arg args[] = {
	ARG("MIN_THRESH", min, ARG_POSITIONAL | ARG_REQUIRED, "average length where drops begin"),
	ARG("MAX_THRESH", max, ARG_POSITIONAL | ARG_REQUIRED,
	    "average length where they are MAX_P"),
	ARG("MAX_P", max_p, ARG_POSITIONAL | ARG_REQUIRED, "drop probability at MAX_THRESH"),
	ARG("QUEUES", queue_names, 0, "the queues to watch"),
	ARG_OR("STABILITY", stability, 0, "4", "how slowly the average moves, 0 to 16"),
	ARG_OR("GENTLE", gentle, 0, "true", "drop all only above twice MAX_THRESH"),
};

const struct element_class red_class = {
	.name = "RED",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = red_configure,
	.start = red_start,
	.take_state = red_take_state,
	.can_take = red_can_take,
	.push = red_push,
	.pull = red_pull,
	.config = red_config,
	.args = TABLE(args),
	.handlers = TABLE(red_handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * AdaptiveRED - drop early at random, tuning itself
 *
 * A RED with thresholds of half and one and a half times TARGET, whose greatest
 * drop probability, at first MAX_P, is changed twice a second so that the
 * average queue length stays near TARGET (Floyd, Gummadi and Shenker, 2001).
 *
 * Example: AdaptiveRED(30, 0.02) -> Queue(200)
 * See also: RED, CoDel
 */
#include "elements/aqm/redcommon.h"

#define INTERVAL (500 * NS_PER_MSEC)

enum { TARGET_MIN = 10, TARGET_MAX = 43690 };
/* Probabilities, 16 fraction bits: bounds, step and factor of the changes. */
enum { P_LOW = 655, P_HIGH = 32768, P_STEP = 655, P_FACTOR = 58982 };

typedef struct red self_t;

static bool configure(struct element *e, struct error *err)
{
	struct red *r = red(e);

	if (r->target < TARGET_MIN)
		r->target = TARGET_MIN;
	if (r->target > TARGET_MAX)
		return fail(err, "MAX_THRESH must be <= 65535");
	r->min = r->target / 2;
	r->max = r->target + r->target / 2;
	r->gentle = true;
	return red_configure(e, err);
}

static void adapt(struct element *e, struct timer *t)
{
	struct red *r = red(e);
	uint32_t part = (r->max - r->min) / 2, p = r->max_p.v;
	int64_t average = red_average(r);

	if (average < r->min + part && p > P_LOW)
		p = (uint32_t)(((uint64_t)p * P_FACTOR) >> 16);
	else if (average > r->max - part && p < P_HIGH)
		p += p / 4 < P_STEP ? p / 4 : P_STEP;
	r->max_p.v = p;
	red_set_lines(r);
	timer_again(t, INTERVAL);
}

static bool start(struct element *e, struct error *err)
{
	struct red *r = red(e);

	if (!red_start(e, err))
		return false;
	timer_init(&r->timer, e, adapt);
	timer_after(&r->timer, INTERVAL);
	return true;
}

static const struct arg args[] = {
	ARG("TARGET", target, ARG_POSITIONAL | ARG_REQUIRED, "wanted average queue length"),
	ARG("MAX_P", max_p, ARG_POSITIONAL | ARG_REQUIRED, "greatest drop probability at first"),
	ARG("QUEUES", queue_names, 0, "the queues to watch"),
	ARG_OR("STABILITY", stability, 0, "4", "how slowly the average moves, 0 to 16"),
};

const struct element_class adaptivered_class = {
	.name = "AdaptiveRED",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.take_state = red_take_state,
	.can_take = red_can_take,
	.push = red_push,
	.pull = red_pull,
	.config = red_config,
	.args = TABLE(args),
	.handlers = TABLE(red_handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * ScheduleInfo - give elements more or less of the processor
 *
 * Sets the scheduling weights of elements' tasks: 1 is the default and 1024 tickets, 2 runs
 * twice as often, 0 never. A name with a slash at its end is a compound element; its weight
 * multiplies those of the elements inside.
 *
 * Example: ScheduleInfo(poll 2.5, slow 0.1, vpn/ 0.5)
 * See also: InfiniteSource, Unqueue
 */
#include "engine/element.h"
#include "engine/lang/lang.h"
#include "engine/manage.h"

static bool add_weight(struct element *e, struct str text, struct error *err)
{
	struct str name = conf_word(&text), number = conf_word(&text);
	uint32_t weight;

	if (!name.n)
		return true;
	if (conf_word(&text).n || !parse_fixed(number, 10, &weight, NULL))
		note(err, "expected 'ELEMENTNAME PARAM'");
	else
		schedule_define(e, name, weight);
	return true;
}

static const struct arg args[] = {
	ARG_EACH("ELEMENT PARAM", add_weight, "an element and its weight"),
};

const struct element_class scheduleinfo_class = {
	.name = "ScheduleInfo",
	.ports = "0/0",
	.size = sizeof(struct element),
	.phase = PHASE_INFO,
	.args = TABLE(args),
};

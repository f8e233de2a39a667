/* SPDX-License-Identifier: MIT */
/*
 * FlowInfo - say how packets flow through elements
 *
 * Replaces the flow codes of elements: which inputs reach which outputs, for searches of queues
 * and neighbours. A later argument for the same element wins.
 *
 * Example: FlowInfo(tunnel xy/xy)
 * See also: ScheduleInfo
 */
#include "engine/element.h"
#include "engine/lang/lang.h"
#include "engine/manage.h"

static bool add_code(struct element *e, struct str text, struct error *err)
{
	struct str name = conf_word(&text), code = conf_word(&text);
	struct element *found;

	if (!name.n)
		return true;
	found = element_find(e, name);
	if (!code.n || conf_word(&text).n)
		note(err, "expected 'ELEMENT CODE'");
	else if (!found)
		note(err, "'%.*s' does not name an element", STR(name));
	else
		element_set_flow(found, pool_cstr(router_pool(e->router), code));
	return true;
}

static const struct arg args[] = {
	ARG_EACH("ELEMENT CODE", add_code, "an element and its flow code"),
};

const struct element_class flowinfo_class = {
	.name = "FlowInfo",
	.ports = "0/0",
	.size = sizeof(struct element),
	.phase = PHASE_INFO,
	.args = TABLE(args),
};

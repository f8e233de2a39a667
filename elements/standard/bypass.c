/* SPDX-License-Identifier: MIT */
/*
 * Bypass - a detour that can be switched
 *
 * Packets from input 0 go to output 0 or, while ACTIVE, to output 1; those from
 * input 1 go to output 0. Pulls on output 0 go to input 0 or, while ACTIVE, to
 * input 1. INLINE makes no difference.
 *
 * Example: b :: Bypass; ... -> b -> ...; b[1] -> Print -> [1]b
 * See also: Switch, PullSwitch
 */
#include "engine/element.h"
#include "elements/standard/written.h"

struct bypass {
	struct element base;
	bool active, in_line;
};
ELEMENT_SELF(struct bypass)

static void push(struct element *e, unsigned port, struct batch *b)
{
	output_push(e, port == 0 && self(e)->active && e->nout > 1, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	input_pull(e, port == 0 && self(e)->active && e->nin > 1, b, max);
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	return written_bool(value, &self(e)->active, err, "syntax error");
}

static const struct arg args[] = {
	ARG_OR("ACTIVE", active, ARG_POSITIONAL, "false", "take the detour"),
	ARG_OR("INLINE", in_line, 0, "false", "accepted"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("active", active, write_active, 0, "the ACTIVE argument"),
};

const struct element_class bypass_class = {
	.name = "Bypass",
	.ports = "1-2/1-2",
	.processing = "a",
	.flow = "xy/[xy]x",
	.size = sizeof(self_t),
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

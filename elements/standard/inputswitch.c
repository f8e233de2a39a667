/* SPDX-License-Identifier: MIT */
/*
 * InputSwitch - let packets of one input pass
 *
 * Packets of the input that OUTPUT names pass, those of others are dropped; all
 * are when it is negative. The switch handler changes it.
 *
 * See also: Switch, PullSwitch
 */
#include "engine/element.h"
#include "elements/standard/written.h"

struct inputswitch {
	struct element base;
	int32_t input; /* -1: none */
};
ELEMENT_SELF(struct inputswitch)

static bool configure(struct element *e, struct error *err)
{
	struct inputswitch *s = self(e);

	if (s->input >= (int64_t)e->nin)
		return fail(err, "input must be < %u", e->nin);
	if (s->input < 0)
		s->input = -1;
	return true;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	if ((int32_t)port == self(e)->input)
		output_push(e, 0, b);
	else
		batch_drop(b);
}

static bool write_switch(struct element *e, struct str value, struct error *err)
{
	int32_t input;

	if (!written_int(value, &input, err, "InputSwitch input must be integer"))
		return false;
	self(e)->input = input < (int64_t)e->nin && input >= 0 ? input : -1;
	return true;
}

static void config(struct element *e, struct text *out)
{
	text_add(out, "%d", self(e)->input);
}

static const struct arg args[] = {
	ARG_OR("OUTPUT", input, ARG_POSITIONAL, "0", "the input whose packets pass, -1 for none"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("switch", input, write_switch, 0, "the OUTPUT argument"),
};

const struct element_class inputswitch_class = {
	.name = "InputSwitch",
	.ports = "-/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.push = push,
	.config = config,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * Switch - send packets to an output that can be changed
 *
 * Sends all packets to output OUTPUT, which the switch handler changes; drops
 * them when OUTPUT is negative.
 *
 * See also: StaticSwitch, PullSwitch, InputSwitch
 */
#include "engine/element.h"
#include "elements/standard/written.h"

struct switcher {
	struct element base;
	int32_t output; /* -1: drop */
};
ELEMENT_SELF(struct switcher)

static bool configure(struct element *e, struct error *err)
{
	struct switcher *s = self(e);

	if (s->output >= (int64_t)e->nout)
		return fail(err, "output must be < %u", e->nout);
	if (s->output < 0)
		s->output = -1;
	return true;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	output_push_or_drop(e, (unsigned)self(e)->output, b);
}

static bool write_switch(struct element *e, struct str value, struct error *err)
{
	struct switcher *s = self(e);
	int32_t output;

	if (!written_int(value, &output, err, "Switch output must be integer"))
		return false;
	s->output = output < (int64_t)e->nout && output >= 0 ? output : -1;
	return true;
}

static void config(struct element *e, struct text *out)
{
	text_add(out, "%d", self(e)->output);
}

static const struct arg args[] = {
	ARG_OR("OUTPUT", output, ARG_POSITIONAL, "0", "where to send packets, -1 to drop them"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("switch", output, write_switch, 0, "the OUTPUT argument"),
};

const struct element_class switch_class = {
	.name = "Switch",
	.ports = "1/-",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.push = push,
	.config = config,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

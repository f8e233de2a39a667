/* SPDX-License-Identifier: MIT */
/*
 * SimplePullSwitch - pull from an input that can be changed
 *
 * As PullSwitch, but those that pull go by what all inputs say, not by what the
 * chosen one does.
 *
 * See also: PullSwitch, StaticPullSwitch
 */
#include "elements/standard/written.h"
#include "engine/element.h"

struct simplepullswitch {
	struct element base;
	int32_t input; /* -1: none */
};
ELEMENT_SELF(struct simplepullswitch)

static void choose(struct simplepullswitch *s, int32_t input)
{
	s->input = input >= 0 && input < (int64_t)s->base.nin ? input : -1;
}

static bool configure(struct element *e, struct error *err)
{
	(void)err;
	choose(self(e), self(e)->input);
	return true;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	if (self(e)->input >= 0)
		input_pull(e, (unsigned)self(e)->input, b, max);
}

static bool write_switch(struct element *e, struct str value, struct error *err)
{
	int32_t input;

	if (!written_int(value, &input, err, "syntax error"))
		return false;
	choose(self(e), input);
	return true;
}

static void config(struct element *e, struct text *out)
{
	text_add(out, "%d", self(e)->input);
}

static const struct arg args[] = {
	ARG_OR("INPUT", input, ARG_POSITIONAL, "0", "where to pull from, -1 for nowhere"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("switch", input, write_switch, 0, "the INPUT argument"),
};

const struct element_class simplepullswitch_class = {
	.name = "SimplePullSwitch",
	.ports = "-/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.pull = pull,
	.config = config,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

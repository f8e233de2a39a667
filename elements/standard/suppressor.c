/* SPDX-License-Identifier: MIT */
/*
 * Suppressor - let packets pass port by port
 *
 * Packets from input i go to output i while handler activeI says so; otherwise
 * pushed ones are dropped and there is nothing to pull. All are active at first.
 *
 * See also: Switch, Bypass
 */
#include "engine/element.h"

struct suppressor {
	struct element base;
	bool *suppressed; /* [nin] */
};
ELEMENT_SELF(struct suppressor)

static bool ignore(struct element *e, struct str text, struct error *err)
{
	(void)e, (void)text, (void)err;
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	self(e)->suppressed = pool_try(e->conf, e->nin + 1);
	return self(e)->suppressed || fail(err, "out of memory!");
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	if (self(e)->suppressed[port])
		batch_drop(b);
	else
		output_push(e, port, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	if (!self(e)->suppressed[port])
		input_pull(e, port, b, max);
}

static bool active(struct element *e, struct handler_call *c)
{
	bool *suppressed = &self(e)->suppressed[c->index], on;

	if (!c->write) {
		text_add(c->out, "%s", *suppressed ? "false" : "true");
		return true;
	}
	if (!parse_bool(str_trim(c->value), &on))
		return fail(c->err, "type mismatch");
	*suppressed = !on;
	return true;
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	memset(self(e)->suppressed, 0, e->nin);
	return true;
}

static const struct arg args[] = {
	ARG_EACH("ANYTHING", ignore, "ignored"),
};

static const struct handler handlers[] = {
	CALL("active%u", active, H_READ | H_WRITE | H_CHECKBOX | H_EACH_INPUT,
	     "do packets of this port pass?"),
	BUTTON("reset", reset, "let all pass"),
};

const struct element_class suppressor_class = {
	.name = "Suppressor",
	.ports = "-/=",
	.processing = "a",
	.flow = "#/#",
	.size = sizeof(self_t),
	.configure = configure,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

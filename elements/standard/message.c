/* SPDX-License-Identifier: MIT */
/*
 * Message - print a text while the router is configured
 *
 * Prints MESSAGE. TYPE is MESSAGE, WARNING, or ERROR, which keeps the router from starting: a
 * compound element can refuse arguments this way.
 *
 * Example: Message("this element is deprecated", WARNING)
 * See also: Error
 */
#include "engine/element.h"

struct message {
	struct element base;
	struct str text;
	struct raw type;
};
ELEMENT_SELF(struct message)

static bool configure(struct element *e, struct error *err)
{
	struct str text = self(e)->text, type = self(e)->type.s;

	if (str_is(type, "MESSAGE"))
		note(err, "%.*s", STR(text));
	else if (str_is(type, "WARNING"))
		warn(err, "%.*s", STR(text));
	else if (str_is(type, "ERROR"))
		fail(err, "%.*s", STR(text));
	else
		fail(err, "unrecognized message type");
	return str_is(type, "MESSAGE") || str_is(type, "WARNING");
}

static const struct arg args[] = {
	ARG("MESSAGE", text, ARG_POSITIONAL | ARG_REQUIRED, "what to print"),
	ARG_OR("TYPE", type, ARG_POSITIONAL, "MESSAGE", "MESSAGE, WARNING or ERROR"),
};

const struct element_class message_class = {
	.name = "Message",
	.ports = "0/0",
	.size = sizeof(self_t),
	.configure = configure,
	.args = TABLE(args),
};

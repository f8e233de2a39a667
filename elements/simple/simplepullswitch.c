/* SPDX-License-Identifier: MIT */
/*
 * SimplePullSwitch - pull from an input that can be changed
 *
 * As PullSwitch, but those that pull go by what all inputs say, not by what the
 * chosen one does.
 *
 * See also: PullSwitch, StaticPullSwitch
 */
#include "elements/standard/choice.h"

struct simplepullswitch {
	union {
		struct element base;
		struct choice choice;
	};
};
ELEMENT_SELF(struct simplepullswitch)

static const struct choice_kind kind = { .side = "input", .complaint = "syntax error" };

static void init(struct element *e)
{
	self(e)->choice.kind = &kind;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	if (self(e)->choice.port >= 0)
		input_pull(e, (unsigned)self(e)->choice.port, b, max);
}

static const struct arg args[] = {
	ARG_OR("INPUT", choice.port, ARG_POSITIONAL, "0", "where to pull from, -1 for nowhere"),
};

static const struct handler handlers[] = { CHOICE_HANDLERS("the INPUT argument") };

const struct element_class simplepullswitch_class = {
	.name = "SimplePullSwitch",
	.ports = "-/1",
	.pull = pull,
	CHOICE_CLASS,
};

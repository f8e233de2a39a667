/* SPDX-License-Identifier: MIT */
/*
 * RandomSample - let packets pass at random
 *
 * Each packet passes with probability SAMPLE, or 1 - DROP; the others go to
 * output 1, or are dropped when there is none. All pass while not ACTIVE.
 *
 * Example: RandomSample(.1)
 * See also: RandomSwitch, RandomBitErrors
 */
#include "engine/element.h"
#include "elements/standard/written.h"

#define ONE (1U << 28) /* probability 1 */

struct randomsample {
	struct element base;
	struct fixed28 p, sample, drop; /* arguments */
	uint32_t probability;
	bool active;
	uint64_t drops;
};
ELEMENT_SELF(struct randomsample)

static bool configure(struct element *e, struct error *err)
{
	struct randomsample *s = self(e);
	uint32_t probability = ONE + 1;

	if (arg_given(e, "SAMPLE") + arg_given(e, "DROP") + arg_given(e, "P") > 1)
		return fail(err, "give at most one of SAMPLE and DROP");
	if (arg_given(e, "P"))
		probability = s->p.v;
	else if (arg_given(e, "SAMPLE"))
		probability = s->sample.v;
	else if (arg_given(e, "DROP") && s->drop.v <= ONE)
		probability = ONE - s->drop.v;
	if (probability > ONE)
		return fail(err, "sampling probability must be between 0 and 1");
	s->probability = probability;
	return true;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	struct randomsample *s = self(e);
	unsigned n = 0;

	for (unsigned i = 0; i < in->n; i++) {
		port[i] = s->active && random_below(e, ONE) >= s->probability;
		n += port[i];
	}
	s->drops += n;
}

static void read_sampling(struct element *e, struct text *out)
{
	print_fixed(out, self(e)->probability, 28);
}

static void read_dropping(struct element *e, struct text *out)
{
	print_fixed(out, ONE - self(e)->probability, 28);
}

static bool write_probability(struct str value, uint32_t *p, struct error *err)
{
	if (!parse_fixed(str_trim(value), 28, p, NULL) || *p > ONE)
		return fail(err, "Must be given a number between 0.0 and 1.0");
	return true;
}

static bool write_sampling(struct element *e, struct str value, struct error *err)
{
	uint32_t p;

	if (!write_probability(value, &p, err))
		return false;
	self(e)->probability = p;
	return true;
}

static bool write_dropping(struct element *e, struct str value, struct error *err)
{
	uint32_t p;

	if (!write_probability(value, &p, err))
		return false;
	self(e)->probability = ONE - p;
	return true;
}

static void config(struct element *e, struct text *out)
{
	text_add(out, "SAMPLE ");
	read_sampling(e, out);
	text_add(out, ", ACTIVE %s", self(e)->active ? "true" : "false");
}

static const struct arg args[] = {
	ARG("P", p, ARG_POSITIONAL, "probability to pass"),
	ARG("SAMPLE", sample, 0, "the same"),
	ARG("DROP", drop, 0, "probability not to pass, instead"),
	ARG_OR("ACTIVE", active, 0, "true", "keep packets from passing"),
};

static const struct handler handlers[] = {
	RW("sampling_prob", read_sampling, write_sampling, 0, "probability to pass"),
	RW("drop_prob", read_dropping, write_dropping, 0, "probability not to pass"),
	FIELD_FLAGS("active", active, H_READ | H_WRITE | H_CHECKBOX, "the ACTIVE argument"),
	READ_FIELD("drops", drops, "packets that did not pass"),
};

const struct element_class randomsample_class = {
	.name = "RandomSample",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.classify = classify,
	.config = config,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

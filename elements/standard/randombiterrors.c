/* SPDX-License-Identifier: MIT */
/*
 * RandomBitErrors - damage packets
 *
 * Each bit of a packet is wrong with probability P: flipped, set or cleared, as
 * KIND says. Nothing is done while not ACTIVE.
 *
 * Example: RandomBitErrors(.0001)
 * See also: RandomSample
 */
#include "engine/element.h"

#define ONE (1U << 28) /* probability 1 */

enum kind_of_error { ERROR_CLEAR, ERROR_SET, ERROR_FLIP };

struct randombiterrors {
	struct element base;
	struct fixed28 p;
	struct str kind_text;
	bool active;
	enum kind_of_error kind;
	uint32_t at_most[9]; /* probability that a byte has up to i wrong bits */
};
ELEMENT_SELF(struct randombiterrors)

static const char *const kind_names[] = {
	[ERROR_CLEAR] = "clear", [ERROR_SET] = "set", [ERROR_FLIP] = "flip"
};

/* --- configuration --- */

/* The binomial law for 8 bits. */
static void set_probability(struct randombiterrors *r)
{
	static const double ways[9] = { 1, 8, 28, 56, 70, 56, 28, 8, 1 };
	double p = (double)r->p.v / ONE, sum = 0;

	for (unsigned i = 0; i <= 8; i++) {
		double term = ways[i];

		for (unsigned k = 0; k < 8; k++)
			term *= k < i ? p : 1 - p;
		sum += term;
		r->at_most[i] = (uint32_t)(sum * ONE + 0.5);
	}
	r->at_most[8] = ONE;
}

static bool parse_kind(struct randombiterrors *r, struct error *err)
{
	r->kind = ERROR_FLIP;
	if (r->kind_text.n == 0)
		return true;
	for (unsigned i = 0; i < ARRAY_LEN(kind_names); i++)
		if (str_is(r->kind_text, kind_names[i])) {
			r->kind = (enum kind_of_error)i;
			return true;
		}
	return fail(err, "bad action '%.*s' (must be 'set', 'clear', or 'flip')",
		    STR(r->kind_text));
}

static bool configure(struct element *e, struct error *err)
{
	struct randombiterrors *r = self(e);

	if (!parse_kind(r, err))
		return false;
	if (r->p.v > ONE)
		return fail(err, "drop probability must be between 0 and 1");
	if (r->p.v == 0)
		warn(err, "zero bit error probability (underflow?)");
	set_probability(r);
	return true;
}

/* --- packets --- */

/* A byte with n wrong bits, all such equally likely. */
static uint8_t pattern(const struct element *e, unsigned n)
{
	unsigned bits = 0;

	for (unsigned left = 8; left > 0 && n > 0; left--)
		if (random_below(e, left) < n) {
			bits |= 1U << (left - 1);
			n--;
		}
	return (uint8_t)bits;
}

static uint8_t damaged(enum kind_of_error kind, uint8_t byte, uint8_t wrong)
{
	switch (kind) {
	case ERROR_CLEAR:
		return byte & (uint8_t)~wrong;
	case ERROR_SET:
		return byte | wrong;
	default:
		return byte ^ wrong;
	}
}

static void damage(const struct randombiterrors *r, struct packet *p)
{
	for (uint32_t i = 0; i < p->len; i++) {
		uint32_t draw = random_below(&r->base, ONE);
		unsigned n = 0;

		while (draw >= r->at_most[n])
			n++;
		if (n > 0)
			p->data[i] = damaged(r->kind, p->data[i], pattern(&r->base, n));
	}
}

static void damage_batch(struct element *e, struct batch *b)
{
	const struct randombiterrors *r = self(e);

	if (!r->active || r->at_most[0] == ONE)
		return;
	batch_writable(b);
	for (unsigned i = 0; i < b->n; i++)
		damage(r, b->pkt[i]);
}

/* --- handlers --- */

static void read_probability(struct element *e, struct text *out)
{
	print_fixed(out, self(e)->p.v, 28);
}

static void read_kind(struct element *e, struct text *out)
{
	text_add(out, "%s", kind_names[self(e)->kind]);
}

static const struct arg args[] = {
	ARG("P", p, ARG_POSITIONAL | ARG_REQUIRED, "probability that a bit is wrong"),
	ARG_OR("KIND", kind_text, ARG_POSITIONAL, "flip", "what happens to it: flip, set or clear"),
	ARG_OR("ACTIVE", active, ARG_POSITIONAL, "true", "damage packets"),
};

static const struct handler handlers[] = {
	RECONF("p_bit_error", "P", 0, read_probability, "the P argument"),
	RECONF("error_kind", "KIND", 1, read_kind, "the KIND argument"),
	RW_FIELD("active", active, "the ACTIVE argument"),
};

const struct element_class randombiterrors_class = {
	.name = "RandomBitErrors",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.action = damage_batch,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * Classifier - sort packets by their contents
 *
 * Sends each packet to the output of the first pattern it matches, and drops
 * it when there is none. A pattern is a list of clauses, all of which must
 * hold: `OFFSET/VALUE' or `OFFSET/VALUE%MASK', VALUE and MASK in hex with `?'
 * for any digit, each negated by a `!' in front. A clause whose bytes a packet
 * lacks does not hold. The pattern `-' matches all packets, as does none.
 *
 * Example: Classifier(12/0806 20/0001, 12/0800, -)
 * See also: IPClassifier, IPFilter, HashSwitch
 */
#include "elements/standard/alignmentinfo.h"
#include "elements/standard/program.h"
#include "engine/element.h"
#include "engine/lang/lang.h"

/* Far beyond any packet, and far from where sums overflow. */
#define OFFSET_MAX (1U << 30)

struct classifier {
	struct element base;
	struct program program;
};
ELEMENT_SELF(struct classifier)

/* --- patterns --- */

struct clause {
	uint32_t offset; /* where the words' first byte would be in an aligned packet */
	struct str value, mask;
	bool negated;
};

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
	       c == '?';
}

static struct str take_digits(struct str *s)
{
	struct str digits = { s->p, 0 };

	while (digits.n < s->n && is_digit(s->p[digits.n]))
		digits.n++;
	*s = str_from(*s, digits.n);
	return digits;
}

/* Byte i of the digits, and which of its bits they tell. */
static uint8_t byte_of(struct str digits, size_t i, uint8_t *known)
{
	uint8_t value = 0;

	*known = 0;
	for (size_t k = 2 * i; k < 2 * i + 2; k++) {
		char c = digits.p[k], low = (char)(c | 32);

		value = (uint8_t)(value << 4);
		*known = (uint8_t)(*known << 4);
		if (c == '?')
			continue;
		value |= (uint8_t)(c <= '9' ? c - '0' : low - 'a' + 10);
		*known |= 15;
	}
	return value;
}

/* The part of a pattern for the clause: a test for each word. */
static struct part draft_clause(struct draft *d, const struct clause *c)
{
	size_t n = c->value.n / 2;
	uint32_t word = c->offset / 4 * 4, mask = 0, value = 0;
	struct part all = draft_test(d, AREA_MAC, 0, 0, 0, false);

	for (size_t i = 0; i < n; i++) {
		uint32_t at = c->offset + (uint32_t)i;
		unsigned shift = 24 - 8 * (at % 4);
		uint8_t known, told = 0xff, byte = byte_of(c->value, i, &known);

		if (c->mask.n)
			known &= byte_of(c->mask, i, &told) & told;
		mask |= (uint32_t)known << shift;
		value |= (uint32_t)(byte & known) << shift;
		if (shift && i + 1 < n)
			continue;
		all = draft_and(d, all, draft_test(d, AREA_MAC, word, mask, value, false));
		word += 4;
		mask = value = 0;
	}
	return c->negated ? part_not(all) : all;
}

/* Reads a clause up to its mask. False: the rest of the pattern makes no sense. */
static bool parse_clause(struct str *s, struct clause *c, bool *ok, struct error *err)
{
	c->negated = str_char(s, '!');
	str_space(s);
	if (!str_decimal(s, &c->offset) || c->offset > OFFSET_MAX)
		return fail(err, "expected a digit");
	if (!str_char(s, '/'))
		return fail(err, "expected '/'");
	c->value = take_digits(s);
	if (c->value.n < 2)
		*ok = fail(err, "value has less than 2 hex digits");
	else if (c->value.n % 2)
		*ok = fail(err, "value has odd number of hex digits");
	if (!str_char(s, '%'))
		return true;
	c->mask = take_digits(s);
	if (c->mask.n != c->value.n)
		*ok = fail(err, "mask has too %s hex digits",
			   c->mask.n < c->value.n ? "few" : "many");
	return true;
}

static bool add_pattern(struct draft *d, uint32_t align, struct str s, uint16_t port,
			struct error *err)
{
	struct part all = draft_test(d, AREA_MAC, 0, 0, 0, false);
	bool ok = true;

	if (str_is(s, "-"))
		s.n = 0;
	for (str_space(&s); s.n; str_space(&s)) {
		struct clause c = { .negated = false };

		if (!parse_clause(&s, &c, &ok, err))
			return false;
		c.offset += align;
		if (ok)
			all = draft_and(d, all, draft_clause(d, &c));
	}
	draft_rule(d, all, port);
	return ok;
}

/* How many bytes earlier packets would begin if words at multiples of 4 were aligned. */
static uint32_t find_align(struct element *e)
{
	uint32_t modulus, offset;

	if (!alignment_find(e, 0, &modulus, &offset) || modulus < 4)
		return 0;
	return (4 - offset % 4) % 4;
}

static bool configure(struct element *e, struct error *err)
{
	struct str_list args = { NULL, 0, 0 };
	struct draft *d = draft_new(e->conf);
	uint32_t align = find_align(e);
	bool ok = true;

	conf_args(e->conf, e->config, &args);
	if (args.n != e->nout)
		return fail(err, "need %u arguments, one per output port", e->nout);
	for (unsigned i = 0; i < args.n; i++) {
		error_prefix(err, "pattern %u: ", i);
		ok &= add_pattern(d, align, args.v[i], (uint16_t)i, err);
		error_leave(err);
	}
	if (!ok)
		return false;
	draft_finish(d, align, &self(e)->program);
	program_warn(&self(e)->program, e->nout, err);
	return true;
}

/* The arguments are read by configure, all at once. */
static bool accept(struct element *e, struct str pattern, struct error *err)
{
	(void)e, (void)pattern, (void)err;
	return true;
}

/* --- packets --- */

/* For packets that lack something: looks before it reads. */
static __attribute__((noinline)) uint16_t classify_careful(const struct program *pr,
							   const struct packet *p)
{
	const uint8_t *const at[AREAS] = { p->data - pr->align };
	const uint32_t have[AREAS] = { p->len + pr->align };

	return program_careful(pr, at, have);
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	const struct program *pr = &self(e)->program;
	uint32_t align = pr->align, full = pr->full[AREA_MAC];

	for (unsigned i = 0; i < in->n; i++) {
		const struct packet *p = in->pkt[i];
		const uint8_t *at = p->data - align;

		if (LIKELY(p->len + align >= full && (!align || packet_headroom(p) >= align)))
			port[i] = program_fast(pr, &at, true);
		else
			port[i] = classify_careful(pr, p);
	}
}

static void read_program(struct element *e, struct text *out)
{
	program_print(&self(e)->program, out);
}

static const struct arg args[] = {
	ARG_EACH("PATTERN", accept, "what packets for one output hold"),
};

static const struct handler handlers[] = {
	READ("program", read_program, "the compiled patterns"),
};

const struct element_class classifier_class = {
	.name = "Classifier",
	.ports = "1/-",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.classify = classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

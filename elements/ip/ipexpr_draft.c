/* SPDX-License-Identifier: MIT */
/* ipexpr_draft.c - from expressions to decision programs. */
#include "elements/ip/ipexpr.h"

/* The bits that can make a word greater, from the top: not those below a one that the mask lets
 * no word have, nor ones of the value behind its last zero. */
static uint32_t deciding_bits(const struct compare *c)
{
	uint32_t lost = c->value & ~c->mask, bits = c->mask, zeros;

	if (lost)
		bits &= ~(UINT32_MAX >> __builtin_clz(lost));
	zeros = bits & ~c->value;
	return bits & ~((zeros & -zeros) - 1);
}

/* The topmost of these bits in which the value is all ones or all zeros. */
static uint32_t top_run(uint32_t bits, uint32_t value)
{
	uint32_t top = 1U << (31 - __builtin_clz(bits));
	uint32_t other = bits & (value & top ? ~value : value);

	return other ? bits & ~(UINT32_MAX >> __builtin_clz(other)) : bits;
}

static struct part draft_constant(struct draft *d, bool holds)
{
	struct part p = draft_test(d, AREA_MAC, 0, 0, 0, false);

	return holds ? p : part_not(p);
}

/*
 * A word is greater when, after runs of bits that equal the value's, some of a run differ where
 * the value has zeros; it is not when some differ where the value has ones. Each test looks at
 * all bits so far, which makes its values a range. The last run is of zeros, so a packet that is
 * too short for one test, which sends it on to the next, ends as false.
 */
static struct part draft_greater(struct draft *d, const struct compare *c)
{
	uint32_t left = deciding_bits(c), done = 0;
	struct part test[32], all;
	bool differs[32];
	unsigned n = 0;

	if (!left)
		return draft_constant(d, c->negated);
	for (; left; n++) {
		uint32_t run = top_run(left, c->value);

		left &= ~run;
		done |= run;
		differs[n] = !(c->value & run) ^ c->negated;
		test[n] = draft_test(d, c->area, c->offset, done, c->value, differs[n]);
	}
	for (all = test[--n]; n-- > 0;)
		all = differs[n] ? draft_or(d, test[n], all) : draft_and(d, test[n], all);
	return all;
}

static struct part draft_compare(struct draft *d, const struct compare *c)
{
	if (c->greater)
		return draft_greater(d, c);
	return draft_test(d, c->area, c->offset, c->mask, c->value, c->negated);
}

struct part ipexpr_draft(struct draft *d, const struct ipexpr *x)
{
	struct part *stack = pool_alloc(x->pool, (x->n + 1) * sizeof(*stack)), result;
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++)
		switch (x->op[i].kind) {
		case EXPR_COMPARE:
			stack[n++] = draft_compare(d, &x->op[i].compare);
			break;
		case EXPR_TRUE:
			stack[n++] = draft_constant(d, true);
			break;
		case EXPR_NOT:
			stack[n - 1] = part_not(stack[n - 1]);
			break;
		case EXPR_AND:
			n--;
			stack[n - 1] = draft_and(d, stack[n - 1], stack[n]);
			break;
		case EXPR_OR:
			n--;
			stack[n - 1] = draft_or(d, stack[n - 1], stack[n]);
			break;
		case EXPR_IF:
			n -= 2;
			stack[n - 1] = draft_if(d, stack[n - 1], stack[n], stack[n + 1]);
			break;
		}
	result = stack[0];
	pool_release(stack);
	return result;
}

/* SPDX-License-Identifier: MIT */
/*
 * program_sort.c - brings tests of the same words together.
 *
 * In a chain each test leads on by one branch and by the other to one place common to all: the
 * tests of a conjunction, or of rules that all deny. Their order does not matter, whichever way
 * short packets go, so they are sorted in place.
 */
#include <stdlib.h>

#include "elements/standard/program_make.h"

/* The word with the IP protocol goes first: it decides most, and rules have it in common. */
enum { PROTOCOL_WORD = 8 };

static int by_number(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

int test_compare(const struct test *a, const struct test *b)
{
	if (a->area != b->area)
		return by_number(a->area, b->area);
	if (a->offset != b->offset)
		return by_number(a->offset, b->offset);
	if (a->mask != b->mask)
		return by_number(a->mask, b->mask);
	return by_number(a->value, b->value);
}

static bool is_protocol(const struct test *t)
{
	return t->area == AREA_NET && t->offset == PROTOCOL_WORD;
}

static int in_chain(const void *a, const void *b)
{
	const struct test *x = a, *y = b;

	if (is_protocol(x) != is_protocol(y))
		return is_protocol(x) ? -1 : 1;
	return test_compare(x, y);
}

struct chain {
	struct steps *steps;
	uint32_t *entries; /* how many branches lead to each step */
	int32_t *shared; /* by step: where the other branches of a sorted chain lead; 0: no chain */
	uint32_t *at;    /* the chain's steps, in order */
	struct test *copy; /* their tests; to[0] is the number of the shared branch */
};

/* The branch of t that leads to place; -1: neither, or both. */
static int branch_to(const struct test *t, int32_t place)
{
	if ((t->to[0] == place) == (t->to[1] == place))
		return -1;
	return t->to[1] == place;
}

/* The chain from step i on whose shared branches lead where i's branch does; its length, and
 * where it ends. */
static uint32_t follow_chain(struct chain *c, uint32_t i, int branch, int32_t *end)
{
	const struct test *v = c->steps->v;
	int32_t place = v[i].to[branch];
	uint32_t n = 0;

	for (;;) {
		c->at[n] = i;
		c->copy[n] = v[i];
		c->copy[n++].to[0] = branch;
		*end = v[i].to[!branch];
		if (*end < 0 || c->entries[*end] != 1)
			return n;
		i = (uint32_t)*end;
		branch = branch_to(&v[i], place);
		if (branch < 0)
			return n;
	}
}

/* Puts the sorted tests back, with the branches that belong to their places in the chain. */
static void write_chain(struct chain *c, uint32_t n, int32_t place, int32_t end)
{
	for (uint32_t i = 0; i < n; i++) {
		struct test *t = &c->steps->v[c->at[i]];
		int branch = c->copy[i].to[0];

		*t = c->copy[i];
		t->to[branch] = place;
		t->to[!branch] = i + 1 < n ? (int32_t)c->at[i + 1] : end;
		c->shared[c->at[i]] = place;
	}
}

static void sort_from(struct chain *c, uint32_t i, int branch)
{
	const struct test *t = &c->steps->v[i];
	int32_t place = t->to[branch], end;
	uint32_t n;

	if (c->shared[i] == place || t->to[0] == t->to[1])
		return;
	n = follow_chain(c, i, branch, &end);
	if (n == 1)
		return;
	qsort(c->copy, n, sizeof(*c->copy), in_chain);
	write_chain(c, n, place, end);
}

void steps_sort(struct steps *s)
{
	struct pool *pool = pool_new();
	struct chain c = { .steps = s };

	c.entries = pool_alloc(pool, s->n * sizeof(*c.entries) + 1);
	c.shared = pool_alloc(pool, s->n * sizeof(*c.shared) + 1);
	c.at = pool_alloc(pool, s->n * sizeof(*c.at) + 1);
	c.copy = pool_alloc(pool, s->n * sizeof(*c.copy) + 1);
	for (uint32_t i = 0; i < s->n; i++)
		for (int branch = 0; branch < 2; branch++)
			if (s->v[i].to[branch] >= 0)
				c.entries[s->v[i].to[branch]]++;
	for (uint32_t i = 0; i < s->n; i++) {
		sort_from(&c, i, 0);
		sort_from(&c, i, 1);
	}
	pool_free(pool);
}

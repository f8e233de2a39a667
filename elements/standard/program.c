/* SPDX-License-Identifier: MIT */
/* program.c - drafts of decision programs, printing them, and following them step by step. */
#include "elements/standard/program.h"

#include "elements/standard/program_make.h"

struct draft {
	struct pool *pool;
	struct test *test;
	size_t n, cap;
	struct ends open; /* what no rule has taken so far */
};

/* --- drafts --- */

/* An open branch holds the number of the next one of its list: twice the test's number, plus
 * the branch's, plus 1. 0 ends it. */

struct draft *draft_new(struct pool *pool)
{
	struct draft *d = pool_alloc(pool, sizeof(*d));

	d->pool = pool;
	return d;
}

static int32_t *end_at(struct draft *d, uint32_t end)
{
	return &d->test[(end - 1) / 2].to[(end - 1) % 2];
}

/* All branches of the list lead to a place. */
static void patch(struct draft *d, struct ends ends, int32_t to)
{
	for (uint32_t i = ends.first; i;) {
		int32_t *branch = end_at(d, i);

		i = (uint32_t)*branch;
		*branch = to;
	}
}

static struct ends join(struct draft *d, struct ends a, struct ends b)
{
	if (!a.first)
		return b;
	if (!b.first)
		return a;
	*end_at(d, a.last) = (int32_t)b.first;
	return (struct ends){ a.first, b.last };
}

struct part draft_test(struct draft *d, enum program_area area, uint32_t offset, uint32_t mask,
		       uint32_t value, bool differs)
{
	uint32_t i = (uint32_t)d->n;
	struct ends no = { 2 * i + 1, 2 * i + 1 }, yes = { 2 * i + 2, 2 * i + 2 };

	d->test = pool_grow(d->pool, d->test, d->n, &d->cap, sizeof(*d->test));
	d->test[d->n++] = (struct test){ .offset = mask ? offset : 0,
					 .mask = mask,
					 .value = value & mask,
					 .area = mask ? (uint8_t)area : 0,
					 .if_short = differs };
	if (differs)
		return (struct part){ (int32_t)i, yes, no };
	return (struct part){ (int32_t)i, no, yes };
}

struct part part_not(struct part a)
{
	return (struct part){ a.entry, a.yes, a.no };
}

struct part draft_and(struct draft *d, struct part a, struct part b)
{
	patch(d, a.yes, b.entry);
	return (struct part){ a.entry, join(d, a.no, b.no), b.yes };
}

struct part draft_or(struct draft *d, struct part a, struct part b)
{
	patch(d, a.no, b.entry);
	return (struct part){ a.entry, b.no, join(d, a.yes, b.yes) };
}

struct part draft_if(struct draft *d, struct part when, struct part then, struct part otherwise)
{
	patch(d, when.yes, then.entry);
	patch(d, when.no, otherwise.entry);
	return (struct part){ when.entry, join(d, then.no, otherwise.no),
			      join(d, then.yes, otherwise.yes) };
}

void draft_rule(struct draft *d, struct part part, uint16_t port)
{
	patch(d, d->open, part.entry);
	patch(d, part.yes, PROGRAM_TO(port));
	d->open = part.no;
}

/* Bytes that must be there so that whole words may be read; for the code. */
static void find_needs(const struct steps *s, struct program *p)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const struct test *t = &s->v[i];
		uint32_t needs = test_needs(t) + (t->area == AREA_MAC ? 0 : 256U * t->area);

		if (t->mask && t->offset + 4 > p->full[t->area])
			p->full[t->area] = t->offset + 4;
		if (t->mask && needs > p->safe)
			p->safe = needs;
	}
}

void draft_finish(struct draft *d, uint32_t align, struct program *p)
{
	struct steps s = { d->test, (uint32_t)d->n, d->n ? 0 : PROGRAM_TO(PROGRAM_DROP) };

	patch(d, d->open, PROGRAM_TO(PROGRAM_DROP));
	*p = (struct program){ .align = align };
	steps_sort(&s);
	steps_reduce(&s);
	find_needs(&s, p);
	steps_pack(&s, d->pool, p);
	steps_merge(&s);
	p->step = pool_resize(d->pool, d->test, s.n * sizeof(*s.v));
	p->n = s.n;
	p->start = s.start;
	pool_release(d);
}

/* --- programs --- */

static void print_to(struct text *out, int32_t to)
{
	if (to >= 0)
		text_add(out, "step %d", (int)to);
	else if (PROGRAM_PORT(to) == PROGRAM_DROP)
		text_add(out, "[X]");
	else
		text_add(out, "[%u]", PROGRAM_PORT(to));
}

static void print_step(struct text *out, const struct program *p, uint32_t i)
{
	const struct test *t = &p->step[i];
	int at = (int)(t->offset + 256U * t->area) - (int)p->align;

	text_add(out, "%2u %3d/%08x%%%08x  yes->", i, at, t->value, t->mask);
	print_to(out, t->to[1]);
	text_add(out, "  no->");
	print_to(out, t->to[0]);
	text_add(out, "%s\n", t->if_short ? "  short->yes" : "");
}

void program_print(const struct program *p, struct text *out)
{
	uint32_t safe = p->n ? p->safe - p->align : 0;

	if (!p->n && PROGRAM_PORT(p->start) == PROGRAM_DROP)
		text_add(out, "all->[%d]\n", INT32_MAX);
	else if (!p->n)
		text_add(out, "all->[%u]\n", PROGRAM_PORT(p->start));
	for (uint32_t i = 0; i < p->n; i++)
		print_step(out, p, i);
	text_add(out, "safe length %u\nalignment offset %u\n", safe, p->align);
}

static void mark_reached(int32_t to, bool *reached, uint32_t n)
{
	if (to < 0 && PROGRAM_PORT(to) < n)
		reached[PROGRAM_PORT(to)] = true;
}

void program_warn(const struct program *p, uint32_t n, struct error *err)
{
	struct pool *pool = pool_new();
	bool *reached = pool_alloc(pool, n + 1);

	mark_reached(p->start, reached, n);
	for (uint32_t i = 0; i < p->n; i++) {
		mark_reached(p->step[i].to[0], reached, n);
		mark_reached(p->step[i].to[1], reached, n);
	}
	for (uint32_t i = 0; i < n; i++)
		if (!reached[i])
			warn(err, "output %u matches no packets", i);
	pool_free(pool);
}

/* Is it equal? Reads only bytes that the mask selects. */
static bool test_holds(const struct test *t, const uint8_t *at)
{
	uint32_t w = 0;

	for (uint32_t i = 0; i < 4; i++)
		if (t->mask >> (24 - 8 * i) & 0xff)
			w |= (uint32_t)at[t->offset + i] << (24 - 8 * i);
	return (w & t->mask) == t->value;
}

uint16_t program_careful(const struct program *p, const uint8_t *const at[], const uint32_t have[])
{
	int32_t i = p->start;

	while (i >= 0) {
		const struct test *t = &p->step[i];
		bool there = have[t->area] >= test_needs(t);

		i = t->to[there ? test_holds(t, at[t->area]) : t->if_short];
	}
	return PROGRAM_PORT(i);
}

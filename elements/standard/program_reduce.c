/* SPDX-License-Identifier: MIT */
/*
 * program_reduce.c - removes tests whose outcome is known.
 *
 * What every path to a step has found out about a packet - bits of words, tests that cannot
 * hold, how long the areas are - is carried along the branches, from first to last. A branch is
 * then led on past each test that this decides. Three outcomes are told apart, equal, different
 * and too short, and facts are only what is true for all packets that come by; so the program
 * decides the same for short packets too.
 */
#include <stdlib.h>

#include "elements/standard/program_make.h"

enum { EQUAL = 1, DIFFERENT = 2, SHORT = 4 };

struct known {
	uint32_t mask, value;
};

struct facts {
	uint32_t least[AREAS], most[AREAS]; /* how many bytes the areas may have */
	struct known *known;                /* by word */
	uint64_t *never;                    /* by distinct test, a bit: it does not hold */
};

struct reducer {
	struct pool *pool;
	struct steps *steps;
	struct facts **at;     /* by step: of all branches to it so far; NULL: none */
	uint32_t *id, *word;   /* by step: its distinct test, its word */
	struct test *distinct; /* sorted, so that those of a word are together */
	uint32_t *first;       /* by word: its first distinct test; one more at the end */
	uint32_t tests, words;
	uint32_t never_size; /* 64-bit units; 0: too many tests for remembering that */
	uint64_t effort;     /* how much work may be spent */
};

/* Bounds for huge programs, which stay right, only longer. */
#define EFFORT (1U << 25)
#define FACTS_MAX (1U << 20)

/* --- facts --- */

static struct facts *facts_new(const struct reducer *r)
{
	size_t known = sizeof(struct known) * r->words;
	struct facts *f = pool_alloc(r->pool, sizeof(*f) + known + 8U * r->never_size);

	f->known = (void *)(f + 1);
	f->never = (void *)(f->known + r->words);
	for (unsigned i = 0; i < AREAS; i++)
		f->most[i] = UINT32_MAX;
	return f;
}

static void facts_copy(const struct reducer *r, struct facts *to, const struct facts *from)
{
	memcpy(to->least, from->least, sizeof(to->least));
	memcpy(to->most, from->most, sizeof(to->most));
	memcpy(to->known, from->known, sizeof(*to->known) * r->words);
	memcpy(to->never, from->never, 8U * r->never_size);
}

/* What holds for the packets of both. */
static void facts_meet(const struct reducer *r, struct facts *to, const struct facts *from)
{
	for (unsigned i = 0; i < AREAS; i++) {
		if (from->least[i] < to->least[i])
			to->least[i] = from->least[i];
		if (from->most[i] > to->most[i])
			to->most[i] = from->most[i];
	}
	for (uint32_t i = 0; i < r->words; i++) {
		struct known *k = &to->known[i];

		k->mask &= from->known[i].mask & ~(k->value ^ from->known[i].value);
		k->value &= k->mask;
	}
	for (uint32_t i = 0; i < r->never_size; i++)
		to->never[i] &= from->never[i];
}

static bool is_never(const struct reducer *r, const struct facts *f, uint32_t id)
{
	return r->never_size && f->never[id / 64] >> id % 64 & 1;
}

/* The outcomes that step i may have. */
static unsigned outcomes(const struct reducer *r, const struct facts *f, uint32_t i)
{
	const struct test *t = &r->steps->v[i];
	const struct known *k = &f->known[r->word[i]];
	uint32_t needs = test_needs(t), common = t->mask & k->mask;
	bool contradicted = ((t->value ^ k->value) & common) != 0;
	unsigned can = f->least[t->area] < needs ? SHORT : 0;

	if (f->most[t->area] < needs)
		return can;
	if (!contradicted && !is_never(r, f, r->id[i]))
		can |= EQUAL;
	if (contradicted || common != t->mask)
		can |= DIFFERENT;
	return can;
}

static unsigned outcomes_of_branch(const struct test *t, int branch)
{
	return (branch ? EQUAL : DIFFERENT) | (t->if_short == branch ? SHORT : 0);
}

/* Tests that hold only where t does cannot hold. */
static void learn_never(struct reducer *r, struct facts *f, uint32_t i)
{
	const struct test *t = &r->steps->v[i];
	uint32_t from = r->first[r->word[i]], end = r->first[r->word[i] + 1];

	if (!r->never_size)
		return;
	if (r->effort < end - from) {
		from = r->id[i];
		end = from + 1;
	}
	r->effort -= r->effort < end - from ? 0 : end - from;
	for (uint32_t id = from; id < end; id++) {
		const struct test *u = &r->distinct[id];

		if (mask_within(t->mask, u->mask) && (u->value & t->mask) == t->value)
			f->never[id / 64] |= 1ULL << id % 64;
	}
}

/* The word is there and differs: if in one bit only, that bit is known. */
static void learn_bit(const struct test *t, struct known *k)
{
	uint32_t rest = t->mask & ~k->mask;

	if (((t->value ^ k->value) & t->mask & k->mask) || (rest & (rest - 1)))
		return;
	k->mask |= rest;
	k->value |= ~t->value & rest;
}

/* Adds what taking the branch tells. False: no packet takes it. */
static bool learn(struct reducer *r, struct facts *f, uint32_t i, int branch)
{
	const struct test *t = &r->steps->v[i];
	struct known *k = &f->known[r->word[i]];
	unsigned can = outcomes(r, f, i) & outcomes_of_branch(t, branch);
	uint32_t needs = test_needs(t);

	if (!can)
		return false;
	if (!(can & SHORT) && f->least[t->area] < needs)
		f->least[t->area] = needs;
	if (can == SHORT && f->most[t->area] >= needs)
		f->most[t->area] = needs - 1;
	if (can == EQUAL) {
		k->mask |= t->mask;
		k->value |= t->value;
	}
	if (can == DIFFERENT)
		learn_bit(t, k);
	if (!(can & EQUAL))
		learn_never(r, f, i);
	return true;
}

/* --- branches --- */

/* The first step on the way from to that f does not decide, or the output. */
static int32_t lead_on(struct reducer *r, const struct facts *f, int32_t to)
{
	while (to >= 0 && r->effort) {
		const struct test *t = &r->steps->v[to];
		unsigned can = outcomes(r, f, (uint32_t)to);
		bool no = can & outcomes_of_branch(t, 0), yes = can & outcomes_of_branch(t, 1);

		if (no && yes)
			break;
		to = t->to[yes];
		r->effort--;
	}
	return to;
}

static void arrive(struct reducer *r, const struct facts *f, int32_t to)
{
	if (to < 0)
		return;
	if (r->at[to]) {
		facts_meet(r, r->at[to], f);
		return;
	}
	r->at[to] = facts_new(r);
	facts_copy(r, r->at[to], f);
}

static void reduce_step(struct reducer *r, uint32_t i, struct facts *scratch)
{
	struct test *t = &r->steps->v[i];
	bool taken[2];

	for (int branch = 0; branch < 2; branch++) {
		facts_copy(r, scratch, r->at[i]);
		taken[branch] = learn(r, scratch, i, branch);
		if (!taken[branch])
			continue;
		t->to[branch] = lead_on(r, scratch, t->to[branch]);
		arrive(r, scratch, t->to[branch]);
	}
	for (int branch = 0; branch < 2; branch++)
		if (!taken[branch])
			t->to[branch] = t->to[!branch];
	pool_release(r->at[i]);
	r->at[i] = NULL;
}

/* --- which tests there are --- */

struct numbered {
	struct test test;
	uint32_t step;
};

static int by_test(const void *a, const void *b)
{
	return test_compare(&((const struct numbered *)a)->test,
			    &((const struct numbered *)b)->test);
}

static void number_tests(struct reducer *r)
{
	uint32_t n = r->steps->n;
	struct numbered *v = pool_alloc(r->pool, n * sizeof(*v));

	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct numbered){ r->steps->v[i], i };
	qsort(v, n, sizeof(*v), by_test);
	for (uint32_t i = 0; i < n; i++) {
		const struct test *t = &v[i].test, *last = i ? &v[i - 1].test : NULL;

		if (!last || !test_same_word(t, last))
			r->first[r->words++] = r->tests;
		if (!last || test_compare(t, last) != 0)
			r->distinct[r->tests++] = *t;
		r->id[v[i].step] = r->tests - 1;
		r->word[v[i].step] = r->words - 1;
	}
	r->first[r->words] = r->tests;
	pool_release(v);
}

void steps_reduce(struct steps *s)
{
	struct reducer r = { .steps = s, .effort = EFFORT };
	struct facts *scratch;

	if (!s->n)
		return;
	r.pool = pool_new();
	r.at = pool_alloc(r.pool, s->n * sizeof(struct facts *));
	r.id = pool_alloc(r.pool, s->n * sizeof(*r.id));
	r.word = pool_alloc(r.pool, s->n * sizeof(*r.word));
	r.first = pool_alloc(r.pool, (s->n + 1) * sizeof(*r.first));
	r.distinct = pool_alloc(r.pool, s->n * sizeof(*r.distinct));
	number_tests(&r);
	r.never_size = (uint64_t)r.tests / 8 * s->n < FACTS_MAX ? (r.tests + 63) / 64 : 0;
	scratch = facts_new(&r);
	s->start = lead_on(&r, scratch, s->start);
	arrive(&r, scratch, s->start);
	for (uint32_t i = 0; i < s->n; i++)
		if (r.at[i])
			reduce_step(&r, i, scratch);
	pool_free(r.pool);
	steps_compact(s);
}

/* --- tidying --- */

/* Where a branch to place leads in the end; place's own step comes later than the branch's. */
static int32_t resolve(const int32_t *moved, int32_t to)
{
	return to < 0 ? to : moved[to];
}

void steps_compact(struct steps *s)
{
	struct pool *pool = pool_new();
	int32_t *moved = pool_alloc(pool, s->n * sizeof(*moved) + 1);
	bool *wanted = pool_alloc(pool, s->n + 1);
	uint32_t n = 0;

	for (uint32_t i = s->n; i-- > 0;) {
		struct test *t = &s->v[i];

		t->to[0] = resolve(moved, t->to[0]);
		t->to[1] = resolve(moved, t->to[1]);
		moved[i] = t->to[0] == t->to[1] ? t->to[0] : (int32_t)i;
	}
	s->start = resolve(moved, s->start);
	if (s->start >= 0)
		wanted[s->start] = true;
	for (uint32_t i = 0; i < s->n; i++)
		for (int branch = 0; wanted[i] && branch < 2; branch++)
			if (s->v[i].to[branch] >= 0)
				wanted[s->v[i].to[branch]] = true;
	for (uint32_t i = 0; i < s->n; i++)
		if (wanted[i])
			moved[i] = (int32_t)n++;
	n = 0;
	for (uint32_t i = 0; i < s->n; i++) {
		struct test *t = &s->v[i];

		if (!wanted[i])
			continue;
		t->to[0] = resolve(moved, t->to[0]);
		t->to[1] = resolve(moved, t->to[1]);
		s->v[n++] = *t;
	}
	s->n = n;
	s->start = resolve(moved, s->start);
	pool_free(pool);
}

/* Both fail to the same place: one test, for all the bits, unless they contradict each other.
 * Short packets go where they went, since the one test needs what either needs. */
static bool merge_into(struct test *t, const struct test *next)
{
	if (!test_same_word(t, next) || t->to[0] != next->to[0] || t->if_short || next->if_short)
		return false;
	if ((t->value ^ next->value) & t->mask & next->mask)
		return false;
	t->mask |= next->mask;
	t->value |= next->value;
	t->to[1] = next->to[1];
	return true;
}

void steps_merge(struct steps *s)
{
	for (uint32_t i = s->n; i-- > 0;) {
		struct test *t = &s->v[i];

		while (t->to[1] >= 0 && merge_into(t, &s->v[t->to[1]]))
			;
	}
	steps_compact(s);
}

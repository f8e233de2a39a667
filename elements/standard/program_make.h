/* SPDX-License-Identifier: MIT */
/* program_make.h - the passes by which a draft becomes a program. */
#ifndef ELEMENTS_STANDARD_PROGRAM_MAKE_H
#define ELEMENTS_STANDARD_PROGRAM_MAKE_H

#include "elements/standard/program.h"

/* Tests in an order in which all branches lead onwards. */
struct steps {
	struct test *v;
	uint32_t n;
	int32_t start;
};

/* Orders the tests of conjunctions and of disjunctions by where they look. */
void steps_sort(struct steps *);

/* Leads each branch past the tests whose outcome is known on it; removes what is left over. */
void steps_reduce(struct steps *);

/* Makes one test of two of the same word that must both hold. */
void steps_merge(struct steps *);

/* Removes tests that nothing leads to or whose branches do not differ. */
void steps_compact(struct steps *);

/* Makes the code of the steps, in the pool. */
void steps_pack(const struct steps *, struct pool *, struct program *);

/* The bits of a are bits of b. */
static inline bool mask_within(uint32_t a, uint32_t b)
{
	return (a & ~b) == 0;
}

static inline bool test_same_word(const struct test *a, const struct test *b)
{
	return a->area == b->area && a->offset == b->offset;
}

/* By area, word, mask, value. */
int test_compare(const struct test *a, const struct test *b);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * program.h - decision programs: the output that the bytes of a packet choose.
 *
 * A program is a graph of tests of aligned 4-byte words without cycles. Each test goes to one
 * step when some bits of its word have a value, to another when they do not. Words lie in up to
 * three areas, which begin where the MAC, the network and the transport header do; an element
 * that has one area uses the first.
 *
 * A draft is put together from tests and the words and, or, not; draft_finish improves it and
 * makes two things of it: the steps, which are what `program' prints and which look before they
 * read; and code that decides as the steps do but needs no more than one look at each field, for
 * packets that have all bytes that any step wants.
 */
#ifndef ELEMENTS_STANDARD_PROGRAM_H
#define ELEMENTS_STANDARD_PROGRAM_H

#include "base/bits.h"
#include "base/error.h"
#include "base/pool.h"
#include "base/text.h"

enum program_area { AREA_MAC, AREA_NET, AREA_TRANS, AREAS };

/* Where a branch leads: to a step, or out. */
#define PROGRAM_TO(port) (~(int32_t)(port))
#define PROGRAM_PORT(to) ((uint16_t)~(to))
#define PROGRAM_DROP UINT16_MAX

struct test {
	uint32_t offset;      /* of the word in its area, a multiple of 4 */
	uint32_t mask, value; /* of the word as a big-endian number; value has no bits but mask's */
	uint8_t area;
	uint8_t if_short; /* the branch of packets without the word's bytes up to mask's last */
	int32_t to[2];    /* where it differs; where it is equal */
};

/* How many bytes of its area the test looks at. */
static inline uint32_t test_needs(const struct test *t)
{
	return t->mask ? t->offset + 4 - (uint32_t)__builtin_ctz(t->mask) / 8 : 0;
}

/*
 * One piece of the code, as 32-bit units. What to[] has:
 * CODE_TEST: differs, equal.
 * CODE_BYTE: by the byte at offset.
 * CODE_SEARCH + n, from to[1] on: 2^n - 1 keys, as a search tree whose node i has the children 2i
 * and 2i+1, the second for values above the key; then where its 2^n leaves lead.
 */
struct code {
	uint8_t kind, area;
	uint16_t unused;
	uint32_t offset;
	uint32_t mask, value; /* of CODE_TEST as they are in memory */
	uint32_t to[];
};

enum { CODE_TEST, CODE_BYTE, CODE_SEARCH };
#define CODE_HEAD (sizeof(struct code) / sizeof(uint32_t))
#define CODE_OUT 0x80000000U /* with a port: out, otherwise a place in the code */

struct program {
	const struct test *step;
	uint32_t n;
	int32_t start; /* of the steps */
	uint32_t align; /* areas begin that many bytes before the packets' */
	uint32_t safe;  /* the farthest byte that any step wants, as `program' shows it */
	const uint32_t *code;
	uint32_t code_start;
	uint32_t full[AREAS]; /* bytes of each area without which the code may not be used */
};

struct draft;
/* A part of a draft: its first test and its branches that lead nowhere yet, as lists. */
struct ends {
	uint32_t first, last;
};
struct part {
	int32_t entry;
	struct ends no, yes;
};

struct draft *draft_new(struct pool *);

/* (word & mask) == value, or with differs its opposite; either is false where bytes are
 * missing. A test without a mask holds always. */
struct part draft_test(struct draft *, enum program_area, uint32_t offset, uint32_t mask,
		       uint32_t value, bool differs);
struct part part_not(struct part);
/* In the order in which they were made. */
struct part draft_and(struct draft *, struct part, struct part);
struct part draft_or(struct draft *, struct part, struct part);
struct part draft_if(struct draft *, struct part when, struct part then, struct part otherwise);
/* What no rule before has taken, and the part holds for, goes to port (PROGRAM_DROP: nowhere). */
void draft_rule(struct draft *, struct part, uint16_t port);

/* The draft is used up. What no rule takes is dropped. The program lives as long as the pool. */
void draft_finish(struct draft *, uint32_t align, struct program *);

void program_print(const struct program *, struct text *);
/* Warns of each of n outputs that no packet can reach. */
void program_warn(const struct program *, uint32_t n, struct error *);

/* The output for areas that begin at at[] and have have[] bytes. */
uint16_t program_careful(const struct program *, const uint8_t *const at[], const uint32_t have[]);

/*
 * Keeps a compiler from making arithmetic of a branch. What a packet holds is compared beside the way
 * that a branch guesses, and most packets go the way of the one before: with arithmetic each look
 * would wait for the last one.
 */
#define GUESSED __asm__ volatile("")

static inline uint32_t code_descend(const struct code *c, uint32_t i, uint32_t w)
{
	uint32_t key = c->to[i];

	i += i;
	if (key < w) {
		GUESSED;
		i++;
	}
	return i;
}

/* Where a tree leads. Small ones are spelled out. */
static inline uint32_t code_search(const struct code *c, uint32_t w)
{
	uint32_t i = 1;

	switch (c->kind) {
	default:
		for (unsigned level = c->kind; level > CODE_SEARCH + 5; level--)
			i = code_descend(c, i, w);
		__attribute__((fallthrough));
	case CODE_SEARCH + 5:
		i = code_descend(c, i, w);
		__attribute__((fallthrough));
	case CODE_SEARCH + 4:
		i = code_descend(c, i, w);
		__attribute__((fallthrough));
	case CODE_SEARCH + 3:
		i = code_descend(c, i, w);
		__attribute__((fallthrough));
	case CODE_SEARCH + 2:
		i = code_descend(c, i, w);
		__attribute__((fallthrough));
	case CODE_SEARCH + 1:
		i = code_descend(c, i, w);
		return c->to[i];
	}
}

/* The same for areas that have at least full[] bytes. one: the program has only the first. */
static inline uint16_t program_fast(const struct program *p, const uint8_t *const at[], bool one)
{
	uint32_t next = p->code_start;

	while (!(next & CODE_OUT)) {
		const struct code *c = (const void *)(p->code + next);
		const uint8_t *b = at[one ? 0 : c->area] + c->offset;

		if (c->kind == CODE_TEST) {
			next = c->to[0];
			if ((load32(b) & c->mask) == c->value) {
				GUESSED;
				next = c->to[1];
			}
		} else if (c->kind == CODE_BYTE)
			next = c->to[*b];
		else
			next = code_search(c, load_be32(b) & c->mask);
	}
	return (uint16_t)next;
}

#endif

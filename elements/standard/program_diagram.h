/* SPDX-License-Identifier: MIT */
/*
 * program_diagram.h - a program's steps as a decision diagram, for packets that are long enough.
 *
 * A test then has two outcomes. Nodes are tests with two branches, none twice. A diagram is cut at
 * a node by the field that this tests: the values that the field may have are cut into ranges with
 * the same outcome of all tests of it in the whole diagram below, and each range leads to the
 * diagram that is left when these tests are decided. That may make more nodes than there were, so
 * it is bounded: past the bounds only tests of the field at the top of the diagram are looked at,
 * which makes none.
 *
 * A field is the bits of a word that some masks have in common: masks of which each has the top
 * bits of the widest one, for prefixes and orders, or any masks inside one byte.
 */
#ifndef ELEMENTS_STANDARD_PROGRAM_DIAGRAM_H
#define ELEMENTS_STANDARD_PROGRAM_DIAGRAM_H

#include "elements/standard/program_make.h"

struct node {
	struct test test;
	int32_t image;  /* what is left of it for the values in question */
	uint32_t seen;  /* the survey that has come by */
	uint32_t place; /* of its code, plus 1; 0: none yet */
	int32_t alias;  /* leads there without a look; itself: no */
};

struct range {
	uint32_t from; /* up to the next one's */
	int32_t to;
};

struct field {
	struct test word; /* a test of it */
	uint32_t mask;
	bool byte;   /* any masks inside one byte */
	bool single; /* only word itself */
};

struct diagram {
	struct pool *pool;
	struct node *node;
	size_t n, cap, most;
	uint32_t *slot; /* hash table of node numbers plus 1 */
	uint32_t slots;
	uint32_t survey;
	int32_t *stack, *below; /* the nodes below one, successors first */
	size_t nbelow;
	size_t room;     /* of stack and below */
	uint32_t *value; /* where ranges may start */
	size_t nvalues, value_cap;
	struct range *range; /* of the last cut */
	size_t nranges, range_cap;
	uint64_t effort; /* how much work may be spent */
};

/* The steps as nodes; where they start, a node or a port as PROGRAM_TO has it. */
int32_t diagram_init(struct diagram *, const struct steps *);
void diagram_fini(struct diagram *);

/* Cuts at root; roomy: may think about more than its own test. The ranges are in order, the first
 * from 0 on. */
void diagram_cut(struct diagram *, int32_t root, bool roomy, struct field *);

/* The byte that has all of mask; 0: it has bits of more bytes. */
uint32_t field_byte(uint32_t mask);
/* mask has the top bits of wide, and only these. */
bool field_is_top(uint32_t mask, uint32_t wide);

#endif

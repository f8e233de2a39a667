/* SPDX-License-Identifier: MIT */
/*
 * ipexpr.h - the expressions of IPFilter and IPClassifier: `tcp && src port > 1023 or icmp'.
 *
 * An expression is kept as operations in postfix order, of which a decision program is drafted
 * and which anyone can follow with a stack.
 */
#ifndef ELEMENTS_IP_IPEXPR_H
#define ELEMENTS_IP_IPEXPR_H

#include "elements/standard/program.h"
#include "engine/lang/lang.h"

struct element;

/* Some bits of a word against a value. False where bytes are missing, negated or not. */
struct compare {
	uint32_t offset, mask, value; /* as struct test */
	uint8_t area;
	bool greater; /* than value, which may have bits that mask has not; else equal to it. Looks
		       * at runs of the value's bits from the top, until one decides */
	bool negated;
};

enum ipexpr_kind { EXPR_COMPARE, EXPR_TRUE, EXPR_NOT, EXPR_AND, EXPR_OR, EXPR_IF };

struct ipexpr_op {
	enum ipexpr_kind kind;
	struct compare compare; /* of EXPR_COMPARE */
};

struct ipexpr { /* all zero is empty; pooled */
	struct pool *pool;
	struct ipexpr_op *op;
	size_t n, cap;
};

void ipexpr_add(struct ipexpr *, enum ipexpr_kind);
void ipexpr_add_compare(struct ipexpr *, struct compare);

/* Cuts a pattern into words and signs. */
void ipexpr_words(struct pool *, struct str pattern, struct str_list *);

/* Reads the words from the one numbered from on; e gives the scope of names. All errors are
 * reported, and some warnings. */
bool ipexpr_parse(const struct element *e, const struct str_list *words, size_t from,
		  struct ipexpr *, struct error *) MUST_CHECK;

/* The same expression as a part of a draft. */
struct part ipexpr_draft(struct draft *, const struct ipexpr *);

#endif

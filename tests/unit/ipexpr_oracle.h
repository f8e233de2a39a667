/* SPDX-License-Identifier: MIT */
/*
 * ipexpr_oracle.h - what expressions mean, spelled out: follows the operations bit by bit, with
 * no program in between.
 */
#ifndef TESTS_UNIT_IPEXPR_ORACLE_H
#define TESTS_UNIT_IPEXPR_ORACLE_H

#include <stdlib.h>

#include "elements/ip/ipexpr.h"

struct oracle_packet {
	const uint8_t *at[AREAS];
	uint32_t have[AREAS];
};

/* Bit i of a number of 32, counted from the top. */
static inline unsigned oracle_bit(uint32_t v, unsigned i)
{
	return v >> (31 - i) & 1;
}

/* -1: the packet has no such bit. */
static inline int oracle_packet_bit(const struct oracle_packet *p, const struct compare *c,
				    unsigned i)
{
	uint32_t at = c->offset + i / 8;

	return at < p->have[c->area] ? p->at[c->area][at] >> (7 - i % 8) & 1 : -1;
}

static inline bool oracle_equal(const struct oracle_packet *p, const struct compare *c, bool *lacks)
{
	bool equal = true;

	for (unsigned i = 0; i < 32; i++) {
		int bit = oracle_packet_bit(p, c, i);

		if (!oracle_bit(c->mask, i))
			continue;
		*lacks |= bit < 0;
		equal &= bit == (int)oracle_bit(c->value, i);
	}
	return equal;
}

/* Can a word that equals the value above bit i still become greater? */
static inline bool oracle_open(const struct compare *c, unsigned i)
{
	for (; i < 32; i++)
		if (oracle_bit(c->value, i) > oracle_bit(c->mask, i))
			return false;
		else if (oracle_bit(c->mask, i) && !oracle_bit(c->value, i))
			return true;
	return false;
}

static inline bool oracle_greater(const struct oracle_packet *p, const struct compare *c,
				  bool *lacks)
{
	unsigned i = 0;

	while (oracle_open(c, i)) {
		bool equal = true;
		unsigned run = 2;

		for (; i < 32 && oracle_open(c, i); i++) {
			unsigned want = oracle_bit(c->value, i);

			if (!oracle_bit(c->mask, i))
				continue;
			if (run != 2 && want != run)
				break;
			run = want;
			*lacks |= oracle_packet_bit(p, c, i) < 0;
			equal &= oracle_packet_bit(p, c, i) == (int)want;
		}
		if (*lacks)
			return false;
		if (!equal)
			return run == 0;
	}
	return false;
}

static inline bool oracle_compare(const struct oracle_packet *p, const struct compare *c)
{
	bool lacks = false, holds;

	holds = c->greater ? oracle_greater(p, c, &lacks) : oracle_equal(p, c, &lacks);
	return !lacks && holds != c->negated;
}

static inline bool oracle_holds(const struct ipexpr *x, const struct oracle_packet *p)
{
	bool *v = malloc(x->n + 1), result;
	size_t n = 0;

	for (size_t i = 0; v && i < x->n; i++)
		switch (x->op[i].kind) {
		case EXPR_COMPARE:
			v[n++] = oracle_compare(p, &x->op[i].compare);
			break;
		case EXPR_TRUE:
			v[n++] = true;
			break;
		case EXPR_NOT:
			v[n - 1] = !v[n - 1];
			break;
		case EXPR_AND:
			n--;
			v[n - 1] &= v[n];
			break;
		case EXPR_OR:
			n--;
			v[n - 1] |= v[n];
			break;
		case EXPR_IF:
			n -= 2;
			v[n - 1] = v[n - 1] ? v[n] : v[n + 1];
			break;
		}
	if (n != 1)
		abort();
	result = v[0];
	free(v);
	return result;
}

#endif

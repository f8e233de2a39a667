/* SPDX-License-Identifier: MIT */
/*
 * ipfib.h - a forwarding table: from an address to the number of the next hop of the longest
 * prefix that contains it.
 *
 * The first two bytes of the address select slots directly; a slot with prefixes longer than
 * 16 bits has a sorted array of ranges of the last two bytes, which is searched by halving. So a
 * lookup touches two slots and two or three cache lines of ranges, a table of a million
 * prefixes takes about 8 bytes for each, and one of a few prefixes a few KiB.
 */
#ifndef ELEMENTS_IP_IPFIB_H
#define ELEMENTS_IP_IPFIB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/pool.h"
#include "elements/ip/iparena.h"

struct fib_slot {
	/* Of the first level: 256 slots for the second byte. Of the second: where ranges start,
	 * and behind the room for that, their hops (0: the slot's). NULL: hop is the result. */
	void *below;
	uint16_t half; /* of the room for ranges, which is a power of two; 0: there are none */
	uint16_t last; /* number of the last range that is used */
	uint16_t hop;  /* 0: none */
	uint8_t len;   /* of the prefix that gave hop; 0: also none */
	uint8_t unused;
};

struct ip_fib {
	struct fib_slot slot[256];
	struct ip_arena arena; /* of second levels and ranges */
	struct pool *pool;
	uint8_t **range_len[256]; /* of each second level's ranges: the prefixes they are from */
};

/* Starts behind that of the last range are the last address, and their hops its hop, so that all
 * steps are alike. None branches on the address: such branches would be mispredicted. */
static inline const uint16_t *fib_step(const uint16_t *at, uint32_t n, uint32_t key)
{
	return __builtin_expect_with_probability(at[n] <= key, 1, 0.5) ? at + n : at;
}

static inline uint32_t fib_search(const uint16_t *start, uint32_t half, uint32_t key)
{
	const uint16_t *at = start;

	for (uint32_t n = half; n; n >>= 1)
		at = fib_step(at, n, key);
	return at[2 * half];
}

/* The same, without a branch on the number of ranges when there are at most 64: for tables where
 * that differs from one slot to the next. The first range starts at 0, so a step of 0 is none. */
static inline uint32_t fib_search_even(const uint16_t *start, uint32_t half, uint32_t key)
{
	const uint16_t *at = start;
	uint32_t n = half;

	for (; n > 32; n >>= 1)
		at = fib_step(at, n, key);
	UNROLL(6)
	for (n = 32; n; n >>= 1)
		at = fib_step(at, half >= n ? n : 0, key);
	return at[2 * half];
}

/* A lookup in steps, so that many can wait for memory together. Addresses are in host order. */
static inline const struct fib_slot *ip_fib_slot(const struct ip_fib *f, uint32_t addr)
{
	const struct fib_slot *s = &f->slot[addr >> 24];

	return s->below ? (const struct fib_slot *)s->below + (addr >> 16 & 0xff) : s;
}

/* Where the search begins, and about where its hop is, for __builtin_prefetch. (A function that
 * only prefetches would have no effect for the compiler, which drops its calls.) */
static inline const uint16_t *ip_fib_middle(const struct fib_slot *s)
{
	return (const uint16_t *)s->below + s->half;
}

static inline const uint16_t *ip_fib_guess(const struct fib_slot *s, uint32_t addr)
{
	return (const uint16_t *)s->below + 2 * s->half +
	       ((uint64_t)(addr & 0xffff) * s->last >> 16);
}

static inline uint32_t ip_fib_hop(const struct fib_slot *s, uint32_t addr)
{
	uint32_t hop = s->half ? fib_search(s->below, s->half, addr & 0xffff) : 0;

	return hop ? hop : s->hop;
}

/* For large tables: fib_search_even. */
static inline uint32_t ip_fib_hop_even(const struct fib_slot *s, uint32_t addr)
{
	uint32_t hop = s->half ? fib_search_even(s->below, s->half, addr & 0xffff) : 0;

	return hop ? hop : s->hop;
}

static inline uint32_t ip_fib_lookup(const struct ip_fib *f, uint32_t addr)
{
	return ip_fib_hop(ip_fib_slot(f, addr), addr);
}

/* For all addresses of addr/len that no longer prefix than len has set, makes the result hop,
 * set by a prefix of hop_len bits (hop 0, hop_len 0: none). len 32 down to 0; hop < 65536.
 * False, and nothing has happened: no memory. */
bool ip_fib_set(struct ip_fib *f, uint32_t addr, unsigned len, uint32_t hop,
		unsigned hop_len) MUST_CHECK;
void ip_fib_clear(struct ip_fib *f);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * ipfib.h - a forwarding table: from an address to the number of the next hop of the longest
 * prefix that contains it.
 *
 * The first two bytes of the address select slots directly; a slot with prefixes longer than
 * 16 bits has a sorted array of ranges of the last two bytes, which is searched by halving. So a
 * lookup touches two slots and one or two cache lines of ranges, a table of a million
 * prefixes takes about 8 bytes for each, and one of a few prefixes a few KiB.
 */
#ifndef ELEMENTS_IP_IPFIB_H
#define ELEMENTS_IP_IPFIB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "elements/ip/iparena.h"

struct fib_range { /* up to the next range's start */
	uint16_t start;
	uint16_t hop; /* 0: the slot's */
};

struct fib_slot {
	/* Of the first level: 256 slots for the second byte. Of the second: ranges. NULL: hop
	 * is the result. */
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

/* Entries behind the last range start at the last address and have its hop, so that all steps
 * are alike. None branches on the address: such branches would be mispredicted. */
static inline uint32_t fib_search(const struct fib_range *r, uint32_t half, uint32_t key)
{
	do {
		const struct fib_range *middle = r + half;

		r = __builtin_expect_with_probability(middle->start <= key, 1, 0.5) ? middle : r;
		half >>= 1;
	} while (half);
	return r->hop;
}

/* A lookup in steps, so that many can wait for memory together. Addresses are in host order. */
static inline const struct fib_slot *ip_fib_slot(const struct ip_fib *f, uint32_t addr)
{
	const struct fib_slot *s = &f->slot[addr >> 24];

	return s->below ? (const struct fib_slot *)s->below + (addr >> 16 & 0xff) : s;
}

/* About where the search will end, for __builtin_prefetch, and where it starts. (A function that
 * only prefetches would have no effect for the compiler, which drops its calls.) */
static inline const struct fib_range *ip_fib_guess(const struct fib_slot *s, uint32_t addr)
{
	return (const struct fib_range *)s->below + ((uint64_t)(addr & 0xffff) * s->last >> 16);
}

static inline const struct fib_range *ip_fib_middle(const struct fib_slot *s)
{
	return (const struct fib_range *)s->below + s->half;
}

static inline uint32_t ip_fib_hop(const struct fib_slot *s, uint32_t addr)
{
	uint32_t hop = s->half ? fib_search(s->below, s->half, addr & 0xffff) : 0;

	return hop ? hop : s->hop;
}

static inline uint32_t ip_fib_lookup(const struct ip_fib *f, uint32_t addr)
{
	return ip_fib_hop(ip_fib_slot(f, addr), addr);
}

/* For all addresses of addr/len that no longer prefix than len has set, makes the result hop,
 * set by a prefix of hop_len bits (hop 0, hop_len 0: none). len 32 down to 0; hop < 65536.
 * False, and nothing has happened: no memory. */
bool ip_fib_set(struct ip_fib *f, uint32_t addr, unsigned len, uint32_t hop, unsigned hop_len)
	MUST_CHECK;
void ip_fib_clear(struct ip_fib *f);

#endif

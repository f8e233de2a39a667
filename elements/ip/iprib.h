/* SPDX-License-Identifier: MIT */
/*
 * iprib.h - the routes of a table of any size: found by exact prefix, with their next hops
 * numbered. What looks packets up is a forwarding table beside it, which is told of changes.
 */
#ifndef ELEMENTS_IP_IPRIB_H
#define ELEMENTS_IP_IPRIB_H

#include "elements/ip/iproutetable.h"

struct ip_hop {
	uint32_t gw;   /* network order; 0: none */
	uint16_t port; /* PORT_DROP: of hop 0, which means no route */
	uint16_t unused;
	uint32_t refs; /* routes that use it; 0: free */
	uint32_t next; /* free one */
};

struct ip_rib_index { /* open addressing over numbers of routes (hops) */
	uint32_t *v;  /* number + 1; 0: free */
	uint32_t mask, n;
};

struct ip_rib {
	struct pool *pool;
	struct ip_hop *hop;
	struct ip_rib_route *route;
	struct ip_rib_index by_prefix, by_hop;
	uint32_t nroutes, route_cap; /* entries ever used */
	uint32_t nhops, hop_cap;
	uint32_t free_route, free_hop; /* latest freed; NO_ENTRY: none */
	uint32_t sequence;
	uint32_t max_hops; /* hop numbers are below it */
	bool move; /* storing a prefix again takes a new entry before the old one becomes free */

	/* Where packets look. For all addresses of addr/len (host order) that no longer prefix
	 * than len has set, makes the result hop, set by a prefix of hop_len bits. False, and
	 * nothing happens: no memory. */
	bool (*fib_set)(void *fib, uint32_t addr, unsigned len, uint32_t hop, unsigned hop_len);
	void *fib;
};

#define IP_HOPS_MAX 65536

void ip_rib_init(struct ip_rib *, struct pool *);
void ip_rib_clear(struct ip_rib *); /* no routes; the forwarding table is not told */

bool ip_rib_find(const struct ip_rib *, struct ip_route *r) MUST_CHECK;
bool ip_rib_store(struct ip_rib *, const struct ip_route *r) MUST_CHECK;
bool ip_rib_erase(struct ip_rib *, const struct ip_route *r) MUST_CHECK;

void ip_rib_list(const struct ip_rib *, struct text *out);        /* by entry */
void ip_rib_list_hashed(const struct ip_rib *, struct text *out); /* by bucket of a hash table */

/* Grows a block without ending the program when there is no memory: then NULL, block kept. */
void *ip_grow(struct pool *, void *block, size_t had, size_t size) MUST_CHECK;

#endif

/* SPDX-License-Identifier: MIT */
/* iprib.c - routes by prefix, next hops by number. */
#include "elements/ip/iprib.h"

#include <stdlib.h>

#include "base/hash.h"

#define NO_ENTRY UINT32_MAX

struct ip_rib_route {
	uint32_t addr; /* host order */
	union {
		uint32_t sequence; /* when it was made */
		uint32_t next;     /* free one */
	};
	uint32_t hop; /* 0: free */
	uint8_t len;
};

void *ip_grow(struct pool *pool, void *block, size_t had, size_t size)
{
	void *more = pool_try(pool, size);

	if (more && had)
		memcpy(more, block, had);
	if (more)
		pool_release(block);
	return more;
}

/* --- the index --- */

typedef uint64_t key_fn(const struct ip_rib *, uint32_t entry);

static uint64_t prefix_key(uint32_t addr, unsigned len)
{
	return (uint64_t)addr << 6 | len;
}

static uint64_t route_key(const struct ip_rib *rib, uint32_t i)
{
	return prefix_key(rib->route[i].addr, rib->route[i].len);
}

static uint64_t hop_key(const struct ip_rib *rib, uint32_t i)
{
	return (uint64_t)rib->hop[i].port << 32 | rib->hop[i].gw;
}

static uint32_t index_find(const struct ip_rib *rib, const struct ip_rib_index *x, key_fn *key,
			   uint64_t wanted)
{
	if (!x->v)
		return NO_ENTRY;
	for (uint32_t i = (uint32_t)hash_u64(wanted) & x->mask; x->v[i]; i = (i + 1) & x->mask)
		if (key(rib, x->v[i] - 1) == wanted)
			return x->v[i] - 1;
	return NO_ENTRY;
}

static void index_add(const struct ip_rib *rib, struct ip_rib_index *x, key_fn *key, uint32_t entry)
{
	uint32_t i = (uint32_t)hash_u64(key(rib, entry)) & x->mask;

	while (x->v[i])
		i = (i + 1) & x->mask;
	x->v[i] = entry + 1;
	x->n++;
}

/* Moves back those behind the gap that would not be found any more. */
static void index_remove(const struct ip_rib *rib, struct ip_rib_index *x, key_fn *key,
			 uint32_t entry)
{
	uint32_t gap = (uint32_t)hash_u64(key(rib, entry)) & x->mask, i;

	while (x->v[gap] != entry + 1)
		gap = (gap + 1) & x->mask;
	for (i = (gap + 1) & x->mask; x->v[i]; i = (i + 1) & x->mask) {
		uint32_t home = (uint32_t)hash_u64(key(rib, x->v[i] - 1)) & x->mask;

		if (((i - home) & x->mask) >= ((i - gap) & x->mask)) {
			x->v[gap] = x->v[i];
			gap = i;
		}
	}
	x->v[gap] = 0;
	x->n--;
}

/* Room for one more. */
static bool index_reserve(const struct ip_rib *rib, struct ip_rib_index *x, key_fn *key)
{
	struct ip_rib_index old = *x;
	uint32_t size = old.v ? 2 * (old.mask + 1) : 16;

	if (old.v && old.n + 1 <= old.mask - old.mask / 4)
		return true;
	x->v = pool_try(rib->pool, size * sizeof(*x->v));
	if (!x->v) {
		x->v = old.v;
		return false;
	}
	x->mask = size - 1;
	x->n = 0;
	for (uint32_t i = 0; old.v && i <= old.mask; i++)
		if (old.v[i])
			index_add(rib, x, key, old.v[i] - 1);
	pool_release(old.v);
	return true;
}

/* --- next hops --- */

static bool hop_reserve(struct ip_rib *rib)
{
	size_t had = rib->nhops * sizeof(*rib->hop);
	struct ip_hop *more;

	if (rib->free_hop != NO_ENTRY || rib->nhops < rib->hop_cap)
		return true;
	if (rib->nhops >= rib->max_hops)
		return false;
	more = ip_grow(rib->pool, rib->hop, had, 2 * had);
	if (!more)
		return false;
	rib->hop = more;
	rib->hop_cap = 2 * rib->nhops;
	return true;
}

/* One more use of the hop. 0: no memory, or too many of them. */
static uint32_t hop_get(struct ip_rib *rib, uint32_t gw, uint16_t port)
{
	uint32_t i = index_find(rib, &rib->by_hop, hop_key, (uint64_t)port << 32 | gw);

	if (i != NO_ENTRY) {
		rib->hop[i].refs++;
		return i;
	}
	if (!hop_reserve(rib) || !index_reserve(rib, &rib->by_hop, hop_key))
		return 0;
	i = rib->free_hop;
	if (i != NO_ENTRY)
		rib->free_hop = rib->hop[i].next;
	else
		i = rib->nhops++;
	rib->hop[i] = (struct ip_hop){ .gw = gw, .port = port, .refs = 1 };
	index_add(rib, &rib->by_hop, hop_key, i);
	return i;
}

static void hop_put(struct ip_rib *rib, uint32_t i)
{
	if (--rib->hop[i].refs != 0)
		return;
	index_remove(rib, &rib->by_hop, hop_key, i);
	rib->hop[i].next = rib->free_hop;
	rib->free_hop = i;
}

/* --- routes --- */

static bool route_reserve(struct ip_rib *rib)
{
	size_t had = rib->route_cap * sizeof(*rib->route);
	struct ip_rib_route *more;

	if (!index_reserve(rib, &rib->by_prefix, route_key))
		return false;
	if (rib->free_route != NO_ENTRY || rib->nroutes < rib->route_cap)
		return true;
	more = ip_grow(rib->pool, rib->route, had, had ? 2 * had : 8 * sizeof(*more));
	if (!more)
		return false;
	rib->route = more;
	rib->route_cap = rib->route_cap ? 2 * rib->route_cap : 8;
	return true;
}

static void route_make(struct ip_rib *rib, uint32_t addr, unsigned len, uint32_t hop)
{
	uint32_t i = rib->free_route;

	if (i != NO_ENTRY)
		rib->free_route = rib->route[i].next;
	else
		i = rib->nroutes++;
	rib->route[i].addr = addr;
	rib->route[i].len = (uint8_t)len;
	rib->route[i].hop = hop;
	rib->route[i].sequence = rib->sequence++;
	index_add(rib, &rib->by_prefix, route_key, i);
}

static void route_free(struct ip_rib *rib, uint32_t i)
{
	index_remove(rib, &rib->by_prefix, route_key, i);
	rib->route[i].hop = 0;
	rib->route[i].next = rib->free_route;
	rib->free_route = i;
}

static void route_replace(struct ip_rib *rib, uint32_t i, uint32_t hop)
{
	struct ip_rib_route old = rib->route[i];

	if (rib->move) {
		index_remove(rib, &rib->by_prefix, route_key, i);
		route_make(rib, old.addr, old.len, hop);
		rib->route[i].hop = 0;
		rib->route[i].next = rib->free_route;
		rib->free_route = i;
	} else {
		rib->route[i].hop = hop;
	}
	hop_put(rib, old.hop);
}

static uint32_t entry_of(const struct ip_rib *rib, const struct ip_route *r)
{
	return index_find(rib, &rib->by_prefix, route_key,
			  prefix_key(be32(r->addr), ip_mask_len(r->mask)));
}

bool ip_rib_find(const struct ip_rib *rib, struct ip_route *r)
{
	uint32_t i = entry_of(rib, r);

	if (i == NO_ENTRY)
		return false;
	r->gw = rib->hop[rib->route[i].hop].gw;
	r->port = rib->hop[rib->route[i].hop].port;
	return true;
}

bool ip_rib_store(struct ip_rib *rib, const struct ip_route *r)
{
	uint32_t addr = be32(r->addr), old = entry_of(rib, r), hop;
	unsigned len = ip_mask_len(r->mask);

	if (!route_reserve(rib))
		return false;
	hop = hop_get(rib, r->gw, (uint16_t)r->port);
	if (hop == 0)
		return false;
	if (!rib->fib_set(rib->fib, addr, len, hop, len)) {
		hop_put(rib, hop);
		return false;
	}
	if (old == NO_ENTRY)
		route_make(rib, addr, len, hop);
	else
		route_replace(rib, old, hop);
	return true;
}

/* The next longest prefix that contains addr/len. */
static uint32_t entry_around(const struct ip_rib *rib, uint32_t addr, unsigned len)
{
	uint32_t i = NO_ENTRY;

	while (i == NO_ENTRY && len-- > 0)
		i = index_find(rib, &rib->by_prefix, route_key,
			       prefix_key(addr & be32(ip_mask_of(len)), len));
	return i;
}

bool ip_rib_erase(struct ip_rib *rib, const struct ip_route *r)
{
	uint32_t i = entry_of(rib, r), around, old = rib->route[i].hop;
	uint32_t addr = rib->route[i].addr, hop = 0;
	unsigned len = rib->route[i].len, hop_len = 0;

	around = entry_around(rib, addr, len);
	if (around != NO_ENTRY) {
		hop = rib->route[around].hop;
		hop_len = rib->route[around].len;
	}
	if (!rib->fib_set(rib->fib, addr, len, hop, hop_len))
		return false;
	route_free(rib, i);
	hop_put(rib, old);
	return true;
}

/* --- all of them --- */

void ip_rib_clear(struct ip_rib *rib)
{
	pool_release(rib->route);
	pool_release(rib->by_prefix.v);
	pool_release(rib->by_hop.v);
	rib->route = NULL;
	rib->by_prefix = rib->by_hop = (struct ip_rib_index){ 0 };
	rib->nroutes = rib->route_cap = 0;
	rib->nhops = 1;
	rib->free_route = rib->free_hop = NO_ENTRY;
}

void ip_rib_init(struct ip_rib *rib, struct pool *pool)
{
	rib->pool = pool;
	rib->max_hops = IP_HOPS_MAX;
	rib->hop_cap = 8;
	rib->hop = pool_alloc(pool, rib->hop_cap * sizeof(*rib->hop));
	rib->hop[0].port = PORT_DROP;
	ip_rib_clear(rib);
}

static void print_entry(const struct ip_rib *rib, uint32_t i, struct text *out)
{
	const struct ip_rib_route *from = &rib->route[i];
	struct ip_route r = { be32(from->addr), ip_mask_of(from->len), rib->hop[from->hop].gw,
			      rib->hop[from->hop].port };

	ip_route_print(out, &r);
}

void ip_rib_list(const struct ip_rib *rib, struct text *out)
{
	for (uint32_t i = 0; i < rib->nroutes; i++)
		if (rib->route[i].hop)
			print_entry(rib, i, out);
}

struct ranked {
	uint32_t bucket, sequence, entry;
};

/* The bucket in which clients of such tables find a prefix; only its order matters. */
static uint32_t bucket_of(uint32_t p, uint32_t n)
{
	uint32_t h = p ^ (n * 32) ^ ((p >> (n / 4)) - n);

	h = h ^ (h >> 23) ^ ((h >> 15) * n) ^ ((p >> 17) * 53);
	h = h - ((p >> 3) ^ ((h >> (n & 31)) * 7) ^ ((h >> 11) * 103));
	return (h ^ (h >> 17)) & 0xffff;
}

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->bucket != y->bucket)
		return x->bucket < y->bucket ? -1 : 1;
	return x->sequence > y->sequence ? -1 : x->sequence < y->sequence;
}

void ip_rib_list_hashed(const struct ip_rib *rib, struct text *out)
{
	struct ranked *order = malloc((rib->nroutes + 1) * sizeof(*order));
	uint32_t n = 0;

	if (!order)
		return;
	for (uint32_t i = 0; i < rib->nroutes; i++)
		if (rib->route[i].hop)
			order[n++] =
				(struct ranked){ bucket_of(rib->route[i].addr, rib->route[i].len),
						 rib->route[i].sequence, i };
	qsort(order, n, sizeof(*order), compare_ranked);
	for (uint32_t i = 0; i < n; i++)
		print_entry(rib, order[i].entry, out);
	free(order);
}

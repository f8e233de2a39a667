/* SPDX-License-Identifier: MIT */
/* iplpm.c - longest prefix match for route tables of any size. */
#include "elements/ip/iplpm.h"

/* What is smaller stays in the nearest cache. */
#define LARGE_TABLE 2000

static struct ip_lpm *lpm(struct element *e)
{
	return (struct ip_lpm *)e;
}

static bool fib_set(void *fib, uint32_t addr, unsigned len, uint32_t hop, unsigned hop_len)
{
	return ip_fib_set(fib, addr, len, hop, hop_len);
}

void ip_lpm_init(struct element *e)
{
	struct ip_lpm *l = lpm(e);

	ip_rib_init(&l->rib, router_pool(e->router));
	l->rib.fib_set = fib_set;
	l->rib.fib = &l->fib;
	l->fib.pool = l->rib.pool;
}

void ip_lpm_stop(struct element *e)
{
	ip_fib_clear(&lpm(e)->fib);
}

int ip_lpm_lookup(struct element *e, uint32_t addr, uint32_t *gw)
{
	const struct ip_lpm *l = lpm(e);
	const struct ip_hop *hop = &l->rib.hop[ip_fib_lookup(&l->fib, be32(addr))];

	*gw = hop->gw;
	return hop->port == PORT_DROP ? -1 : hop->port;
}

bool ip_lpm_find(struct element *e, struct ip_route *r)
{
	return ip_rib_find(&lpm(e)->rib, r);
}

bool ip_lpm_store(struct element *e, const struct ip_route *r)
{
	return ip_rib_store(&lpm(e)->rib, r);
}

bool ip_lpm_erase(struct element *e, const struct ip_route *r)
{
	return ip_rib_erase(&lpm(e)->rib, r);
}

static inline void take_hop(struct packet *p, const struct ip_hop *hop, uint16_t *port)
{
	*port = hop->port;
	if (hop->gw)
		anno_set_dst(p, hop->gw);
}

static bool classify_small(const struct ip_lpm *l, const struct batch *in, uint16_t port[])
{
	const struct ip_hop *hops = l->rib.hop;
	int32_t missed = 0; /* negative once a hop was 0 */

	for (unsigned i = 0, n = in->n; i < n; i++) {
		struct packet *p = in->pkt[i];
		uint32_t hop = ip_fib_lookup(&l->fib, be32(anno_dst(p)));

		missed |= (int32_t)hop - 1;
		take_hop(p, &hops[hop], &port[i]);
	}
	return missed < 0;
}

/* All lookups of the batch miss the cache at the same time. */
static bool classify_large(const struct ip_lpm *l, const struct batch *in, uint16_t port[])
{
	const struct fib_slot *slot[BATCH_MAX];
	int32_t missed = 0;

	for (unsigned i = 0; i < in->n; i++) {
		slot[i] = ip_fib_slot(&l->fib, be32(anno_dst(in->pkt[i])));
		__builtin_prefetch(slot[i]);
	}
	for (unsigned i = 0; i < in->n; i++) {
		__builtin_prefetch(slot[i]->below);
		__builtin_prefetch(ip_fib_middle(slot[i]));
		__builtin_prefetch(ip_fib_guess(slot[i], be32(anno_dst(in->pkt[i]))));
	}
	for (unsigned i = 0; i < in->n; i++) {
		struct packet *p = in->pkt[i];
		uint32_t hop = ip_fib_hop_even(slot[i], be32(anno_dst(p)));

		missed |= (int32_t)hop - 1;
		take_hop(p, &l->rib.hop[hop], &port[i]);
	}
	return missed < 0;
}

bool ip_lpm_classify(const struct ip_lpm *l, const struct batch *in, uint16_t port[])
{
	return l->rib.nroutes < LARGE_TABLE ? classify_small(l, in, port)
					    : classify_large(l, in, port);
}

bool ip_lpm_flush(struct element *e, struct str value, struct error *err)
{
	struct ip_lpm *l = lpm(e);

	(void)value, (void)err;
	ip_rib_clear(&l->rib);
	ip_fib_clear(&l->fib);
	return true;
}

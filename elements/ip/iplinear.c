/* SPDX-License-Identifier: MIT */
/* iplinear.c - routes in an array. */
#include "elements/ip/iplinear.h"

static struct ip_linear *linear(struct element *e)
{
	return (struct ip_linear *)e;
}

const struct ip_route *ip_linear_match(const struct ip_linear *l, uint32_t addr)
{
	const struct ip_route *best = NULL;

	for (const struct ip_route *r = l->route, *end = r + l->n; r < end; r++)
		if (((addr ^ r->addr) & r->mask) == 0 && r->port >= 0 &&
		    (!best || (r->mask & best->mask) == best->mask))
			best = r;
	return best;
}

void ip_linear_insert(struct ip_linear *l, const struct ip_route *r)
{
	size_t i = 0;

	while (i < l->n && l->route[i].port >= 0)
		i++;
	if (i == l->n) {
		l->route = pool_grow(router_pool(l->table.element.router), l->route, l->n, &l->cap,
				     sizeof(*l->route));
		l->n++;
	}
	l->route[i] = *r;
}

static struct ip_route *entry_for(const struct ip_linear *l, const struct ip_route *r)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->route[i].port >= 0 && l->route[i].addr == r->addr &&
		    l->route[i].mask == r->mask)
			return &l->route[i];
	return NULL;
}

int ip_linear_lookup(struct element *e, uint32_t addr, uint32_t *gw)
{
	const struct ip_route *r = ip_linear_match(linear(e), addr);

	*gw = r ? r->gw : 0;
	return r ? r->port : -1;
}

bool ip_linear_find(struct element *e, struct ip_route *r)
{
	const struct ip_route *found = entry_for(linear(e), r);

	if (found)
		*r = *found;
	return found != NULL;
}

bool ip_linear_store(struct element *e, const struct ip_route *r)
{
	struct ip_linear *l = linear(e);
	struct ip_route *old = entry_for(l, r);

	if (old)
		*old = *r;
	else
		ip_linear_insert(l, r);
	return true;
}

bool ip_linear_erase(struct element *e, const struct ip_route *r)
{
	struct ip_route *old = entry_for(linear(e), r);

	old->port = -1;
	return true;
}

void ip_linear_list(struct element *e, struct text *out)
{
	const struct ip_linear *l = linear(e);

	for (size_t i = 0; i < l->n; i++)
		if (l->route[i].port >= 0)
			ip_route_print(out, &l->route[i]);
}

const void *ip_linear_cast(struct element *e, const char *interface)
{
	static const struct ip_route_table table = {
		.lookup = ip_linear_lookup,
		.find = ip_linear_find,
		.store = ip_linear_store,
		.erase = ip_linear_erase,
		.list = ip_linear_list,
		.any_mask = true,
	};

	(void)e;
	return strcmp(interface, "IPRouteTable") == 0 ? &table : NULL;
}

void ip_linear_classify(struct element *e, const struct batch *in, uint16_t port[])
{
	for (unsigned i = 0; i < in->n; i++) {
		struct packet *p = in->pkt[i];
		const struct ip_route *r = ip_linear_match(linear(e), anno_dst(p));

		port[i] = r ? ip_table_route(p, r->port, r->gw) : PORT_DROP;
		if (UNLIKELY(!r))
			ip_table_miss(e, "LinearIPLookup", anno_dst(p));
	}
}

void ip_linear_classify_verbose(struct element *e, const struct batch *in, uint16_t port[],
				const char *who)
{
	for (unsigned i = 0; i < in->n; i++) {
		struct packet *p = in->pkt[i];
		const struct ip_route *r = ip_linear_match(linear(e), anno_dst(p));

		port[i] = r ? ip_table_route(p, r->port, r->gw) : PORT_DROP;
		if (UNLIKELY(!r))
			chatter(e, "%s: no gw for %x", who, anno_dst(p));
	}
}

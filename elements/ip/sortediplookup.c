/* SPDX-License-Identifier: MIT */
/*
 * SortedIPLookup - route table in an array sorted by prefix length
 *
 * A LinearIPLookup in which each route stands before all whose prefix contains
 * its own. Deprecated: it is no faster than LinearIPLookup.
 *
 * Example: SortedIPLookup(10.0.0.0/8 0, 0/0 10.0.0.1 1)
 * See also: LinearIPLookup, RadixIPLookup
 */
#include "elements/ip/iplinear.h"

struct sortediplookup {
	struct ip_linear base;
};
ELEMENT_SELF(struct sortediplookup)

/* Routes that are being put in order. */
struct sorting {
	const struct ip_route *from;
	struct ip_route *to;
	uint32_t *inside; /* [nfrom]: how many of the routes left each contains */
	size_t nfrom, nto;
};

#define PLACED UINT32_MAX

static bool contains(const struct ip_route *outer, const struct ip_route *inner)
{
	return outer != inner && (inner->mask & outer->mask) == outer->mask &&
	       ((inner->addr ^ outer->addr) & outer->mask) == 0;
}

static void place(struct sorting *s, size_t i)
{
	s->inside[i] = PLACED;
	s->to[s->nto++] = s->from[i];
}

/* The routes that contained only this one come next, and behind them, in turn, theirs. */
static void place_outward(struct sorting *s, size_t first)
{
	size_t at = s->nto;

	for (place(s, first); at < s->nto; at++)
		for (size_t i = 0; i < s->nfrom; i++)
			if (s->inside[i] != PLACED && s->inside[i] != 0 &&
			    contains(&s->from[i], &s->to[at]) && --s->inside[i] == 0)
				place(s, i);
}

/* Free entries go out. */
static size_t copy_used(const struct ip_linear *l, struct ip_route *to)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->route[i].port >= 0)
			to[n++] = l->route[i];
	return n;
}

static void sort(struct ip_linear *l)
{
	struct pool *pool = pool_new();
	struct ip_route *copy = pool_alloc(pool, (l->n + 1) * sizeof(*copy));
	struct sorting s = { .from = copy, .to = l->route };

	s.nfrom = copy_used(l, copy);
	s.inside = pool_alloc(pool, (s.nfrom + 1) * sizeof(*s.inside));
	for (size_t i = 0; i < s.nfrom; i++)
		for (size_t j = 0; j < s.nfrom; j++)
			s.inside[i] += contains(&copy[i], &copy[j]);
	for (size_t i = 0; i < s.nfrom; i++)
		if (s.inside[i] == 0)
			place_outward(&s, i);
	l->n = s.nto;
	pool_free(pool);
}

static bool configure(struct element *e, struct error *err)
{
	warn(err, "SortedIPLookup is deprecated; use LinearIPLookup or RadixIPLookup instead");
	if (!ip_table_configure(e, err))
		return false;
	sort(&self(e)->base);
	return true;
}

/* While the arguments' routes come in, sorting after each would take too long: configure does. */
static bool store(struct element *e, const struct ip_route *r)
{
	(void)ip_linear_store(e, r);
	if (router_running(e->router))
		sort(&self(e)->base);
	return true;
}

static bool erase(struct element *e, const struct ip_route *r)
{
	(void)ip_linear_erase(e, r);
	sort(&self(e)->base);
	return true;
}

static const void *cast(struct element *e, const char *interface)
{
	static const struct ip_route_table table = {
		.lookup = ip_linear_lookup,
		.find = ip_linear_find,
		.store = store,
		.erase = erase,
		.list = ip_linear_list,
		.any_mask = true,
	};

	(void)e;
	return strcmp(interface, "IPRouteTable") == 0 ? &table : NULL;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	ip_linear_classify_verbose(e, in, port, "SortedIPLookup");
}

static const struct arg args[] = {
	ARG_EACH("ROUTE", ip_table_arg, "ADDR/MASK [GATEWAY] OUTPUT"),
};

static const struct handler handlers[] = {
	IP_TABLE_HANDLERS,
};

const struct element_class sortediplookup_class = {
	.name = "SortedIPLookup",
	.ports = "1/-",
	.size = sizeof(self_t),
	.configure = configure,
	.classify = classify,
	.cast = cast,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

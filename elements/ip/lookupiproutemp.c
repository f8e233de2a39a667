/* SPDX-License-Identifier: MIT */
/*
 * LookupIPRouteMP - route table that never changes, for several threads
 *
 * Looks the destination address annotation up, sets it to the route's gateway
 * if there is one, and sends the packet to the route's output; packets without
 * a route are dropped with a message. Each route is `ADDR/MASK [GATEWAY]
 * OUTPUT'; the longest prefix wins, and of equal ones the last. The other
 * tables may be used by several threads too.
 *
 * Example: LookupIPRouteMP(10.0.0.0/8 0, 0/0 10.0.0.1 1)
 * See also: StaticIPLookup, RadixIPLookup
 */
#include "elements/ip/iplinear.h"

struct lookupiproutemp {
	struct ip_linear base;
	int32_t last_port;
};
ELEMENT_SELF(struct lookupiproutemp)

static void init(struct element *e)
{
	self(e)->last_port = -1;
}

/* Unlike in other tables, a route without a gateway leaves it out. */
static bool has_dash(struct str s)
{
	s = str_trim(s);
	(void)str_word(&s);
	return str_is(str_word(&s), "-");
}

static bool add_route(struct element *e, struct str s, struct error *err)
{
	struct lookupiproutemp *t = self(e);
	unsigned k = ++t->base.table.nargs;
	struct ip_route r;

	if (!ip_route_parse(e, s, false, &r) || r.port < 0 || has_dash(s))
		return fail(err, "argument %u should be `DADDR/MASK [GATEWAY] OUTPUT'", k);
	if (r.port > t->last_port)
		t->last_port = r.port;
	return ip_linear_store(e, &r);
}

static bool configure(struct element *e, struct error *err)
{
	int32_t last = self(e)->last_port;

	if (last < 0)
		warn(err, "no routes");
	if (last >= (int32_t)e->nout)
		return fail(err, "need %d or more output ports", last + 1);
	return true;
}

static bool start(struct element *e, struct error *err)
{
	const struct ip_linear *l = &self(e)->base;

	(void)err;
	chatter(e, "LookupIPRouteMP alignment: %p, %p", (const void *)l, (const void *)l->route);
	return true;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	ip_linear_classify_verbose(e, in, port, "LookupIPRouteMP");
}

static const struct arg args[] = {
	ARG_EACH("ROUTE", add_route, "ADDR/MASK [GATEWAY] OUTPUT"),
};

const struct element_class lookupiproutemp_class = {
	.name = "LookupIPRouteMP",
	.ports = "1/-",
	.size = sizeof(self_t),
	.init = init,
	.configure = configure,
	.start = start,
	.classify = classify,
	.args = TABLE(args),
};

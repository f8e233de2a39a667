/* SPDX-License-Identifier: MIT */
/*
 * RadixIPLookup - route table for many routes
 *
 * Looks the destination address annotation up, sets it to the route's gateway
 * if there is one, and sends the packet to the route's output; packets without
 * a route are dropped. Each ROUTE is `ADDR/MASK [GATEWAY] OUTPUT', GATEWAY `-'
 * being none; the longest prefix wins. A lookup takes about the same time in a
 * table of a million routes as in one of a few, and routes can be changed at
 * any time.
 *
 * Example: RadixIPLookup(10.0.0.0/8 0, 0/0 10.0.0.1 1)
 * See also: LinearIPLookup, DirectIPLookup, RangeIPLookup
 */
#include "elements/ip/iplpm.h"

struct radixiplookup {
	struct ip_lpm base;
};
ELEMENT_SELF(struct radixiplookup)

static void init(struct element *e)
{
	ip_lpm_init(e);
	self(e)->base.rib.move = true;
}

static void list(struct element *e, struct text *out)
{
	ip_rib_list(&self(e)->base.rib, out);
}

static const void *cast(struct element *e, const char *interface)
{
	static const struct ip_route_table table = {
		.lookup = ip_lpm_lookup,
		.find = ip_lpm_find,
		.store = ip_lpm_store,
		.erase = ip_lpm_erase,
		.list = list,
	};

	(void)e;
	return strcmp(interface, "IPRouteTable") == 0 ? &table : NULL;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	if (LIKELY(!ip_lpm_classify(&self(e)->base, in, port)))
		return;
	for (unsigned i = 0; i < in->n; i++)
		if (port[i] == PORT_DROP)
			ip_table_miss(e, "IPRouteTable", anno_dst(in->pkt[i]));
}

static const struct arg args[] = {
	ARG_EACH("ROUTE", ip_table_arg, "ADDR/MASK [GATEWAY] OUTPUT"),
};

static const struct handler handlers[] = {
	IP_TABLE_HANDLERS,
	IP_LPM_FLUSH,
};

const struct element_class radixiplookup_class = {
	.name = "RadixIPLookup",
	.ports = "1/-",
	.size = sizeof(self_t),
	.init = init,
	.configure = ip_table_configure,
	.stop = ip_lpm_stop,
	.classify = classify,
	.cast = cast,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * RangeIPLookup - route table of address ranges
 *
 * Looks the destination address annotation up, sets it to the route's gateway
 * if there is one, and sends the packet to the route's output; packets without
 * a route are dropped. Each ROUTE is `ADDR/MASK [GATEWAY] OUTPUT', GATEWAY `-'
 * being none; the longest prefix wins. The routes are kept as sorted ranges of
 * addresses, as those of RadixIPLookup are; only the order in which `table'
 * lists them is different.
 *
 * Example: RangeIPLookup(10.0.0.0/8 0, 0/0 10.0.0.1 1)
 * See also: RadixIPLookup, DirectIPLookup
 */
#include "elements/ip/iplpm.h"

struct rangeiplookup {
	struct ip_lpm base;
};
ELEMENT_SELF(struct rangeiplookup)

static void list(struct element *e, struct text *out)
{
	ip_rib_list_hashed(&self(e)->base.rib, out);
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
	(void)ip_lpm_classify(&self(e)->base, in, port);
}

static const struct arg args[] = {
	ARG_EACH("ROUTE", ip_table_arg, "ADDR/MASK [GATEWAY] OUTPUT"),
};

static const struct handler handlers[] = {
	IP_TABLE_HANDLERS,
	IP_LPM_FLUSH,
};

const struct element_class rangeiplookup_class = {
	.name = "RangeIPLookup",
	.ports = "1/-",
	.size = sizeof(self_t),
	.init = ip_lpm_init,
	.configure = ip_table_configure,
	.stop = ip_lpm_stop,
	.classify = classify,
	.cast = cast,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

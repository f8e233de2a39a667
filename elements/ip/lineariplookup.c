/* SPDX-License-Identifier: MIT */
/*
 * LinearIPLookup - route table that is searched one route after the other
 *
 * Looks the destination address annotation up, sets it to the route's gateway
 * if there is one, and sends the packet to the route's output; packets without
 * a route are dropped. Each ROUTE is `ADDR/MASK [GATEWAY] OUTPUT', GATEWAY `-'
 * being none; the route with the longest mask wins. Masks need not be
 * prefixes: of two that match, the one that has the other's bits wins. For
 * tables of a few routes.
 *
 * Example: LinearIPLookup(10.0.0.0/8 0, 0/0 10.0.0.1 1)
 * See also: RadixIPLookup, DirectIPLookup, StaticIPLookup
 */
#include "elements/ip/iplinear.h"

static const struct arg args[] = {
	ARG_EACH("ROUTE", ip_table_arg, "ADDR/MASK [GATEWAY] OUTPUT"),
};

static const struct handler handlers[] = {
	IP_TABLE_HANDLERS,
};

const struct element_class lineariplookup_class = {
	.name = "LinearIPLookup",
	.ports = "1/-",
	.size = sizeof(struct ip_linear),
	.configure = ip_table_configure,
	.classify = ip_linear_classify,
	.cast = ip_linear_cast,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

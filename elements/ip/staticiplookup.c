/* SPDX-License-Identifier: MIT */
/*
 * StaticIPLookup - route table that never changes
 *
 * A LinearIPLookup without the handlers that change routes.
 *
 * Example: StaticIPLookup(10.0.0.0/8 0, 0/0 10.0.0.1 1)
 * See also: LinearIPLookup, RadixIPLookup
 */
#include "elements/ip/iplinear.h"

static const struct arg args[] = {
	ARG_EACH("ROUTE", ip_table_arg, "ADDR/MASK [GATEWAY] OUTPUT"),
};

static const struct handler handlers[] = {
	IP_TABLE_READ(0),
	IP_TABLE_LOOKUP,
};

const struct element_class staticiplookup_class = {
	.name = "StaticIPLookup",
	.ports = "1/-",
	.size = sizeof(struct ip_linear),
	.configure = ip_table_configure,
	.classify = ip_linear_classify,
	.cast = ip_linear_cast,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

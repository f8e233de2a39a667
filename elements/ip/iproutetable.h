/* SPDX-License-Identifier: MIT */
/*
 * iproutetable.h - what all IPv4 route tables have in common: their arguments, their handlers
 * and the interface "IPRouteTable", by which other elements ask them.
 *
 * A table's state starts with a struct ip_table, its class casts to its struct ip_route_table.
 */
#ifndef ELEMENTS_IP_IPROUTETABLE_H
#define ELEMENTS_IP_IPROUTETABLE_H

#include "engine/element.h"

struct ip_route { /* addresses in network order */
	uint32_t addr, mask; /* addr without host bits */
	uint32_t gw;         /* 0: none */
	int32_t port;
};

struct ip_route_table {
	/* The output for an address and the gateway (0: none); -1: no route. */
	int (*lookup)(struct element *, uint32_t addr, uint32_t *gw);
	/* Fills in gw and port of the route for just r's prefix. False: there is none. */
	bool (*find)(struct element *, struct ip_route *r);
	/* Adds the route, or puts it in the place of the one for its prefix. False: no memory. */
	bool (*store)(struct element *, const struct ip_route *r);
	/* Removes the route for r's prefix, which exists. False: no memory. */
	bool (*erase)(struct element *, const struct ip_route *r);
	/* Calls ip_route_print for each route, in the table's order. */
	void (*list)(struct element *, struct text *out);
	bool any_mask; /* masks need not be prefixes */
};

struct ip_table {
	struct element element;
	/* While configuring: the routes of the arguments, in the configuration's pool. */
	struct ip_route *wanted;
	size_t nwanted, wanted_cap;
	unsigned nargs; /* good or not */
	unsigned misses;         /* reported; of the first table of the class in the router */
};

/* For ARG_EACH: notes one route. */
bool ip_table_arg(struct element *e, struct str s, struct error *err);
/* For .configure: adds the routes, once all arguments are right; warns of those ignored. */
bool ip_table_configure(struct element *e, struct error *err);

/* ADDR/MASK [GATEWAY] OUTPUT; without OUTPUT, if that is allowed, port is -1. */
bool ip_route_parse(const struct element *e, struct str s, bool without_output,
		    struct ip_route *r) MUST_CHECK;
/* A line of `table'. */
void ip_route_print(struct text *out, const struct ip_route *r);
unsigned ip_mask_len(uint32_t mask); /* of a contiguous mask in network order */
bool ip_mask_contiguous(uint32_t mask);
uint32_t ip_mask_of(unsigned len); /* network order */

/* Says, for the first five packets without a route, "WHO: no route for A.B.C.D". */
void ip_table_miss(struct element *e, const char *who, uint32_t addr);

/* What a lookup means for a packet: its output, and the annotation for the next hop. */
static inline uint16_t ip_table_route(struct packet *p, int port, uint32_t gw)
{
	if (port < 0)
		return PORT_DROP;
	if (gw)
		anno_set_dst(p, gw);
	return (uint16_t)port;
}

/* Handlers. */
void ip_table_read(struct element *e, struct text *out);
bool ip_table_lookup(struct element *e, struct handler_call *c);
bool ip_table_add(struct element *e, struct str value, struct error *err);
bool ip_table_set(struct element *e, struct str value, struct error *err);
bool ip_table_remove(struct element *e, struct str value, struct error *err);
bool ip_table_ctrl(struct element *e, struct str value, struct error *err);

#define IP_TABLE_READ(fl)                                                                          \
	{ .name = "table", .help = HELP("the routes, one a line"),                                 \
	  .flags = H_READ | (fl), .read = ip_table_read }
#define IP_TABLE_LOOKUP                                                                            \
	CALL("lookup", ip_table_lookup, H_READ | H_PARAM, "output and gateway for an address")
#define IP_TABLE_HANDLERS                                                                          \
	IP_TABLE_READ(H_EXPENSIVE), IP_TABLE_LOOKUP,                                               \
	WRITE("add", ip_table_add, "adds the route ADDR/MASK [GATEWAY] OUTPUT"),                   \
	WRITE("set", ip_table_set, "adds a route or replaces the one for its prefix"),             \
	WRITE("remove", ip_table_remove, "removes the route ADDR/MASK [[GATEWAY] OUTPUT]"),        \
	WRITE("ctrl", ip_table_ctrl, "lines of add, set and remove, all or none of which happen")

#endif

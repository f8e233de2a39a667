/* SPDX-License-Identifier: MIT */
/* iplinear.h - routes in an array, looked through one after the other. */
#ifndef ELEMENTS_IP_IPLINEAR_H
#define ELEMENTS_IP_IPLINEAR_H

#include "elements/ip/iproutetable.h"

struct ip_linear { /* starts the state of its elements */
	struct ip_table table;
	struct ip_route *route; /* port -1: not used */
	size_t n, cap;
};

/* The best route for an address, NULL when there is none. Of two masks that match, the one that
 * has the other's bits is better. */
const struct ip_route *ip_linear_match(const struct ip_linear *l, uint32_t addr);
/* An entry for a prefix that has none yet: the lowest free one. */
void ip_linear_insert(struct ip_linear *l, const struct ip_route *r);

/* For struct ip_route_table. */
int ip_linear_lookup(struct element *e, uint32_t addr, uint32_t *gw);
bool ip_linear_find(struct element *e, struct ip_route *r);
bool ip_linear_store(struct element *e, const struct ip_route *r);
bool ip_linear_erase(struct element *e, const struct ip_route *r);
void ip_linear_list(struct element *e, struct text *out);

/* The cast hook of elements that offer just these. */
const void *ip_linear_cast(struct element *e, const char *interface);
/* Looks packets up, and says which have no route. */
void ip_linear_classify(struct element *e, const struct batch *in, uint16_t port[]);
/* The same for those that say "WHO: no gw for HEX" of each packet without a route. */
void ip_linear_classify_verbose(struct element *e, const struct batch *in, uint16_t port[],
				const char *who);

#endif

/* SPDX-License-Identifier: MIT */
/* iplpm.h - route tables of any size: their routes (iprib.h) and where packets look (ipfib.h). */
#ifndef ELEMENTS_IP_IPLPM_H
#define ELEMENTS_IP_IPLPM_H

#include "elements/ip/ipfib.h"
#include "elements/ip/iprib.h"

struct ip_lpm { /* starts the state of its elements */
	struct ip_table table;
	struct ip_rib rib;
	struct ip_fib fib;
};

void ip_lpm_init(struct element *e);
void ip_lpm_stop(struct element *e);

/* For struct ip_route_table. */
int ip_lpm_lookup(struct element *e, uint32_t addr, uint32_t *gw);
bool ip_lpm_find(struct element *e, struct ip_route *r);
bool ip_lpm_store(struct element *e, const struct ip_route *r);
bool ip_lpm_erase(struct element *e, const struct ip_route *r);

/* Gives each packet of a batch its next hop. True: one of them at least has none. */
bool ip_lpm_classify(const struct ip_lpm *l, const struct batch *in, uint16_t port[]);

bool ip_lpm_flush(struct element *e, struct str value, struct error *err);
#define IP_LPM_FLUSH BUTTON("flush", ip_lpm_flush, "removes all routes")

#endif

/* SPDX-License-Identifier: MIT */
/* icmpencap.h - IP and ICMP headers for elements that make ICMP packets. */
#ifndef ELEMENTS_ICMP_ICMPENCAP_H
#define ELEMENTS_ICMP_ICMPENCAP_H

#include "engine/element.h"

struct icmp_encap { /* starts the state of elements that put the headers in front of packets */
	struct element element;
	struct ip_addr src, dst;
	uint16_t identifier;
	uint8_t type, code;
	uint16_t counter; /* of the latest packet */
};

/* Puts both headers in front of each packet, with the counter, which is never 0, as IP
 * identification and, in messages that have it, as sequence number. */
void icmp_encap_action(struct element *e, struct batch *b);

bool icmp_encap_write_src(struct element *e, struct str value, struct error *err);
bool icmp_encap_write_dst(struct element *e, struct str value, struct error *err);
/* "syntax error" when it is no address. */
bool icmp_write_addr(struct element *e, struct str value, struct ip_addr *addr,
		     struct error *err);

#endif

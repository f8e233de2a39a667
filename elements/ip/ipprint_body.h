/* SPDX-License-Identifier: MIT */
/* ipprint_body.h - an IP packet as a line of text, in the manner of tcpdump. */
#ifndef ELEMENTS_IP_IPPRINT_BODY_H
#define ELEMENTS_IP_IPPRINT_BODY_H

#include "base/text.h"
#include "engine/packet.h"

struct ip_print_options {
	bool id, ttl, tos, length;
	bool swap; /* identifiers and sequence numbers of echoes are in network order */
};

/* What stands behind the annotations, without the dump. The packet has a network header. False:
 * it is too short, and nothing may follow. */
bool ip_print_body(struct text *, const struct packet *, const struct ip_print_options *);

/* Where the payload of what is in the IP packet starts. */
uint32_t ip_print_payload(const struct packet *);

#endif

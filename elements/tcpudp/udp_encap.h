/* SPDX-License-Identifier: MIT */
/* udp_encap.h - IPv4 and UDP headers as UDPIPEncap and DynamicUDPIPEncap put them on packets. */
#ifndef ELEMENTS_TCPUDP_UDP_ENCAP_H
#define ELEMENTS_TCPUDP_UDP_ENCAP_H

#include "base/net.h"
#include "engine/element.h"

struct udp_encap {
	struct ip_addr src, dst;
	struct udp_port sport, dport;
	bool checksum;
	uint16_t id; /* of the next packet */
};

/* Puts the headers, for destination dst, in front of p. False: p is too long, or there is no
 * memory. */
bool udp_encap(struct udp_encap *, struct packet *p, uint32_t dst) MUST_CHECK;

#endif

/* SPDX-License-Identifier: MIT */
/* tcpip.h - finding and making TCP/IP headers. */
#ifndef ELEMENTS_LOCAL_TCPIP_H
#define ELEMENTS_LOCAL_TCPIP_H

#include "base/net.h"
#include "engine/element.h"

enum { TCPIP_WINDOW = 32120 };

/* Whose connection: network order. */
struct tcpip_flow {
	uint32_t src, dst;
	uint16_t sport, dport;
};

/* A whole IPv4 header at the network header position, and TCP behind it. */
struct tcpip {
	struct ip_header *ip;
	struct tcp_header *tcp;
	uint32_t payload; /* bytes behind both headers, by the IP length */
};

/* Checks all lengths against the packet. */
bool tcpip_find(const struct packet *p, struct tcpip *h) MUST_CHECK;

/* A packet with plain headers of 20 bytes each, marked, and room for n bytes of payload behind
 * them: ttl 255, DF, window 32120, checksums and all the rest 0. NULL: no memory. */
struct packet *tcpip_new(uint8_t tcp_flags, uint32_t n, struct tcpip *h) MUST_CHECK;

/* Fills in both checksums of a packet that tcpip_find accepts. */
void tcpip_checksums(const struct tcpip *h);

void tcpip_get_flow(const struct tcpip *h, struct tcpip_flow *flow);
void tcpip_set_flow(const struct tcpip *h, const struct tcpip_flow *flow);

/* Is sequence number a before b? */
static inline bool tcpip_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

#endif

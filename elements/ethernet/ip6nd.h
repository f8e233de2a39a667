/* SPDX-License-Identifier: MIT */
/* ip6nd.h - neighbor solicitations and advertisements of IPv6 (RFC 4861) in Ethernet frames. */
#ifndef ELEMENTS_ETHERNET_IP6ND_H
#define ELEMENTS_ETHERNET_IP6ND_H

#include "elements/ethernet/ether.h"

enum { ND_SOLICITATION = 135, ND_ADVERTISEMENT = 136 };
enum { ND_SOURCE_LINK = 1, ND_TARGET_LINK = 2 }; /* options */
#define ND_HOP_LIMIT 255                         /* who is not on the link cannot make it */

struct nd_frame { /* with the one option that has the sender's Ethernet address */
	struct ether_header ether;
	struct ip6_header ip;
	uint8_t type, code;
	uint16_t sum;
	uint32_t flags;
	uint8_t target[16];
	uint8_t option, option_len;
	uint8_t link[6];
} PACKED;

_Static_assert(sizeof(struct nd_frame) == 86, "RFC 4861, 4.3 and 4.4, with one option");

struct nd_addresses {
	const void *ether_dst, *ether_src;
	const void *src, *dst, *target; /* IPv6 */
};

/* A frame of that type; flags in host order. NULL: no memory. */
struct packet *nd_packet(uint8_t type, uint8_t option, uint32_t flags,
			 const struct nd_addresses *) MUST_CHECK;

/* The frame in p when it is whole, of that type, and from the link; else NULL. */
const struct nd_frame *nd_frame_of(const struct packet *p, uint8_t type);

/* The checksum that its ICMPv6 part should have; 0 when it has it. */
uint16_t nd_checksum(const struct packet *p);

#endif

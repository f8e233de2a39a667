/* SPDX-License-Identifier: MIT */
/*
 * netfront_csum.c - where a frame's checksum is: Xen says only that it is blank.
 */
#include "drivers/xen/netfront.h"

#include "base/bits.h"

enum { ETHER_IP = 0x0800, ETHER_IP6 = 0x86dd, ETHER_VLAN = 0x8100, ETHER_QINQ = 0x88a8 };
enum { PROTO_TCP = 6, PROTO_UDP = 17 };
enum { EXT_HOP = 0, EXT_ROUTING = 43, EXT_FRAGMENT = 44, EXT_DEST = 60 };
#define VLANS 2
#define EXTS 8

/* Where the header behind Ethernet's begins, and its type; 0: the frame ends before it. */
static uint32_t skip_ether(const uint8_t *p, uint32_t n, uint32_t *type)
{
	uint32_t at = 12;

	for (unsigned i = 0; at + 2 <= n; i++, at += 4) {
		*type = load_be16(p + at);
		if ((*type != ETHER_VLAN && *type != ETHER_QINQ) || i == VLANS)
			return at + 2;
	}
	return 0;
}

static uint32_t skip_ip(const uint8_t *p, uint32_t n, uint32_t at, uint8_t *proto)
{
	uint32_t header;

	if (at + 20 > n)
		return 0;
	header = (p[at] & 15U) * 4;
	/* Of fragments only the first has it, and a sum over all is nothing that can be filled in. */
	if (p[at] >> 4 != 4 || header < 20 || (load_be16(p + at + 6) & 0x3fff) != 0)
		return 0;
	*proto = p[at + 9];
	return at + header;
}

static uint32_t skip_ip6(const uint8_t *p, uint32_t n, uint32_t at, uint8_t *proto)
{
	if (at + 40 > n || p[at] >> 4 != 6)
		return 0;
	*proto = p[at + 6];
	at += 40;
	for (unsigned i = 0; i < EXTS; i++) {
		if (*proto != EXT_HOP && *proto != EXT_ROUTING && *proto != EXT_DEST)
			return at;
		if (at + 8 > n)
			return 0;
		*proto = p[at];
		at += (p[at + 1] + 1U) * 8;
	}
	return 0;
}

bool front_csum_find(const uint8_t *frame, uint32_t n, uint16_t *start, uint16_t *offset)
{
	uint32_t type = 0, at = skip_ether(frame, n, &type);
	uint8_t proto = 0;

	if (at == 0)
		return false;
	if (type == ETHER_IP)
		at = skip_ip(frame, n, at, &proto);
	else
		at = type == ETHER_IP6 ? skip_ip6(frame, n, at, &proto) : 0;
	if (at == 0 || (proto != PROTO_TCP && proto != PROTO_UDP))
		return false;
	*start = (uint16_t)at;
	*offset = proto == PROTO_TCP ? 16 : 6;
	return at + *offset + 2 <= n;
}

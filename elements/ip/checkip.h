/* SPDX-License-Identifier: MIT */
/* checkip.h - the checks of an IPv4 header, for CheckIPHeader and those that include it. */
#ifndef ELEMENTS_IP_CHECKIP_H
#define ELEMENTS_IP_CHECKIP_H

#include "base/checksum.h"
#include "base/net.h"
#include "engine/element.h"

/* What addresses are good and bad; with INTERFACES, both of an interface. */
struct ip_addresses {
	struct ip_list bad, good;
};

enum ip_defect { IP_TINY, IP_BAD_VERSION, IP_BAD_HLEN, IP_BAD_LEN, IP_BAD_SUM, IP_BAD_SRC,
		 IP_DEFECTS, IP_GOOD = IP_DEFECTS };

/* Adds the directed broadcast address of each of `ADDR/MASK ...' to the bad ones and ADDR to the
 * good ones, and 0.0.0.0 and 255.255.255.255 to the bad ones. */
bool ip_addresses_interfaces(struct element *e, struct ip_addresses *, struct str list) MUST_CHECK;
/* Adds addresses. */
bool ip_addresses_list(struct element *e, struct ip_list *, struct str list) MUST_CHECK;

bool ip_list_has(const struct ip_list *, uint32_t addr);

static inline uint64_t add_carry(uint64_t a, uint64_t b)
{
	a += b;
	return a + (a < b);
}

/* Is the checksum of a header of 20 bytes right? Its words, which are not all zero, then sum up to
 * all ones, RFC 1071. To add the halves of a number and the carry, the halves are swapped and
 * added: the upper half of the sum is it. */
static inline bool ip_plain_sum_is_good(const void *ip)
{
	const uint8_t *b = ip;
	uint64_t sum = add_carry(add_carry(load64(b), load64(b + 8)), load32(b + 16));
	uint32_t half;

	sum += sum >> 32 | sum << 32;
	half = (uint32_t)(sum >> 32);
	half += half >> 16 | half << 16;
	return half >> 16 == 0xffff;
}

/* The first thing wrong with a header of which have bytes are in the packet; sum: check the
 * checksum too. */
enum ip_defect ip_check(const struct ip_header *ip, int64_t have, bool sum,
			const struct ip_addresses *a);

/* A short way for headers without options, whatever their addresses: the length of the datagram
 * of a good one; 0: ask ip_check. */
static inline uint32_t ip_check_plain(const struct ip_header *ip, int64_t have, bool sum)
{
	uint32_t len;

	if (UNLIKELY(have < (int64_t)sizeof(*ip) || ip->vhl != 0x45))
		return 0;
	len = be16(ip->len);
	if (UNLIKELY(len > have || len < sizeof(*ip) || (sum && !ip_plain_sum_is_good(ip))))
		return 0;
	return len;
}

/* Cuts a packet whose header is good, offset bytes into it, behind the datagram, marks the header
 * and sets the destination annotation. */
static inline void ip_accept_at(struct packet *p, const struct ip_header *ip, uint32_t offset,
				uint32_t hlen, uint32_t len)
{
	packet_set_ip(p, ip, hlen);
	p->len = offset + len;
	anno_set_dst(p, ip->dst);
}

static inline void ip_accept(struct packet *p, const struct ip_header *ip)
{
	ip_accept_at(p, ip, (uint32_t)((const uint8_t *)ip - p->data), ip_hlen(ip), be16(ip->len));
}

#endif

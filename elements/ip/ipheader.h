/* SPDX-License-Identifier: MIT */
/* ipheader.h - the marked IP header of packets, and changing it with its checksum. */
#ifndef ELEMENTS_IP_IPHEADER_H
#define ELEMENTS_IP_IPHEADER_H

#include "base/bits.h"
#include "base/checksum.h"
#include "base/net.h"
#include "engine/packet.h"

#define IP_MIN_LEN sizeof(struct ip_header)
#define IP_LONGEST 60U /* header with options */

/* The marked IP header if its first 20 bytes lie in the packet's memory, else NULL. It may have
 * been stripped. For a packet without a mark the difference is huge. */
static inline struct ip_header *ip_marked(const struct packet *p)
{
	uint64_t at = (uint64_t)(uintptr_t)p->net - (uint64_t)(uintptr_t)p->head;

	return LIKELY(at + IP_MIN_LEN <= p->cap) ? packet_ip(p) : NULL;
}

/* The same if the whole header, with its options, lies between data and the packet's end. */
static inline struct ip_header *ip_complete(const struct packet *p)
{
	uint32_t len = packet_net_len(p);
	struct ip_header *ip = packet_ip(p);

	return len >= IP_MIN_LEN && ip_hlen(ip) >= IP_MIN_LEN && ip_hlen(ip) <= len ? ip : NULL;
}

static inline bool ip_is_multicast(uint32_t addr)
{
	return (addr & be32(0xf0000000)) == be32(0xe0000000);
}

/* Bytes of the transport header and what follows it; 0 in all but first fragments. */
static inline uint32_t ip_trans_len(const struct packet *p)
{
	return ip_first_fragment(packet_ip(p)) ? packet_trans_len(p) : 0;
}

/* The checksum after one address, or other 32-bit word, changed. */
static inline uint16_t checksum_update32(uint16_t sum, uint32_t from, uint32_t to)
{
	uint32_t s = (uint32_t)(uint16_t)~sum + (uint16_t)~from + (uint16_t)~(from >> 16) +
		     (uint16_t)to + (uint16_t)(to >> 16);

	return (uint16_t)~checksum_fold(s);
}

static inline void ip_set_tos(struct ip_header *ip, uint8_t tos)
{
	uint16_t before = load16(&ip->vhl);

	ip->tos = tos;
	ip->sum = checksum_update(ip->sum, before, load16(&ip->vhl));
}

/* One less, and one more in the checksum's first byte: RFC 1624 with its sum known. */
static inline void ip_decrement_ttl(struct ip_header *ip)
{
	uint32_t sum = ip->sum + 1U;

	ip->ttl--;
	ip->sum = (uint16_t)(sum + (sum >= 0xffff));
}

/* Makes the bits of mask in the TOS byte of every packet those of bits. Packets without a marked
 * header, and those for which there is no memory, are dropped. */
void ip_batch_set_tos(struct batch *b, uint8_t mask, uint8_t bits);

static inline void ip_set_checksum(struct ip_header *ip)
{
	ip->sum = 0;
	ip->sum = checksum_ip(ip, ip_hlen(ip));
}

#endif

/* SPDX-License-Identifier: MIT */
/* force.c - what ForceICMP, ForceTCP and ForceUDP share. */
#include "elements/local/force.h"

#include "base/checksum.h"

static bool lengths_good(const struct packet *p, uint32_t least)
{
	uint32_t room = packet_net_len(p), hlen, len;

	if (room < sizeof(struct ip_header))
		return false;
	hlen = ip_hlen(packet_ip(p));
	len = be16(packet_ip(p)->len);
	return hlen >= sizeof(struct ip_header) && len <= room && len >= hlen + least;
}

void force_batch(struct element *e, struct batch *b, uint32_t least,
		 void (*fix)(struct element *, struct ip_header *, void *transport, uint32_t len))
{
	unsigned kept = 0;

	batch_writable(b);
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		struct ip_header *ip = packet_ip(p);

		if (!lengths_good(p, least)) {
			chatter(e, "%s: bad lengths", e->class->name);
			packet_drop(p);
			continue;
		}
		fix(e, ip, (uint8_t *)ip + ip_hlen(ip), be16(ip->len) - ip_hlen(ip));
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

uint16_t force_checksum(const struct ip_header *ip, uint8_t proto, const void *transport,
			uint32_t len)
{
	uint32_t sum = checksum_pseudo(ip->src, ip->dst, proto, (uint16_t)len);

	return (uint16_t)~checksum_fold(checksum_add(transport, len, sum));
}

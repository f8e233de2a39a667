/* SPDX-License-Identifier: MIT */
/* ip6nd.c - making and recognising neighbor discovery frames. */
#include "elements/ethernet/ip6nd.h"

#include "base/checksum.h"

uint16_t nd_checksum(const struct packet *p)
{
	const struct nd_frame *f = (const void *)p->data;
	uint16_t len = be16(f->ip.plen);
	uint32_t sum = checksum_fold(checksum_add(f->ip.src, 32, 0));

	sum += (uint32_t)f->ip.plen + be16((uint16_t)IP_PROTO_ICMP6);
	return (uint16_t)~checksum_fold(checksum_add(&f->type, len, sum));
}

struct packet *nd_packet(uint8_t type, uint8_t option, uint32_t flags, const struct nd_addresses *a)
{
	struct packet *p = packet_new(PACKET_HEADROOM, sizeof(struct nd_frame), 0);
	struct nd_frame *f;

	if (!p)
		return NULL;
	f = (struct nd_frame *)p->data;
	memset(f, 0, sizeof(*f));
	ether_write(&f->ether, a->ether_dst, a->ether_src, ETHERTYPE_IP6);
	f->ip.flow = be32(6U << 28);
	f->ip.plen = be16((uint16_t)(sizeof(*f) - offsetof(struct nd_frame, type)));
	f->ip.next = IP_PROTO_ICMP6;
	f->ip.hlim = ND_HOP_LIMIT;
	memcpy(f->ip.src, a->src, 16);
	memcpy(f->ip.dst, a->dst, 16);
	f->type = type;
	f->flags = be32(flags);
	memcpy(f->target, a->target, 16);
	f->option = option;
	f->option_len = 1;
	memcpy(f->link, a->ether_src, 6);
	f->sum = nd_checksum(p);
	p->mac = p->data;
	packet_set_ip(p, &f->ip, sizeof(f->ip));
	return p;
}

const struct nd_frame *nd_frame_of(const struct packet *p, uint8_t type)
{
	const struct nd_frame *f = (const void *)p->data;

	if (p->len < sizeof(*f) || f->ether.type != be16(ETHERTYPE_IP6) ||
	    f->ip.next != IP_PROTO_ICMP6 || f->ip.hlim != ND_HOP_LIMIT || f->type != type ||
	    f->code != 0)
		return NULL;
	if (be16(f->ip.plen) > p->len - offsetof(struct nd_frame, type))
		return NULL;
	return f;
}

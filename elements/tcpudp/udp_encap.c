/* SPDX-License-Identifier: MIT */
/* udp_encap.c - IPv4 and UDP headers in front of packets. */
#include "elements/tcpudp/udp_encap.h"

#include "base/checksum.h"

#define TTL 250

static uint16_t udp_sum(const struct udp_encap *u, const struct udp_header *udp, uint32_t dst)
{
	uint16_t len = be16(udp->len), sum;

	sum = (uint16_t)~checksum_fold(
		checksum_add(udp, len, checksum_pseudo(u->src.v, dst, IP_PROTO_UDP, len)));
	return sum ? sum : 0xffff;
}

bool udp_encap(struct udp_encap *u, struct packet *p, uint32_t dst)
{
	struct ip_header *ip;
	struct udp_header *udp;

	if (p->len > UINT16_MAX - sizeof(*ip) - sizeof(*udp) ||
	    !packet_push(p, sizeof(*ip) + sizeof(*udp)))
		return false;
	ip = (struct ip_header *)p->data;
	udp = (struct udp_header *)(ip + 1);
	*ip = (struct ip_header){
		.vhl = 0x45,
		.len = be16((uint16_t)p->len),
		.id = be16(u->id),
		.ttl = TTL,
		.proto = IP_PROTO_UDP,
		.src = u->src.v,
		.dst = dst,
	};
	ip->sum = checksum_ip(ip, sizeof(*ip));
	udp->sport = be16(u->sport.v);
	udp->dport = be16(u->dport.v);
	udp->len = be16((uint16_t)(p->len - sizeof(*ip)));
	udp->sum = 0;
	if (u->checksum)
		udp->sum = udp_sum(u, udp, dst);
	u->id++;
	packet_set_ip(p, ip, sizeof(*ip));
	return true;
}

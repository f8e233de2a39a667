/* SPDX-License-Identifier: MIT */
/* tcpip.c - finding and making TCP/IP headers. */
#include "elements/local/tcpip.h"

#include "base/checksum.h"

enum { IP_SIZE = sizeof(struct ip_header), TCP_SIZE = sizeof(struct tcp_header) };

static uint32_t tcp_hlen(const struct tcp_header *tcp)
{
	return (tcp->off >> 4) * 4U;
}

bool tcpip_find(const struct packet *p, struct tcpip *h)
{
	uint32_t room = packet_net_len(p), hlen, len;

	if (room < IP_SIZE + TCP_SIZE)
		return false;
	h->ip = packet_ip(p);
	hlen = ip_hlen(h->ip);
	len = be16(h->ip->len);
	if (hlen < IP_SIZE || len > room || len < hlen + TCP_SIZE || h->ip->proto != IP_PROTO_TCP)
		return false;
	h->tcp = (void *)((uint8_t *)h->ip + hlen);
	if (tcp_hlen(h->tcp) < TCP_SIZE || tcp_hlen(h->tcp) > len - hlen)
		return false;
	h->payload = len - hlen - tcp_hlen(h->tcp);
	return true;
}

struct packet *tcpip_new(uint8_t tcp_flags, uint32_t n, struct tcpip *h)
{
	uint32_t len = IP_SIZE + TCP_SIZE + n;
	struct packet *p;

	if (len > UINT16_MAX)
		return NULL;
	p = packet_new(PACKET_HEADROOM, len, 0);
	if (!p)
		return NULL;
	memset(p->data, 0, len);
	packet_set_ip(p, p->data, IP_SIZE);
	h->ip = packet_ip(p);
	h->tcp = (void *)p->trans;
	h->payload = n;
	*h->ip = (struct ip_header){ .vhl = 0x45,
				     .tos = 0x10,
				     .len = be16((uint16_t)len),
				     .off = be16(IP_DF),
				     .ttl = 255,
				     .proto = IP_PROTO_TCP };
	h->tcp->off = TCP_SIZE / 4 << 4;
	h->tcp->flags = tcp_flags;
	h->tcp->win = be16(TCPIP_WINDOW);
	return p;
}

void tcpip_checksums(const struct tcpip *h)
{
	uint32_t hlen = ip_hlen(h->ip), len = be16(h->ip->len) - hlen;

	h->ip->sum = 0;
	h->ip->sum = checksum_ip(h->ip, hlen);
	h->tcp->sum = 0;
	h->tcp->sum = (uint16_t)~checksum_fold(checksum_add(
		h->tcp, len, checksum_pseudo(h->ip->src, h->ip->dst, IP_PROTO_TCP, (uint16_t)len)));
}

void tcpip_get_flow(const struct tcpip *h, struct tcpip_flow *flow)
{
	*flow = (struct tcpip_flow){ h->ip->src, h->ip->dst, h->tcp->sport, h->tcp->dport };
}

void tcpip_set_flow(const struct tcpip *h, const struct tcpip_flow *flow)
{
	h->ip->src = flow->src;
	h->ip->dst = flow->dst;
	h->tcp->sport = flow->sport;
	h->tcp->dport = flow->dport;
}

/* SPDX-License-Identifier: MIT */
/* ipsummary_view.c - packets as summary dumps see them: how much of which header is there. */
#include "elements/analysis/ipsummary.h"

bool summary_bad(const struct summary_view *v, const char *fmt, ...)
{
	va_list ap;

	if (!v->bad || v->bad->n != 0)
		return false;
	va_start(ap, fmt);
	text_vadd(v->bad, fmt, ap);
	va_end(ap);
	return false;
}

/* The IP header when the packet has one whose fixed part is whole and makes sense. */
static const struct ip_header *find_ip(const struct summary_view *v)
{
	const struct ip_header *ip = packet_ip(v->p);
	uint32_t n = packet_net_len(v->p);

	if (!ip)
		summary_bad(v, "no IP header");
	else if (n == 0)
		summary_bad(v, "truncated IP header");
	else if (ip->vhl >> 4 != 4)
		summary_bad(v, "IP version %d", ip->vhl >> 4);
	else if (ip_hlen(ip) < 20)
		summary_bad(v, "IP header length %u", ip_hlen(ip) / 4);
	else if (n < 20)
		summary_bad(v, "truncated IP header");
	else if (be16(ip->len) < ip_hlen(ip))
		summary_bad(v, "IP length %u", be16(ip->len));
	else
		return ip;
	return NULL;
}

void summary_view_init(struct summary_view *v, struct packet *p, bool extra, bool careful,
		       struct text *bad)
{
	uint32_t len, have;

	*v = (struct summary_view){ .p = p, .bad = bad };
	v->extra = extra ? anno_u32(p, ANNO_EXTRA_LENGTH) : 0;
	v->ip = find_ip(v);
	if (!v->ip) {
		v->captured = p->len;
		v->len = p->len + v->extra;
		return;
	}
	len = be16(v->ip->len);
	have = packet_net_len(p);
	/* Bytes behind the IP length are the link layer's. */
	v->captured = have < len ? have : len;
	v->len = have <= len && have + v->extra > len ? have + v->extra : len;
	if (careful && have + (uint64_t)v->extra < len)
		summary_bad(v, "truncated IP missing %u", len - have - v->extra);
}

const uint8_t *summary_transport(const struct summary_view *v, const char *proto, uint32_t need)
{
	uint32_t hlen = v->ip ? ip_hlen(v->ip) : 0;

	if (!v->ip)
		return NULL;
	if (!ip_first_fragment(v->ip)) {
		summary_bad(v, "fragmented %s header", proto);
		return NULL;
	}
	if (v->captured < hlen + need) {
		summary_bad(v, "truncated %s header", proto);
		return NULL;
	}
	return (const uint8_t *)v->ip + hlen;
}

/* The transport header's length; the shortest when it does not tell. */
static uint32_t transport_length(const struct summary_view *v, uint32_t hlen)
{
	const uint8_t *th = (const uint8_t *)v->ip + hlen;
	uint32_t have = v->captured > hlen ? v->captured - hlen : 0;

	if (!ip_first_fragment(v->ip))
		return 0;
	switch (v->ip->proto) {
	case IP_PROTO_TCP:
		return have > 12 && th[12] >> 4 >= 5 ? (th[12] >> 4) * 4U : 20;
	case IP_PROTO_DCCP:
		return have > 4 && th[4] >= 3 ? th[4] * 4U : 12;
	case IP_PROTO_UDP:
	case 136: /* UDP-Lite */
	case IP_PROTO_ICMP:
		return 8;
	}
	return 0;
}

uint32_t summary_headers(const struct summary_view *v)
{
	uint32_t hlen;

	if (!v->ip)
		return 0;
	hlen = ip_hlen(v->ip);
	return hlen + transport_length(v, hlen);
}

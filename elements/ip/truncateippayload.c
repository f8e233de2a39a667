/* SPDX-License-Identifier: MIT */
/*
 * TruncateIPPayload - cut packets off behind their headers
 *
 * Keeps the IP header and, with TRANSPORT, the TCP, UDP or ICMP header, and
 * LENGTH bytes of what follows; headers are not changed. Without a marked IP
 * header, LENGTH bytes are kept. With EXTRA_LENGTH the number of bytes that
 * were removed is added to the extra length annotation.
 *
 * Example: TruncateIPPayload(0) -> ToDump(headers.pcap)
 * See also: Truncate, StripToNetworkHeader
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct truncateippayload {
	struct element base;
	uint16_t length;
	bool transport, extra_length;
};
ELEMENT_SELF(struct truncateippayload)

static uint32_t transport_header(const struct packet *p, uint8_t proto)
{
	const struct tcp_header *tcp = (const struct tcp_header *)p->trans;
	const struct icmp_header *icmp = (const struct icmp_header *)p->trans;
	uint32_t len = packet_trans_len(p);

	switch (proto) {
	case IP_PROTO_TCP:
		if (len >= 13 && tcp->off >> 4 >= 5)
			return (tcp->off >> 4) * 4U;
		return sizeof(struct tcp_header);
	case IP_PROTO_UDP:
		return sizeof(struct udp_header);
	case IP_PROTO_ICMP:
		if (len >= 8 &&
		    (icmp->type == ICMP_TIMESTAMP || icmp->type == ICMP_TIMESTAMP_REPLY))
			return 20;
		return sizeof(struct icmp_header);
	default:
		return 0;
	}
}

static uint32_t headers(const struct truncateippayload *t, const struct packet *p)
{
	uint32_t len = packet_net_len(p), hlen;
	const struct ip_header *ip = packet_ip(p);

	if (len == 0)
		return 0;
	hlen = ip_hlen(ip);
	if (hlen < IP_MIN_LEN)
		return IP_MIN_LEN;
	return t->transport && len >= 10 ? hlen + transport_header(p, ip->proto) : hlen;
}

static void truncate(struct element *e, struct batch *b)
{
	const struct truncateippayload *t = self(e);

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		uint32_t keep = headers(t, p) + t->length, cut;

		if (packet_net_len(p))
			keep += (uint32_t)(p->net - p->data);
		if (p->len <= keep)
			continue;
		cut = p->len - keep;
		p->len = keep;
		if (t->extra_length)
			anno_set_u32(p, ANNO_EXTRA_LENGTH, anno_u32(p, ANNO_EXTRA_LENGTH) + cut);
	}
}

static const struct arg args[] = {
	ARG_OR("LENGTH", length, ARG_POSITIONAL, "0", "bytes of payload to keep"),
	ARG_OR("TRANSPORT", transport, ARG_POSITIONAL, "true",
	       "the transport header is no payload"),
	ARG_OR("EXTRA_LENGTH", extra_length, 0, "true", "count removed bytes in an annotation"),
};

const struct element_class truncateippayload_class = {
	.name = "TruncateIPPayload",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = truncate,
	.args = TABLE(args),
};

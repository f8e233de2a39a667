/* SPDX-License-Identifier: MIT */
/*
 * IPMirror - swap source and destination
 *
 * Swaps the IP addresses and, in TCP and UDP packets, the ports; in TCP
 * packets also the sequence and acknowledgement numbers. With DST_ANNO the
 * destination annotation becomes the new destination. The IP header must be
 * marked; packets without one are dropped. Checksums stay right.
 *
 * Example: IPMirror -> SetTCPChecksum
 * See also: EtherMirror, IP6Mirror, ICMPPingResponder
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct ipmirror {
	struct element base;
	bool dst_anno;
};
ELEMENT_SELF(struct ipmirror)

static void swap_transport(struct packet *p, uint8_t proto)
{
	struct tcp_header *tcp = (struct tcp_header *)p->trans; /* ports lie alike in UDP */
	uint32_t len = ip_trans_len(p), seq;
	uint16_t port;

	if (len < 8 || (proto != IP_PROTO_TCP && proto != IP_PROTO_UDP))
		return;
	port = tcp->sport;
	tcp->sport = tcp->dport;
	tcp->dport = port;
	if (proto != IP_PROTO_TCP || len < 12)
		return;
	seq = tcp->seq;
	tcp->seq = tcp->ack;
	tcp->ack = seq;
}

static void mirror_packet(const struct ipmirror *m, struct packet *p)
{
	struct ip_header *ip = packet_ip(p);
	uint32_t src = ip->src;

	ip->src = ip->dst;
	ip->dst = src;
	if (m->dst_anno)
		anno_set_dst(p, src);
	swap_transport(p, ip->proto);
}

static void mirror(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (UNLIKELY(!ip_marked(p) || !packet_writable(p))) {
			packet_drop(p);
			continue;
		}
		mirror_packet(self(e), p);
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

static const struct arg args[] = {
	ARG_OR("DST_ANNO", dst_anno, ARG_POSITIONAL, "true", "set the destination annotation"),
};

const struct element_class ipmirror_class = {
	.name = "IPMirror",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = mirror,
	.args = TABLE(args),
};

/* SPDX-License-Identifier: MIT */
/*
 * UDPIP6Encap - put IPv6 and UDP headers in front of packets
 *
 * Prepends 48 bytes: an IPv6 header from SRC to DST with hop limit 255, and a UDP header with its
 * checksum. DST is an address, to which the IPv6 destination annotation is set, or DST_ANNO, which
 * takes the address from that annotation. Packets that would be longer than IPv6 can say are
 * dropped.
 *
 * Example: UDPIP6Encap(2001::1, 1234, 2001::2, 1234)
 * See also: UDPIPEncap, IP6Encap
 */
#include "base/checksum.h"
#include "base/net.h"
#include "elements/standard/filter.h"

#define HOP_LIMIT 255

struct udpip6encap {
	struct element base;
	struct ip6_addr src, dst;
	struct udp_port sport, dport;
	struct raw dst_text;
	bool dst_anno;
};
ELEMENT_SELF(struct udpip6encap)

static uint16_t udp_sum(const struct ip6_header *ip, const struct udp_header *udp)
{
	uint32_t sum = checksum_add(ip->src, 32, 0);
	uint16_t result;

	sum = checksum_fold(sum) + (uint32_t)ip->plen + be16((uint16_t)IP_PROTO_UDP);
	result = (uint16_t)~checksum_fold(checksum_add(udp, be16(ip->plen), sum));
	return result ? result : 0xffff;
}

static bool encap(struct element *e, struct packet *p)
{
	const struct udpip6encap *s = self(e);
	struct ip6_header *ip;
	struct udp_header *udp;
	uint32_t len = p->len + (uint32_t)sizeof(*udp);

	if (len > UINT16_MAX || !packet_push(p, sizeof(*ip) + sizeof(*udp)))
		return false;
	ip = (struct ip6_header *)p->data;
	udp = (struct udp_header *)(ip + 1);
	if (!s->dst_anno)
		memcpy(p->anno + ANNO_DST_IP, s->dst.b, 16);
	*ip = (struct ip6_header){
		.flow = be32(6U << 28),
		.plen = be16((uint16_t)len),
		.next = IP_PROTO_UDP,
		.hlim = HOP_LIMIT,
	};
	memcpy(ip->src, s->src.b, 16);
	memcpy(ip->dst, p->anno + ANNO_DST_IP, 16);
	*udp = (struct udp_header){ be16(s->sport.v), be16(s->dport.v), ip->plen, 0 };
	udp->sum = udp_sum(ip, udp);
	packet_set_ip(p, ip, sizeof(*ip));
	return true;
}

static void action(struct element *e, struct batch *b)
{
	filter_batch(e, b, encap);
}

static bool configure(struct element *e, struct error *err)
{
	struct udpip6encap *s = self(e);

	s->dst_anno = str_is(s->dst_text.s, "DST_ANNO");
	s->dst = (struct ip6_addr){ { 0 } };
	return s->dst_anno || parse_ip6(s->dst_text.s, e, &s->dst) || fail(err, "bad DST");
}

static void read_src(struct element *e, struct text *out)
{
	print_ip6(out, self(e)->src.b);
}

static void read_sport(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->sport.v);
}

static void read_dst(struct element *e, struct text *out)
{
	print_ip6(out, self(e)->dst.b);
}

static void read_dport(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->dport.v);
}

static const struct arg args[] = {
	ARG("SRC", src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("SPORT", sport, ARG_POSITIONAL | ARG_REQUIRED, "source port"),
	ARG("DST", dst_text, ARG_POSITIONAL | ARG_REQUIRED, "destination address, or DST_ANNO"),
	ARG("DPORT", dport, ARG_POSITIONAL | ARG_REQUIRED, "destination port"),
};

static const struct handler handlers[] = {
	RECONF("src", "SRC", 0, read_src, "the SRC argument"),
	RECONF("sport", "SPORT", 1, read_sport, "the SPORT argument"),
	RECONF("dst", "DST", 2, read_dst, "the DST argument; :: for DST_ANNO"),
	RECONF("dport", "DPORT", 3, read_dport, "the DPORT argument"),
};

const struct element_class udpip6encap_class = {
	.name = "UDPIP6Encap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.action = action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * UDPIPEncap - put IPv4 and UDP headers in front of packets
 *
 * Prepends 28 bytes: an IPv4 header from SRC to DST, its identification counted up from 0, and a
 * UDP header. DST is an address, to which the destination annotation is set, or DST_ANNO, which
 * takes the address from that annotation. Packets that would be longer than 65,535 bytes are
 * dropped.
 *
 * Example: UDPIPEncap(1.0.0.1, 1234, 2.0.0.2, 1234)
 * See also: DynamicUDPIPEncap, UDPIP6Encap, IPEncap, StripIPHeader
 */
#include "elements/standard/filter.h"
#include "elements/tcpudp/udp_encap.h"

struct udpipencap {
	struct element base;
	struct udp_encap encap;
	struct raw dst_text;
	bool dst_anno;
};
ELEMENT_SELF(struct udpipencap)

static bool encap(struct element *e, struct packet *p)
{
	struct udpipencap *s = self(e);

	if (s->dst_anno)
		return udp_encap(&s->encap, p, anno_dst(p));
	anno_set_dst(p, s->encap.dst.v);
	return udp_encap(&s->encap, p, s->encap.dst.v);
}

static void action(struct element *e, struct batch *b)
{
	filter_batch(e, b, encap);
}

static bool configure(struct element *e, struct error *err)
{
	struct udpipencap *s = self(e);

	s->dst_anno = str_is(s->dst_text.s, "DST_ANNO");
	s->encap.dst.v = 0;
	return s->dst_anno || parse_ip(s->dst_text.s, e, &s->encap.dst) || fail(err, "bad DST");
}

static void read_src(struct element *e, struct text *out)
{
	print_ip(out, self(e)->encap.src.v);
}

static void read_sport(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->encap.sport.v);
}

static void read_dst(struct element *e, struct text *out)
{
	print_ip(out, self(e)->encap.dst.v);
}

static void read_dport(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->encap.dport.v);
}

static const struct arg args[] = {
	ARG("SRC", encap.src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("SPORT", encap.sport, ARG_POSITIONAL | ARG_REQUIRED, "source port"),
	ARG("DST", dst_text, ARG_POSITIONAL | ARG_REQUIRED, "destination address, or DST_ANNO"),
	ARG("DPORT", encap.dport, ARG_POSITIONAL | ARG_REQUIRED, "destination port"),
	ARG_OR("CHECKSUM", encap.checksum, ARG_POSITIONAL, "true", "give UDP checksums?"),
};

static const struct handler handlers[] = {
	RECONF("src", "SRC", 0, read_src, "the SRC argument"),
	RECONF("sport", "SPORT", 1, read_sport, "the SPORT argument"),
	RECONF("dst", "DST", 2, read_dst, "the DST argument; 0.0.0.0 for DST_ANNO"),
	RECONF("dport", "DPORT", 3, read_dport, "the DPORT argument"),
};

const struct element_class udpipencap_class = {
	.name = "UDPIPEncap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.action = action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

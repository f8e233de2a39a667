/* SPDX-License-Identifier: MIT */
/*
 * IPEncap - put an IP header in front of packets
 *
 * The header has the protocol PROTO, the addresses SRC and DST, and
 * identifications that count from 0; the destination annotation becomes DST.
 * With `DST_ANNO' for DST the annotation gives each packet's destination. The
 * TOS byte is TOS, or made of DSCP and ECT (true: ECT(1), 2: ECT(0)) or CE.
 *
 * Example: IPEncap(ipip, 1.0.0.1, 2.0.0.2)
 * See also: UDPIPEncap, StripIPHeader, ICMPIPEncap
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct ipencap {
	struct element base;
	struct ip_proto proto;
	struct ip_addr src;
	struct raw dst_text, ect_text;
	uint8_t ttl;
	int32_t tos, dscp;
	bool ce, df;
	bool dst_anno;
	struct ip_header header; /* without what differs: len, id, sum, dst with DST_ANNO */
	uint32_t header_sum;
	uint16_t id;
};
ELEMENT_SELF(struct ipencap)

static bool parse_dst(struct ipencap *p, struct error *err)
{
	struct ip_addr dst = { 0 };

	p->dst_anno = str_is(p->dst_text.s, "DST_ANNO");
	if (!p->dst_anno && !parse_ip(p->dst_text.s, &p->base, &dst))
		return fail(err, "DST argument should be IP address or 'DST_ANNO'");
	p->header.dst = dst.v;
	return true;
}

static bool parse_ect(const struct ipencap *p, uint8_t *ecn, struct error *err)
{
	struct str text = p->ect_text.s;
	bool on = false;

	*ecn = 2;
	if (str_is(text, "2"))
		return true;
	if (!parse_bool(text, &on))
		return fail(err, "bad ECT value '%.*s'", STR(text));
	*ecn = on;
	return true;
}

static bool check_tos(const struct ipencap *p, uint8_t ecn, struct error *err)
{
	if (p->tos >= 0 && p->dscp >= 0)
		return fail(err, "cannot set both TOS and DSCP");
	if (p->tos >= 0 && (ecn || p->ce))
		return fail(err, "cannot set both TOS and ECN bits");
	if (p->tos > 255)
		return fail(err, "TOS too large; max 255");
	if (p->dscp >= 63)
		return fail(err, "DSCP too large; max 63");
	if (ecn && p->ce)
		return fail(err, "can set at most one ECN option");
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	struct ipencap *p = self(e);
	struct ip_header *h = &p->header;
	uint8_t ecn = 0;
	unsigned tos;

	if (p->proto.v < 0 || p->proto.v > 255)
		return fail(err, "bad IP protocol");
	*h = (struct ip_header){ .vhl = 0x45, .ttl = p->ttl, .src = p->src.v };
	if (!parse_dst(p, err) || !parse_ect(p, &ecn, err) || !check_tos(p, ecn, err))
		return false;
	tos = p->tos >= 0 ? (unsigned)p->tos : (p->dscp >= 0 ? (unsigned)p->dscp << 2 : 0);
	h->tos = (uint8_t)(tos | ecn | (p->ce ? 3 : 0));
	h->proto = (uint8_t)p->proto.v;
	h->off = p->df ? be16(IP_DF) : 0;
	p->header_sum = checksum_add(h, sizeof(*h), 0);
	return true;
}

static void fill(struct ipencap *c, struct packet *p)
{
	struct ip_header *ip = (struct ip_header *)p->data;
	uint64_t sum;

	*ip = c->header;
	ip->len = be16((uint16_t)p->len);
	ip->id = be16(c->id++);
	if (c->dst_anno)
		ip->dst = anno_dst(p);
	else
		anno_set_dst(p, ip->dst);
	sum = (uint64_t)c->header_sum + ip->len + ip->id + (c->dst_anno ? ip->dst : 0);
	sum = (sum & 0xffffffff) + (sum >> 32);
	ip->sum = (uint16_t)~checksum_fold((uint32_t)((sum & 0xffff) + (sum >> 16)));
	packet_set_ip(p, ip, sizeof(*ip));
}

static void encap(struct element *e, struct batch *b)
{
	struct ipencap *c = self(e);
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (UNLIKELY(!packet_push(p, sizeof(struct ip_header)))) {
			packet_drop(p);
			continue;
		}
		fill(c, p);
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

static void read_dst(struct element *e, struct text *out)
{
	if (self(e)->dst_anno)
		text_add(out, "DST_ANNO");
	else
		print_ip(out, self(e)->header.dst);
}

static void read_src(struct element *e, struct text *out)
{
	print_ip(out, self(e)->src.v);
}

static const struct arg args[] = {
	ARG("PROTO", proto, ARG_POSITIONAL | ARG_REQUIRED, "protocol, a number or name"),
	ARG("SRC", src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("DST", dst_text, ARG_POSITIONAL | ARG_REQUIRED, "destination address, or DST_ANNO"),
	ARG_OR("TTL", ttl, 0, "250", "time to live"),
	ARG_OR("TOS", tos, 0, "-1", "type of service"),
	ARG_OR("DSCP", dscp, 0, "-1", "differentiated services code point"),
	ARG_OR("ECT", ect_text, 0, "false", "ECN-capable: true is ECT(1), 2 is ECT(0)"),
	ARG_OR("CE", ce, 0, "false", "congestion experienced"),
	ARG_OR("DF", df, 0, "false", "do not fragment"),
};

static const struct handler handlers[] = {
	RECONF("src", "SRC", 1, read_src, "the SRC argument"),
	RECONF("dst", "DST", 2, read_dst, "the DST argument"),
};

const struct element_class ipencap_class = {
	.name = "IPEncap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.action = encap,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

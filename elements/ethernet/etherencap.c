/* SPDX-License-Identifier: MIT */
/*
 * EtherEncap - put an Ethernet header in front of packets
 *
 * Prepends the 14 bytes DST, SRC, ETHERTYPE and makes them the MAC header.
 *
 * Example: EtherEncap(0x0800, 1:1:1:1:1:1, 2:2:2:2:2:2)
 * See also: EtherVLANEncap, EtherRewrite, ARPQuerier, Strip
 */
#include "elements/ethernet/ether.h"
#include "elements/standard/filter.h"

struct etherencap {
	struct element base;
	uint16_t ethertype;
	struct ether_addr src, dst;
	struct ether_header header;
};
ELEMENT_SELF(struct etherencap)

static bool encap(struct element *e, struct packet *p)
{
	if (!packet_push(p, ETHER_LEN))
		return false;
	memcpy(p->data, &self(e)->header, ETHER_LEN);
	p->mac = p->data;
	return true;
}

static void action(struct element *e, struct batch *b)
{
	filter_batch(e, b, encap);
}

static bool configure(struct element *e, struct error *err)
{
	struct etherencap *s = self(e);

	(void)err;
	ether_write(&s->header, s->dst.b, s->src.b, s->ethertype);
	return true;
}

static void read_src(struct element *e, struct text *out)
{
	print_ether(out, self(e)->src.b);
}

static void read_dst(struct element *e, struct text *out)
{
	print_ether(out, self(e)->dst.b);
}

static void read_ethertype(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->ethertype);
}

static const struct arg args[] = {
	ARG("ETHERTYPE", ethertype, ARG_POSITIONAL | ARG_REQUIRED, "what follows the header"),
	ARG("SRC", src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("DST", dst, ARG_POSITIONAL | ARG_REQUIRED, "destination address"),
};

static const struct handler handlers[] = {
	RECONF("src", "SRC", 1, read_src, "the SRC argument"),
	RECONF("dst", "DST", 2, read_dst, "the DST argument"),
	RECONF("ethertype", "ETHERTYPE", 0, read_ethertype, "the ETHERTYPE argument"),
	RECONF("etht", "ETHERTYPE", 0, read_ethertype, "the same as ethertype"),
};

const struct element_class etherencap_class = {
	.name = "EtherEncap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.action = action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

/* SPDX-License-Identifier: MIT */
/*
 * EtherVLANEncap - put an Ethernet header with an 802.1Q tag in front of packets
 *
 * Prepends DST, SRC, 0x8100, the tag, ETHERTYPE. The tag is VLAN_TCI, or made from VLAN_ID and
 * VLAN_PCP, or, with ANNO, the packet's VLAN annotation. Packets whose VLAN id is NATIVE_VLAN, by
 * default 0, get a plain Ethernet header. The order SRC, DST, ETHERTYPE, in which the `config'
 * handler prints, is understood as well.
 *
 * Example: EtherVLANEncap(0x0800, 1:1:1:1:1:1, 2:2:2:2:2:2, VLAN_ID 1)
 * See also: EtherEncap, VLANEncap, StripEtherVLANHeader, SetVLANAnno
 */
#include "elements/ethernet/vlan.h"
#include "elements/standard/filter.h"

struct ethervlanencap {
	struct element base;
	struct vlan vlan;
	uint16_t ethertype;
	struct ether_addr src, dst;
	bool rotated; /* the arguments came as SRC, DST, ETHERTYPE */
};
ELEMENT_SELF(struct ethervlanencap)
VLAN_STATE(struct ethervlanencap);

static bool encap(struct element *e, struct packet *p)
{
	const struct ethervlanencap *s = self(e);
	uint16_t tci = vlan_tci(&s->vlan, p);
	struct vlan_header *h;

	if (vlan_is_native(&s->vlan, tci)) {
		if (!packet_push(p, ETHER_LEN))
			return false;
		ether_write(p->data, s->dst.b, s->src.b, s->ethertype);
	} else {
		if (!packet_push(p, VLAN_LEN))
			return false;
		h = (void *)p->data;
		ether_write(h, s->dst.b, s->src.b, ETHERTYPE_VLAN);
		h->tci = tci;
		h->type = be16(s->ethertype);
	}
	p->mac = p->data;
	return true;
}

static void action(struct element *e, struct batch *b)
{
	filter_batch(e, b, encap);
}

static bool parse_ethertype(struct element *e, struct str s, struct error *err)
{
	int64_t type;

	if (!parse_int(s, 0, 0xffff, &type, err))
		return false;
	self(e)->ethertype = (uint16_t)type;
	return true;
}

static bool parse_first(struct element *e, struct str s, struct error *err)
{
	self(e)->rotated = parse_ether(s, e, &self(e)->src);
	return self(e)->rotated || parse_ethertype(e, s, err);
}

static bool parse_second(struct element *e, struct str s, struct error *err)
{
	(void)err;
	return parse_ether(s, e, self(e)->rotated ? &self(e)->dst : &self(e)->src);
}

static bool parse_third(struct element *e, struct str s, struct error *err)
{
	return self(e)->rotated ? parse_ethertype(e, s, err) : parse_ether(s, e, &self(e)->dst);
}

static bool configure(struct element *e, struct error *err)
{
	(void)err;
	vlan_configure(e);
	return true;
}

static void config(struct element *e, struct text *out)
{
	const struct ethervlanencap *s = self(e);

	print_ether(out, s->src.b);
	text_add(out, ", ");
	print_ether(out, s->dst.b);
	text_add(out, ", %u, ", s->ethertype);
	vlan_config(e, out);
}

static const struct arg args[] = {
	ARG_FN("ETHERTYPE", parse_first, ARG_POSITIONAL | ARG_REQUIRED, "what follows the header"),
	ARG_FN("SRC", parse_second, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG_FN("DST", parse_third, ARG_POSITIONAL | ARG_REQUIRED, "destination address"),
	VLAN_TCI_ARGS(vlan_parse_tci_or_anno),
	VLAN_NATIVE_ARG,
};

static const struct handler handlers[] = {
	RW_FIELD("src", src, "source address"),
	RW_FIELD("dst", dst, "destination address"),
	RW_FIELD("ethertype", ethertype, "what follows the header"),
	VLAN_HANDLERS(3),
	RECONF("native_vlan", "NATIVE_VLAN", RECONF_KEYWORD, NULL, "the NATIVE_VLAN argument"),
};

const struct element_class ethervlanencap_class = {
	.name = "EtherVLANEncap",
	.aliases = "EtherVlanEncap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.config = config,
	.action = action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

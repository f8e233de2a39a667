/* SPDX-License-Identifier: MIT */
/*
 * VLANEncap - insert an 802.1Q tag into Ethernet headers
 *
 * The tag, ETHERTYPE and 16 bits, goes behind the two addresses at the start of the packet; it is
 * VLAN_TCI, or made from VLAN_ID and VLAN_PCP, or, with ANNO, the packet's VLAN annotation.
 * Packets whose VLAN id is NATIVE_VLAN, by default 0, pass untagged. Packets shorter than an
 * Ethernet header are dropped.
 *
 * Example: VLANEncap(VLAN_ID 1)
 * See also: VLANDecap, EtherVLANEncap, SetVLANAnno
 */
#include "elements/ethernet/vlan.h"
#include "elements/standard/filter.h"

struct vlanencap {
	struct element base;
	struct vlan vlan;
	uint16_t ethertype;
};
ELEMENT_SELF(struct vlanencap)
VLAN_STATE(struct vlanencap);

static bool encap(struct element *e, struct packet *p)
{
	const struct vlanencap *s = self(e);
	uint16_t tci = vlan_tci(&s->vlan, p);

	if (p->len < ETHER_LEN)
		return false;
	if (!vlan_is_native(&s->vlan, tci)) {
		if (!packet_push(p, VLAN_TAG_LEN))
			return false;
		memmove(p->data, p->data + VLAN_TAG_LEN, 12);
		store_be16(p->data + 12, s->ethertype);
		store16(p->data + 14, tci);
	}
	p->mac = p->data;
	return true;
}

static void action(struct element *e, struct batch *b)
{
	filter_batch(e, b, encap);
}

static bool configure(struct element *e, struct error *err)
{
	(void)err;
	vlan_configure(e);
	return true;
}

static void config(struct element *e, struct text *out)
{
	vlan_config(e, out);
	if (self(e)->ethertype != ETHERTYPE_VLAN)
		text_add(out, ", ETHERTYPE %u", self(e)->ethertype);
}

static const struct arg args[] = {
	VLAN_TCI_ARGS(vlan_parse_tci_or_anno),
	VLAN_NATIVE_ARG,
	ARG_OR("ETHERTYPE", ethertype, 0, "0x8100", "type of the tag"),
};

static const struct handler handlers[] = {
	VLAN_HANDLERS(0),
	RECONF("native_vlan", "NATIVE_VLAN", RECONF_KEYWORD, NULL, "the NATIVE_VLAN argument"),
	RECONF("ethertype", "ETHERTYPE", RECONF_KEYWORD, NULL, "the ETHERTYPE argument"),
};

const struct element_class vlanencap_class = {
	.name = "VLANEncap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.config = config,
	.action = action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

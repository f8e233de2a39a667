/* SPDX-License-Identifier: MIT */
/*
 * VLANDecap - remove an 802.1Q tag from Ethernet headers
 *
 * When the packet's Ethernet type is ETHERTYPE, takes out the tag behind the addresses. The packet's
 * start becomes its MAC header; with ANNO the VLAN annotation becomes the tag, or 0 when the packet
 * had none.
 *
 * Example: FromDevice(eth0) -> VLANDecap -> ...
 * See also: VLANEncap, StripEtherVLANHeader
 */
#include "elements/ethernet/ether.h"
#include "elements/standard/filter.h"

struct vlandecap {
	struct element base;
	bool anno;
	uint16_t ethertype;
};
ELEMENT_SELF(struct vlandecap)

static bool decap(struct element *e, struct packet *p)
{
	const struct vlandecap *s = self(e);
	uint16_t tci = 0;

	if (p->len >= ETHER_LEN + 2 && load_be16(p->data + 12) == s->ethertype) {
		if (!packet_writable(p))
			return false;
		tci = load16(p->data + 14);
		memmove(p->data + VLAN_TAG_LEN, p->data, 12);
		p->data += VLAN_TAG_LEN;
		p->len -= VLAN_TAG_LEN;
	}
	if (s->anno)
		anno_set_u16(p, ANNO_VLAN_TCI, tci);
	p->mac = p->data;
	return true;
}

static void action(struct element *e, struct batch *b)
{
	filter_batch(e, b, decap);
}

static const struct arg args[] = {
	ARG_OR("ANNO", anno, ARG_POSITIONAL, "true", "store the tag in the VLAN annotation?"),
	ARG_OR("ETHERTYPE", ethertype, 0, "0x8100", "type of the tag"),
};

const struct element_class vlandecap_class = {
	.name = "VLANDecap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = action,
	.args = TABLE(args),
};

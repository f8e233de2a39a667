/* SPDX-License-Identifier: MIT */
/*
 * StripEtherVLANHeader - remove an Ethernet header, with or without 802.1Q tag
 *
 * The VLAN annotation becomes the packet's tag, or NATIVE_VLAN when it has none. With a negative
 * NATIVE_VLAN untagged packets go to output 1; packets too short for their header always do. They
 * are dropped when there is no output 1.
 *
 * Example: FromDevice(eth0) -> StripEtherVLANHeader -> CheckIPHeader -> ...
 * See also: Strip, VLANDecap, EtherVLANEncap
 */
#include "elements/ethernet/ether.h"

struct stripethervlanheader {
	struct element base;
	int32_t native;
};
ELEMENT_SELF(struct stripethervlanheader)

static uint16_t strip(struct packet *p, int32_t native)
{
	const struct vlan_header *h = (const void *)p->data;

	if (p->len < ETHER_LEN)
		return 1;
	if (h->tpid == be16(ETHERTYPE_VLAN)) {
		if (!packet_pull(p, VLAN_LEN))
			return 1;
		anno_set_u16(p, ANNO_VLAN_TCI, h->tci);
		return 0;
	}
	if (native < 0 || !packet_pull(p, ETHER_LEN))
		return 1;
	anno_set_u16(p, ANNO_VLAN_TCI, be16((uint16_t)native));
	return 0;
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	int32_t native = self(e)->native;

	for (unsigned i = 0; i < b->n; i++)
		port[i] = strip(b->pkt[i], native);
}

static bool configure(struct element *e, struct error *err)
{
	return self(e)->native <= VLAN_ID_MASK || fail(err, "bad NATIVE_VLAN");
}

static const struct arg args[] = {
	ARG_OR("NATIVE_VLAN", native, ARG_POSITIONAL, "0", "VLAN of untagged packets; < 0: none"),
};

const struct element_class stripethervlanheader_class = {
	.name = "StripEtherVLANHeader",
	.aliases = "StripEtherVlanHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.classify = classify,
	.args = TABLE(args),
};

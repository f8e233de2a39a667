/* SPDX-License-Identifier: MIT */
/*
 * SetVLANAnno - set the VLAN annotation of packets
 *
 * The annotation becomes VLAN_TCI, or what VLAN_ID and VLAN_PCP make.
 *
 * Example: SetVLANAnno(VLAN_ID 5) -> EtherVLANEncap(0x0800, 1:1:1:1:1:1, 2:2:2:2:2:2, ANNO)
 * See also: VLANEncap, EtherVLANEncap
 */
#include "elements/ethernet/vlan.h"

struct setvlananno {
	struct element base;
	struct vlan vlan;
};
ELEMENT_SELF(struct setvlananno)
VLAN_STATE(struct setvlananno);

static void action(struct element *e, struct batch *b)
{
	uint16_t tci = self(e)->vlan.tci;

	for (unsigned i = 0; i < b->n; i++)
		anno_set_u16(b->pkt[i], ANNO_VLAN_TCI, tci);
}

static bool configure(struct element *e, struct error *err)
{
	(void)err;
	vlan_configure(e);
	return true;
}

static const struct arg args[] = { VLAN_TCI_ARGS(vlan_parse_tci) };

static const struct handler handlers[] = { VLAN_HANDLERS(0) };

const struct element_class setvlananno_class = {
	.name = "SetVLANAnno",
	.aliases = "SetVlanAnno",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.config = vlan_config,
	.action = action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};

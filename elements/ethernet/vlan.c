/* SPDX-License-Identifier: MIT */
/* vlan.c - the tag arguments of the VLAN elements. */
#include "elements/ethernet/vlan.h"

bool vlan_parse_tci(struct element *e, struct str s, struct error *err)
{
	struct vlan *v = vlan_of(e);
	int64_t tci;

	if (!parse_int(s, 0, 0xffff, &tci, err))
		return false;
	v->tci_arg = (uint16_t)tci;
	v->anno = false;
	return true;
}

bool vlan_parse_tci_or_anno(struct element *e, struct str s, struct error *err)
{
	if (!str_is(s, "ANNO"))
		return vlan_parse_tci(e, s, err);
	vlan_of(e)->tci_arg = 0;
	vlan_of(e)->anno = true;
	return true;
}

void vlan_configure(struct element *e)
{
	struct vlan *v = vlan_of(e);
	unsigned tci = v->tci_arg;

	if (!arg_given(e, "VLAN_TCI")) {
		v->anno = false;
		tci = v->id;
	}
	v->tci = be16((uint16_t)(tci | (unsigned)v->pcp << 13));
}

void vlan_read_tci(struct element *e, struct text *out)
{
	const struct vlan *v = vlan_of(e);

	if (v->anno)
		text_add(out, "ANNO");
	else
		text_add(out, "%u", be16(v->tci));
}

void vlan_config(struct element *e, struct text *out)
{
	const struct vlan *v = vlan_of(e);
	unsigned tci = be16(v->tci);

	if (v->anno)
		text_add(out, "ANNO");
	else
		text_add(out, "VLAN_ID %u, VLAN_PCP %u", tci & VLAN_ID_MASK, tci >> 13);
	if (v->native != 0)
		text_add(out, ", NATIVE_VLAN %d", v->native);
}

/* SPDX-License-Identifier: MIT */
/* vlan.h - the tag arguments of EtherVLANEncap, VLANEncap and SetVLANAnno. */
#ifndef ELEMENTS_ETHERNET_VLAN_H
#define ELEMENTS_ETHERNET_VLAN_H

#include "elements/ethernet/ether.h"

/* Stands right behind `struct element base' in their states. */
struct vlan {
	uint16_t tci_arg, id;
	uint8_t pcp;
	bool anno;       /* the tag is the packet's annotation */
	int32_t native;  /* packets of this VLAN id go untagged; < 0: none */
	uint16_t tci;    /* network order */
};

#define VLAN_STATE(T)                                                                              \
	_Static_assert(offsetof(T, vlan) == sizeof(struct element), "vlan stands behind base")

static inline struct vlan *vlan_of(struct element *e)
{
	return (struct vlan *)(void *)(e + 1);
}

/* The tag for p, network order. */
static inline uint16_t vlan_tci(const struct vlan *v, const struct packet *p)
{
	return v->anno ? anno_u16(p, ANNO_VLAN_TCI) : v->tci;
}

static inline bool vlan_is_native(const struct vlan *v, uint16_t tci)
{
	return (be16(tci) & VLAN_ID_MASK) == v->native;
}

bool vlan_parse_tci(struct element *, struct str, struct error *);         /* 0 - 0xFFFF */
bool vlan_parse_tci_or_anno(struct element *, struct str, struct error *); /* or `ANNO' */

/* Once all arguments are stored: works out the tag. */
void vlan_configure(struct element *);

void vlan_read_tci(struct element *, struct text *); /* "5" or "ANNO" */
/* "VLAN_ID 5, VLAN_PCP 0" or "ANNO", then NATIVE_VLAN when it is not 0. */
void vlan_config(struct element *, struct text *);

#define VLAN_TCI_ARGS(parse)                                                                       \
	ARG_FN("VLAN_TCI", parse, ARG_POSITIONAL, "the whole tag"),                                \
	ARG_RANGE("VLAN_PCP", vlan.pcp, ARG_POSITIONAL, "0", 0, 7, "priority"),                    \
	ARG_RANGE("VLAN_ID", vlan.id, 0, "0", 0, VLAN_ID_MASK, "VLAN id, instead of VLAN_TCI")

#define VLAN_NATIVE_ARG                                                                            \
	ARG_RANGE("NATIVE_VLAN", vlan.native, 0, "0", -1, VLAN_ID_MASK,                            \
		  "packets of this VLAN go without tag; -1: none")

#define VLAN_HANDLERS(tci_position)                                                                \
	RECONF("vlan_tci", "VLAN_TCI", tci_position, vlan_read_tci, "the tag, or ANNO"),           \
	RECONF("vlan_id", "VLAN_ID", RECONF_KEYWORD, NULL, "the VLAN_ID argument"),                \
	RECONF("vlan_pcp", "VLAN_PCP", (tci_position) + 1, NULL, "the VLAN_PCP argument")

#endif

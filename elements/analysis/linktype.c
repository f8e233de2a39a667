/* SPDX-License-Identifier: MIT */
/* linktype.c - link types of traces: their names, and where the IP header is in their frames. */
#include "elements/analysis/linktype.h"

#include "base/net.h"

/* The first name of a number is the one that is printed. */
static const struct linktype {
	const char *name;
	int type;
} linktypes[] = {
	{ "NULL", LINK_NULL },
	{ "ETHER", LINK_ETHER },
	{ "PPP", LINK_PPP },
	{ "FDDI", LINK_FDDI },
	{ "PPP_HDLC", LINK_PPP_HDLC },
	{ "ATM", LINK_ATM },
	{ "RFC1483", LINK_ATM },
	{ "ATM_RFC1483", LINK_ATM },
	{ "IP", LINK_IP },
	{ "HDLC", LINK_HDLC },
	{ "802_11", LINK_802_11 },
	{ "802.11", LINK_802_11 },
	{ "SLL", LINK_SLL },
	{ "PRISM", LINK_PRISM },
	{ "AIRONET", LINK_AIRONET },
	{ "SUNATM", LINK_SUNATM },
	{ "802_11_RADIO", LINK_802_11_RADIO },
	{ "802.11_RADIO", LINK_802_11_RADIO },
};

bool linktype_parse(struct str name, int *type)
{
	uint32_t n;

	for (size_t i = 0; i < ARRAY_LEN(linktypes); i++)
		if (str_is(name, linktypes[i].name)) {
			*type = linktypes[i].type;
			return true;
		}
	if (!str_char(&name, '#') || !str_decimal(&name, &n) || name.n != 0 || n > INT32_MAX)
		return false;
	*type = (int)n;
	return true;
}

void linktype_print(int type, struct text *out)
{
	for (size_t i = 0; i < ARRAY_LEN(linktypes); i++)
		if (linktypes[i].type == type) {
			text_add(out, "%s", linktypes[i].name);
			return;
		}
	if (type < 0)
		text_add(out, "<none>");
	else
		text_add(out, "#%d", type);
}

/* --- where IP starts: the offset, or -1 --- */

static bool is_ip(unsigned ethertype)
{
	return ethertype == ETHERTYPE_IP || ethertype == ETHERTYPE_IP6;
}

static bool has(const struct packet *p, uint32_t at, uint32_t n)
{
	return at <= p->len && n <= p->len - at;
}

static int after_ether(const struct packet *p, uint32_t at)
{
	if (!has(p, at, 14))
		return -1;
	if (is_ip(load_be16(p->data + at + 12)))
		return (int)at + 14;
	if (load_be16(p->data + at + 12) == ETHERTYPE_VLAN && has(p, at, 18) &&
	    is_ip(load_be16(p->data + at + 16)))
		return (int)at + 18;
	return -1;
}

/* RFC 1042 and RFC 2684: SNAP with an ethertype, the old LLC number of IP, a bridged frame. */
static int after_llc(const struct packet *p, uint32_t at)
{
	static const uint8_t snap[] = { 0xaa, 0xaa, 0x03, 0, 0, 0 };
	static const uint8_t bridged[] = { 0xaa, 0xaa, 0x03, 0x00, 0x80, 0xc2 };
	const uint8_t *llc = p->data + at;

	if (has(p, at, 3) && llc[0] == 6 && llc[1] == 6 && llc[2] == 3)
		return (int)at + 3;
	if (!has(p, at, 8))
		return -1;
	if (memcmp(llc, snap, sizeof(snap)) == 0)
		return is_ip(load_be16(llc + 6)) ? (int)at + 8 : -1;
	if (memcmp(llc, bridged, sizeof(bridged)) != 0)
		return -1;
	switch (load_be16(llc + 6)) {
	case 1: /* Ethernet with its FCS, two bytes of padding */
	case 7:
		return after_ether(p, at + 10);
	case 4: /* FDDI, three bytes of padding */
	case 10:
		return after_llc(p, at + 24);
	}
	return -1;
}

static int after_802_11(const struct packet *p, uint32_t at)
{
	uint32_t hlen = 24;

	if (!has(p, at, 24) || (p->data[at] & 0x0c) != 0x08)
		return -1;
	if ((p->data[at + 1] & 3) == 3)
		hlen += 6;
	if (p->data[at] & 0x80)
		hlen += 2;
	return after_llc(p, at + hlen);
}

static int after_ppp(const struct packet *p)
{
	uint32_t at = has(p, 0, 2) && p->data[0] == 0xff && p->data[1] == 0x03 ? 2 : 0;
	unsigned proto;

	if (!has(p, at, 2))
		return -1;
	if (p->data[at] & 1) {
		proto = p->data[at];
		at += 1;
	} else {
		proto = load_be16(p->data + at);
		at += 2;
	}
	return proto == 0x21 || proto == 0x57 ? (int)at : -1;
}

static int after_null(const struct packet *p)
{
	uint32_t family;

	if (!has(p, 0, 4))
		return -1;
	family = load32(p->data);
	if (family > 0xffff)
		family = bswap32(family);
	return family == 2 || family == 24 || family == 28 || family == 30 ? 4 : -1;
}

/* A protocol number at one offset, IP at another. */
static int after_type(const struct packet *p, uint32_t type_at, uint32_t ip_at)
{
	return has(p, type_at, 2) && is_ip(load_be16(p->data + type_at)) ? (int)ip_at : -1;
}

static int ip_offset(const struct packet *p, int type)
{
	switch (type) {
	case LINK_IP:
	case LINK_RAW_BSD:
		return 0;
	case LINK_ETHER:
		return after_ether(p, 0);
	case LINK_ATM:
		return after_llc(p, 0);
	case LINK_FDDI:
		return has(p, 0, 13) ? after_llc(p, 13) : -1;
	case LINK_SUNATM:
		return after_llc(p, 4);
	case LINK_802_11:
		return after_802_11(p, 0);
	case LINK_PRISM:
		return after_802_11(p, 144);
	case LINK_802_11_RADIO:
		return has(p, 0, 4) ? after_802_11(p, load16(p->data + 2)) : -1;
	case LINK_SLL:
		return after_type(p, 14, 16);
	case LINK_HDLC:
		return after_type(p, 2, 4);
	case LINK_PPP:
	case LINK_PPP_HDLC:
		return after_ppp(p);
	case LINK_NULL:
		return after_null(p);
	}
	return -1;
}

bool linktype_forcible(int type)
{
	for (size_t i = 0; i < ARRAY_LEN(linktypes); i++)
		if (linktypes[i].type == type)
			return type != LINK_AIRONET;
	return type == LINK_RAW_BSD;
}

bool linktype_force_ip(struct packet *p, int type)
{
	int at = ip_offset(p, type);
	const struct ip_header *ip;
	uint32_t left;

	if (at < 0 || (uint32_t)at >= p->len)
		return false;
	ip = (const void *)(p->data + at);
	left = p->len - (uint32_t)at;
	if (left >= 20 && ip->vhl >> 4 == 4 && ip_hlen(ip) >= 20 && ip_hlen(ip) <= left) {
		packet_set_ip(p, ip, ip_hlen(ip));
		anno_set_dst(p, ip->dst);
		return true;
	}
	if (left >= 40 && ip->vhl >> 4 == 6) {
		packet_set_ip(p, ip, 40);
		return true;
	}
	return false;
}

/* SPDX-License-Identifier: MIT */
/* linktype.c - link-layer encapsulations. */
#include "elements/analysis/linktype.h"

#include "base/bits.h"
#include "base/net.h"
#include "engine/packet.h"

/* The first name of a number is the one that is printed. */
static const struct {
	const char *name;
	int type;
} names[] = {
	{ "NULL", LINKTYPE_NULL },
	{ "ETHER", LINKTYPE_ETHER },
	{ "PPP", LINKTYPE_PPP },
	{ "FDDI", LINKTYPE_FDDI },
	{ "PPP_HDLC", LINKTYPE_PPP_HDLC },
	{ "ATM", LINKTYPE_ATM },
	{ "RFC1483", LINKTYPE_ATM },
	{ "ATM_RFC1483", LINKTYPE_ATM },
	{ "IP", LINKTYPE_IP },
	{ "HDLC", LINKTYPE_HDLC },
	{ "802_11", LINKTYPE_802_11 },
	{ "802.11", LINKTYPE_802_11 },
	{ "SLL", LINKTYPE_SLL },
	{ "PRISM", LINKTYPE_PRISM },
	{ "AIRONET", LINKTYPE_AIRONET },
	{ "SUNATM", LINKTYPE_SUNATM },
	{ "802_11_RADIO", LINKTYPE_802_11_RADIO },
	{ "802.11_RADIO", LINKTYPE_802_11_RADIO },
};

bool linktype_parse(struct str s, int *type)
{
	uint32_t n;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(s, names[i].name)) {
			*type = names[i].type;
			return true;
		}
	if (!str_char(&s, '#') || !str_decimal(&s, &n) || s.n != 0 || n > INT32_MAX)
		return false;
	*type = (int)n;
	return true;
}

void linktype_print(struct text *out, int type)
{
	if (type < 0) {
		text_add(out, "<none>");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].type == type) {
			text_add(out, "%s", names[i].name);
			return;
		}
	text_add(out, "#%d", type);
}

bool linktype_can_force_ip(int type)
{
	switch (type) {
	case LINKTYPE_NULL:
	case LINKTYPE_ETHER:
	case LINKTYPE_PPP:
	case LINKTYPE_FDDI:
	case LINKTYPE_PPP_HDLC:
	case LINKTYPE_ATM:
	case LINKTYPE_IP:
	case LINKTYPE_IP_OLD:
	case LINKTYPE_HDLC:
	case LINKTYPE_802_11:
	case LINKTYPE_SLL:
	case LINKTYPE_PRISM:
	case LINKTYPE_SUNATM:
	case LINKTYPE_802_11_RADIO:
		return true;
	default:
		return false;
	}
}

/* --- where IP begins: each takes offset *at past its header, or says that it is not IP --- */

static bool is_ip(uint16_t ethertype)
{
	return ethertype == ETHERTYPE_IP || ethertype == ETHERTYPE_IP6;
}

static bool skip_ether(const struct packet *p, uint32_t *at)
{
	uint32_t i = *at + 12;

	if (p->len < i + 6)
		return false;
	if (load_be16(p->data + i) == ETHERTYPE_VLAN)
		i += 4;
	*at = i + 2;
	return p->len >= *at && is_ip(load_be16(p->data + i));
}

/* LLC with SNAP and an Ethernet type, LLC's own number for IP, or a bridged frame. */
static bool skip_llc(const struct packet *p, uint32_t *at)
{
	const uint8_t *d = p->data + *at;

	if (p->len < *at + 8)
		return false;
	if (memcmp(d, "\xaa\xaa\x03\0\0\0", 6) == 0) {
		*at += 8;
		return is_ip(load_be16(d + 6));
	}
	if (memcmp(d, "\x06\x06\x03", 3) == 0) {
		*at += 3;
		return true;
	}
	/* RFC 2684, 5.2: 802.3 without (7) and with (1) its check sum behind. */
	if (memcmp(d, "\xaa\xaa\x03\0\x80\xc2\0", 7) == 0 && (d[7] == 1 || d[7] == 7)) {
		*at += 10;
		return skip_ether(p, at);
	}
	return false;
}

/* Data frames with 802.2 LLC are those whose frame control begins with the bits 01. */
static bool skip_fddi(const struct packet *p, uint32_t *at)
{
	if (p->len < *at + 13 || (p->data[*at] & 0xf0) != 0x50)
		return false;
	*at += 13;
	return skip_llc(p, at);
}

static bool skip_802_11(const struct packet *p, uint32_t *at)
{
	const uint8_t *d = p->data + *at;
	uint32_t len = 24;

	if (p->len < *at + 24 || (d[0] & 0x0c) != 0x08 || d[0] & 0x40)
		return false;
	if ((d[1] & 3) == 3)
		len += 6; /* a fourth address: between access points */
	if (d[0] & 0x80)
		len += 2; /* quality of service */
	*at += len;
	return skip_llc(p, at);
}

static bool skip_radio(const struct packet *p, uint32_t *at)
{
	uint32_t len;

	if (p->len < *at + 4)
		return false;
	len = p->data[*at + 2] | (uint32_t)p->data[*at + 3] << 8;
	if (len > p->len - *at)
		return false;
	*at += len;
	return skip_802_11(p, at);
}

static bool skip_ppp(const struct packet *p, uint32_t *at)
{
	uint32_t i = *at;
	uint16_t protocol;

	if (p->len < i + 4)
		return false;
	if (p->data[i] == 0xff && p->data[i + 1] == 3)
		i += 2;
	protocol = p->data[i++];
	if (!(protocol & 1))
		protocol = (uint16_t)(protocol << 8 | p->data[i++]);
	*at = i;
	return protocol == 0x21 || protocol == 0x57;
}

/* BSD's loopback: the address family, in the byte order of who wrote it. */
static bool skip_null(const struct packet *p, uint32_t *at)
{
	uint32_t family;

	if (p->len < *at + 4)
		return false;
	family = load32(p->data + *at);
	if (family & 0xffff0000)
		family = bswap32(family);
	*at += 4;
	return family == 2 || family == 24 || family == 28 || family == 30;
}

/* An Ethernet type at `type', IP at `ip'. */
static bool skip_fixed(const struct packet *p, uint32_t type, uint32_t ip, uint32_t *at)
{
	if (p->len < *at + ip || !is_ip(load_be16(p->data + *at + type)))
		return false;
	*at += ip;
	return true;
}

static bool find_ip(const struct packet *p, int type, uint32_t *at)
{
	*at = 0;
	switch (type) {
	case LINKTYPE_IP:
	case LINKTYPE_IP_OLD:
		return true;
	case LINKTYPE_NULL:
		return skip_null(p, at);
	case LINKTYPE_ETHER:
		return skip_ether(p, at);
	case LINKTYPE_PPP:
	case LINKTYPE_PPP_HDLC:
		return skip_ppp(p, at);
	case LINKTYPE_FDDI:
		return skip_fddi(p, at);
	case LINKTYPE_ATM:
		return skip_llc(p, at);
	case LINKTYPE_SUNATM:
		*at = 4;
		return skip_llc(p, at);
	case LINKTYPE_HDLC:
		return skip_fixed(p, 2, 4, at);
	case LINKTYPE_SLL:
		return skip_fixed(p, 14, 16, at);
	case LINKTYPE_802_11:
		return skip_802_11(p, at);
	case LINKTYPE_PRISM:
		*at = 144;
		return skip_802_11(p, at);
	case LINKTYPE_802_11_RADIO:
		return skip_radio(p, at);
	default:
		return false;
	}
}

bool linktype_force_ip(struct packet *p, int type)
{
	const struct ip_header *ip;
	uint32_t at, hlen, left;

	if (!find_ip(p, type, &at) || at >= p->len)
		return false;
	ip = (const void *)(p->data + at);
	left = p->len - at;
	if (ip->vhl >> 4 == 6 && left >= sizeof(struct ip6_header)) {
		packet_set_ip(p, ip, sizeof(struct ip6_header));
		return true;
	}
	hlen = ip_hlen(ip);
	if (ip->vhl >> 4 != 4 || hlen < sizeof(*ip) || left < hlen)
		return false;
	packet_set_ip(p, ip, hlen);
	anno_set_dst(p, ip->dst);
	return true;
}

/* SPDX-License-Identifier: MIT */
/* ipprint_body.c - IP packets, and the TCP, UDP and ICMP in them, as text. */
#include "elements/ip/ipprint_body.h"

#include "base/bits.h"
#include "base/net.h"
#include "engine/names.h"

enum { ECHO_LEN = 8, ICMP_LEN = 8 };

/* A packet's headers and how much there is of them. */
struct view {
	const struct ip_header *ip;
	const uint8_t *trans;
	uint32_t hlen, len; /* of the IP header, of the IP packet, as it says */
	uint32_t have;      /* transport bytes that are in the packet and in the IP packet */
	uint32_t packet;    /* length of the whole packet */
	bool swap;
};

static struct view view_of(const struct packet *p)
{
	uint32_t in_packet = packet_net_len(p), in_ip;
	struct view v = { .ip = packet_ip(p), .packet = p->len };

	v.hlen = ip_hlen(v.ip);
	v.len = be16(v.ip->len);
	v.trans = (const uint8_t *)v.ip + v.hlen;
	in_packet -= in_packet < v.hlen ? in_packet : v.hlen;
	in_ip = v.len < v.hlen ? 0 : v.len - v.hlen;
	v.have = in_packet < in_ip ? in_packet : in_ip;
	return v;
}

/* --- addresses --- */

static void add_addresses(struct text *t, const struct view *v)
{
	print_ip(t, v->ip->src);
	text_add(t, " > ");
	print_ip(t, v->ip->dst);
	text_add(t, ": ");
}

/* With ports, if these are there. False: the name of the protocol is all that can follow. */
static bool add_ends(struct text *t, const struct view *v, const char *protocol)
{
	if (v->have < 4 || !ip_first_fragment(v->ip)) {
		add_addresses(t, v);
		text_add(t, "%s%s", v->have < 4 ? "truncated-" : "", protocol);
		return false;
	}
	print_ip(t, v->ip->src);
	text_add(t, ".%u > ", load_be16(v->trans));
	print_ip(t, v->ip->dst);
	text_add(t, ".%u: ", load_be16(v->trans + 2));
	return true;
}

/* --- TCP and UDP --- */

static void add_flags(struct text *t, uint8_t flags)
{
	static const struct {
		uint8_t bit;
		char letter;
	} letters[] = { { TCP_SYN, 'S' }, { TCP_FIN, 'F' }, { TCP_RST, 'R' }, { TCP_PUSH, 'P' } };
	size_t before = t->n;

	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		if (flags & letters[i].bit)
			text_char(t, letters[i].letter);
	if (t->n == before)
		text_char(t, '.');
}

static void add_tcp(struct text *t, const struct view *v)
{
	const struct tcp_header *tcp = (const void *)v->trans;
	uint32_t seq;
	int n;

	if (!add_ends(t, v, "tcp"))
		return;
	if (v->have < 14) {
		text_add(t, "truncated-tcp");
		return;
	}
	add_flags(t, tcp->flags);
	seq = be32(tcp->seq);
	n = (int)v->len - (int)v->hlen - tcp->off / 16 * 4;
	n += (tcp->flags & TCP_SYN ? 1 : 0) + (tcp->flags & TCP_FIN ? 1 : 0);
	text_add(t, " %u:%u(%d,%u,%u)", seq, seq + (uint32_t)n, n, v->packet, v->len);
	if (tcp->flags & TCP_ACK)
		text_add(t, " ack %u", be32(tcp->ack));
	if (v->have < 16)
		text_add(t, "truncated-tcp");
	else
		text_add(t, " win %u", be16(tcp->win));
}

static void add_udp(struct text *t, const struct view *v)
{
	const struct udp_header *udp = (const void *)v->trans;

	if (!add_ends(t, v, "udp"))
		return;
	if (v->have < sizeof(*udp))
		text_add(t, "truncated-udp");
	else
		text_add(t, "udp %u", be16(udp->len));
}

/* --- ICMP --- */

static void add_name(struct text *t, enum name_db db, uint32_t v, const char *otherwise)
{
	const char *name = name_reverse(db, v);

	if (name)
		text_add(t, "%s", name);
	else
		text_add(t, "%s%u", otherwise, v);
}

static void add_echo(struct text *t, const struct view *v)
{
	uint16_t id, seq;

	text_add(t, v->trans[0] == ICMP_ECHO ? "icmp echo " : "icmp echo-reply ");
	if (v->have < ECHO_LEN) {
		text_add(t, "truncated-icmp");
		return;
	}
	id = v->swap ? load_be16(v->trans + 4) : load16(v->trans + 4);
	seq = v->swap ? load_be16(v->trans + 6) : load16(v->trans + 6);
	text_add(t, "(%u, %u)", id, seq);
}

/* What could not be reached, from the packet in question, of which have bytes are there. */
static void add_unreached(struct text *t, const struct view *v, const struct ip_header *ip,
			  uint32_t have)
{
	uint8_t code = v->trans[1];
	uint32_t hlen = ip_hlen(ip);

	if (code == 2) {
		text_char(t, ' ');
		add_name(t, NAME_PROTO, ip->proto, "");
	} else if (code == 3) {
		text_char(t, ' ');
		add_name(t, NAME_PROTO, ip->proto, "protocol ");
		if (have < hlen + 4)
			text_add(t, "truncated-icmp");
		else
			text_add(t, "/%u", load_be16((const uint8_t *)ip + hlen + 2));
	} else if (code == 4 && load_be16(v->trans + 6)) {
		text_add(t, " (mtu %u)", load_be16(v->trans + 6));
	}
}

static void add_unreachable(struct text *t, const struct view *v)
{
	const struct ip_header *ip = (const void *)(v->trans + ICMP_LEN);

	text_add(t, "icmp ");
	if (v->have < ICMP_LEN + sizeof(*ip)) {
		text_add(t, "unreachable ");
		add_name(t, NAME_ICMP_CODE_UNREACHABLE, v->trans[1], "code ");
		text_add(t, " truncated-icmp");
		return;
	}
	print_ip(t, ip->dst);
	text_add(t, " unreachable ");
	add_name(t, NAME_ICMP_CODE_UNREACHABLE, v->trans[1], "code ");
	add_unreached(t, v, ip, v->have - ICMP_LEN);
}

static const char *code_name(uint8_t type, uint8_t code)
{
	switch (type) {
	case ICMP_REDIRECT:
		return name_reverse(NAME_ICMP_CODE_REDIRECT, code);
	case ICMP_TIMEEXCEEDED:
		return name_reverse(NAME_ICMP_CODE_TIMEEXCEEDED, code);
	case ICMP_PARAMPROBLEM:
		return name_reverse(NAME_ICMP_CODE_PARAMPROB, code);
	default:
		return NULL;
	}
}

static void add_other_icmp(struct text *t, const struct view *v)
{
	uint8_t type = v->trans[0], code = v->trans[1];
	const char *name = code_name(type, code);

	text_add(t, "icmp ");
	add_name(t, NAME_ICMP_TYPE, type, "type ");
	if (name)
		text_add(t, " %s", name);
	else if (code)
		text_add(t, " code %u", code);
}

static void add_icmp(struct text *t, const struct view *v)
{
	add_addresses(t, v);
	if (!ip_first_fragment(v->ip))
		text_add(t, "icmp");
	else if (v->have < 2)
		text_add(t, "truncated-icmp");
	else if (v->trans[0] == ICMP_ECHO || v->trans[0] == ICMP_ECHO_REPLY)
		add_echo(t, v);
	else if (v->trans[0] == ICMP_UNREACHABLE)
		add_unreachable(t, v);
	else
		add_other_icmp(t, v);
}

/* --- IP --- */

static void add_fields(struct text *t, const struct ip_header *ip, const struct ip_print_options *o)
{
	if (o->id)
		text_add(t, "id %u ", be16(ip->id));
	if (o->ttl)
		text_add(t, "ttl %u ", ip->ttl);
	if (o->tos)
		text_add(t, "tos %u ", ip->tos);
	if (o->length)
		text_add(t, "length %u ", be16(ip->len));
}

static void add_fragment(struct text *t, const struct view *v)
{
	uint16_t off = be16(v->ip->off);

	if (ip_is_fragment(v->ip))
		text_add(t, " (frag %u:%d@%u%s)", be16(v->ip->id), (int)v->len - (int)v->hlen,
			 (off & IP_OFFMASK) * 8U, off & IP_MF ? "+" : "");
}

bool ip_print_body(struct text *t, const struct packet *p, const struct ip_print_options *o)
{
	struct view v;

	if (packet_net_len(p) < sizeof(struct ip_header)) {
		text_add(t, "truncated-ip");
		return false;
	}
	v = view_of(p);
	v.swap = o->swap;
	add_fields(t, v.ip, o);
	switch (v.ip->proto) {
	case IP_PROTO_TCP:
		add_tcp(t, &v);
		break;
	case IP_PROTO_UDP:
		add_udp(t, &v);
		break;
	case IP_PROTO_ICMP:
		add_icmp(t, &v);
		break;
	default:
		add_addresses(t, &v);
		text_add(t, "ip-proto-%u", v.ip->proto);
		break;
	}
	add_fragment(t, &v);
	return true;
}

uint32_t ip_print_payload(const struct packet *p)
{
	struct view v = view_of(p);
	uint32_t at = (uint32_t)(v.trans - p->data);

	if (!ip_first_fragment(v.ip))
		return at;
	if (v.ip->proto == IP_PROTO_UDP)
		at += (uint32_t)sizeof(struct udp_header);
	if (v.ip->proto == IP_PROTO_TCP && v.have >= 13)
		at += v.trans[12] / 16 * 4U;
	return at;
}

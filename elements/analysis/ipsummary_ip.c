/* SPDX-License-Identifier: MIT */
/* ipsummary_ip.c - fields of summary dumps: the IP header. */
#include "elements/analysis/ipsummary.h"
#include "elements/analysis/ipsummary_opt.h"

/* --- addresses --- */

static void print_address(const struct summary_value *v, struct text *out)
{
	print_ip(out, (uint32_t)v->v);
}

static bool parse_address(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	struct ip_addr a;

	if (!parse_ip(s, d->source->e, &a))
		return false;
	v->v = a.v;
	return true;
}

static const struct summary_type address = { PACK_ADDRESS, 4, print_address, parse_address };

static bool get_src(const struct summary_view *v, struct summary_value *x)
{
	x->v = v->ip ? v->ip->src : 0;
	return v->ip != NULL;
}

static bool get_dst(const struct summary_view *v, struct summary_value *x)
{
	x->v = v->ip ? v->ip->dst : 0;
	return v->ip != NULL;
}

static void set_src(struct summary_draft *d, const struct summary_value *x)
{
	struct ip_header *ip = summary_draft_ip(d);

	if (ip)
		ip->src = (uint32_t)x->v;
}

static void set_dst(struct summary_draft *d, const struct summary_value *x)
{
	struct ip_header *ip = summary_draft_ip(d);

	if (ip)
		ip->dst = (uint32_t)x->v;
}

/* --- plain numbers --- */

#define IP_NUMBER(name, expression, statement)                                         \
	static bool get_##name(const struct summary_view *v, struct summary_value *x)  \
	{                                                                              \
		const struct ip_header *ip = v->ip;                                    \
                                                                                       \
		if (ip)                                                                \
			x->v = expression;                                             \
		return ip != NULL;                                                     \
	}                                                                              \
	static void set_##name(struct summary_draft *d, const struct summary_value *x) \
	{                                                                              \
		struct ip_header *ip = summary_draft_ip(d);                            \
                                                                                       \
		if (ip)                                                                \
			statement;                                                     \
	}

IP_NUMBER(tos, ip->tos, ip->tos = (uint8_t)x->v)
IP_NUMBER(dscp, ip->tos >> 2, ip->tos = (uint8_t)((ip->tos & 3) | x->v << 2))
IP_NUMBER(ecn, ip->tos & 3, ip->tos = (uint8_t)((ip->tos & ~3U) | (x->v & 3)))
IP_NUMBER(ttl, ip->ttl, ip->ttl = (uint8_t)x->v)
IP_NUMBER(id, be16(ip->id), ip->id = be16((uint16_t)x->v))
IP_NUMBER(sum, be16(ip->sum), ip->sum = be16((uint16_t)x->v))
IP_NUMBER(off, be16(ip->off), ip->off = be16((uint16_t)x->v))
IP_NUMBER(proto, ip->proto, ip->proto = (uint8_t)x->v)

/* --- those with letters --- */

static void print_ecn(const struct summary_value *v, struct text *out)
{
	static const char *const names[] = { "no", "ect1", "ect2", "ce" };

	text_add(out, "%s", names[v->v & 3]);
}

static bool parse_ecn(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	static const struct {
		const char *name;
		uint8_t ecn;
	} names[] = { { "no", 0 },     { "ect1", 1 },   { "ect2", 2 }, { "ce", 3 },
		      { "ECT(0)", 2 }, { "ECT(1)", 1 }, { "CE", 3 } };

	(void)d;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(s, names[i].name)) {
			v->v = names[i].ecn;
			return true;
		}
	return summary_parse_number(s, 3, v);
}

/* The value is the letter. */
static bool get_frag(const struct summary_view *v, struct summary_value *x)
{
	uint16_t off = v->ip ? be16(v->ip->off) : 0;

	if (off & IP_OFFMASK)
		x->v = 'f';
	else if (off & IP_MF)
		x->v = 'F';
	else
		x->v = off & IP_DF ? '!' : '.';
	return v->ip != NULL;
}

static void set_frag(struct summary_draft *d, const struct summary_value *x)
{
	struct ip_header *ip = summary_draft_ip(d);

	if (!ip)
		return;
	switch (x->v) {
	case 'F':
		ip->off |= be16(IP_MF);
		break;
	case 'f': /* anywhere but at the front */
		ip->off |= be16(100);
		break;
	case '!':
		ip->off |= be16(IP_DF);
		break;
	}
}

static void print_frag(const struct summary_value *v, struct text *out)
{
	text_char(out, (char)v->v);
}

static bool parse_frag(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	if (s.n != 1 || !memchr("Ff!.", s.p[0], 4))
		return false;
	v->v = (uint8_t)s.p[0];
	return true;
}

static void print_fragoff(const struct summary_value *v, struct text *out)
{
	text_add(out, "%u", (unsigned)(v->v & IP_OFFMASK) * 8);
	if (v->v & IP_MF)
		text_char(out, '+');
	if (v->v & IP_DF)
		text_char(out, '!');
}

static bool parse_fragoff(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	unsigned unit = d->source->minor == 0 ? 1 : 8;
	uint32_t flags = 0, n;

	if (!str_decimal(&s, &n))
		return false;
	if (str_char(&s, '+'))
		flags |= IP_MF;
	if (str_char(&s, '!'))
		flags |= IP_DF;
	if (str_char(&s, '+'))
		flags |= IP_MF;
	if (s.n != 0 || n % unit != 0 || n / unit > IP_OFFMASK)
		return false;
	v->v = n / unit | flags;
	return true;
}

static void print_proto(const struct summary_value *v, struct text *out)
{
	switch (v->v) {
	case IP_PROTO_TCP:
		text_char(out, 'T');
		break;
	case IP_PROTO_UDP:
		text_char(out, 'U');
		break;
	case IP_PROTO_ICMP:
		text_char(out, 'I');
		break;
	default:
		summary_print_number(v, out);
	}
}

static bool parse_proto_value(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	uint8_t proto;

	(void)d;
	if (!summary_parse_proto(s, &proto))
		return false;
	v->v = proto;
	return true;
}

static const struct summary_type ecn = { PACK_NUMBER, 1, print_ecn, parse_ecn };
static const struct summary_type frag = { PACK_NUMBER, 1, print_frag, parse_frag };
static const struct summary_type fragoff = { PACK_NUMBER, 2, print_fragoff, parse_fragoff };
static const struct summary_type proto = { PACK_NUMBER, 1, print_proto, parse_proto_value };

/* --- lengths --- */

static bool get_hl(const struct summary_view *v, struct summary_value *x)
{
	x->v = v->ip ? ip_hlen(v->ip) : 0;
	return v->ip != NULL;
}

static void set_hl(struct summary_draft *d, const struct summary_value *x)
{
	uint32_t n = (uint32_t)x->v & ~3U;

	if (!summary_draft_ip(d) || n < d->ip_n || n > 60)
		return;
	d->ip_n = n;
	d->ip_fixed = true;
	d->ip.vhl = (uint8_t)(0x40 | n / 4);
}

static bool get_len(const struct summary_view *v, struct summary_value *x)
{
	x->v = v->len;
	return true;
}

static void set_len(struct summary_draft *d, const struct summary_value *x)
{
	if (summary_draft_ip(d))
		d->ip_len = (uint32_t)x->v;
}

static bool get_capture_len(const struct summary_view *v, struct summary_value *x)
{
	x->v = v->captured;
	return true;
}

/* --- options --- */

static bool get_opt(const struct summary_view *v, struct summary_value *x)
{
	if (!v->ip)
		return false;
	if (v->captured < ip_hlen(v->ip))
		return summary_bad(v, "truncated IP header capture");
	x->n = ip_hlen(v->ip) - 20;
	memcpy(x->bytes, (const uint8_t *)v->ip + 20, x->n);
	return true;
}

static void set_opt(struct summary_draft *d, const struct summary_value *x)
{
	if (!summary_draft_ip(d))
		return;
	d->ip_n = summary_draft_options(d->ip_bytes, 20, x->bytes, x->n);
	d->ip_fixed = true;
	d->ip.vhl = (uint8_t)(0x40 | d->ip_n / 4);
}

static void print_opt(const struct summary_value *v, struct text *out)
{
	ip_opt_print(v->bytes, v->n, out);
}

static bool parse_opt(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	return ip_opt_parse(s, v->bytes, &v->n);
}

static const struct summary_type options = { PACK_OPTIONS, 0, print_opt, parse_opt };

static const struct summary_field fields[] = {
	{ "ip_src", &address, get_src, set_src, NULL },
	{ "ip_dst", &address, get_dst, set_dst, NULL },
	{ "ip_tos", &summary_u8, get_tos, set_tos, NULL },
	{ "ip_dscp", &summary_u8, get_dscp, set_dscp, NULL },
	{ "ip_ecn", &ecn, get_ecn, set_ecn, NULL },
	{ "ip_ttl", &summary_u8, get_ttl, set_ttl, NULL },
	{ "ip_frag", &frag, get_frag, set_frag, NULL },
	{ "ip_fragoff", &fragoff, get_off, set_off, NULL },
	{ "ip_id", &summary_u16, get_id, set_id, NULL },
	{ "ip_sum", &summary_u16, get_sum, set_sum, NULL },
	{ "ip_proto", &proto, get_proto, set_proto, "ip_p" },
	{ "ip_opt", &options, get_opt, set_opt, NULL },
	{ "ip_hl", &summary_u8, get_hl, set_hl, NULL },
	{ "ip_len", &summary_u32, get_len, set_len, "length" },
	{ "ip_capture_len", &summary_u32, get_capture_len, NULL, NULL },
};

const struct summary_table summary_ip = TABLE(fields);

/* SPDX-License-Identifier: MIT */
/* ipsummary_transport.c - fields of summary dumps: ports, the TCP and the UDP header. */
#include "elements/analysis/ipsummary.h"
#include "elements/analysis/ipsummary_opt.h"

/* --- ports --- */

static bool get_port(const struct summary_view *v, struct summary_value *x, uint32_t at)
{
	const uint8_t *th;

	if (!v->ip || (v->ip->proto != IP_PROTO_TCP && v->ip->proto != IP_PROTO_UDP &&
		       v->ip->proto != IP_PROTO_DCCP && v->ip->proto != 136))
		return false;
	th = summary_transport(v, "TCP/UDP", at + 2);
	x->v = th ? load_be16(th + at) : 0;
	return th != NULL;
}

static bool get_sport(const struct summary_view *v, struct summary_value *x)
{
	return get_port(v, x, 0);
}

static bool get_dport(const struct summary_view *v, struct summary_value *x)
{
	return get_port(v, x, 2);
}

static void set_port(struct summary_draft *d, const struct summary_value *x, uint32_t at)
{
	uint8_t *th = summary_draft_transport(d, 0);

	if (th)
		store_be16(th + at, (uint16_t)x->v);
}

static void set_sport(struct summary_draft *d, const struct summary_value *x)
{
	set_port(d, x, 0);
}

static void set_dport(struct summary_draft *d, const struct summary_value *x)
{
	set_port(d, x, 2);
}

static bool parse_port_value(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	uint16_t port;

	if (!parse_port(s, d->ip.proto ? d->ip.proto : IP_PROTO_TCP, d->source->e, &port, NULL))
		return false;
	v->v = port;
	return true;
}

static const struct summary_type port = { PACK_NUMBER, 2, summary_print_number, parse_port_value };

/* --- TCP --- */

/* The header with need bytes of it; NULL for other protocols, too. */
static const uint8_t *tcp_of(const struct summary_view *v, uint32_t need)
{
	const uint8_t *th;

	if (!v->ip || v->ip->proto != IP_PROTO_TCP)
		return NULL;
	th = summary_transport(v, "TCP", need);
	if (th && need > 12 && th[12] >> 4 < 5)
		summary_bad(v, "TCP header length %d", th[12] >> 4);
	return th;
}

#define TCP_NUMBER(name, at, size, load, statement)                                    \
	static bool get_##name(const struct summary_view *v, struct summary_value *x)  \
	{                                                                              \
		const uint8_t *th = tcp_of(v, (at) + (size));                          \
                                                                                       \
		if (th)                                                                \
			x->v = load(th + (at));                                        \
		return th != NULL;                                                     \
	}                                                                              \
	static void set_##name(struct summary_draft *d, const struct summary_value *x) \
	{                                                                              \
		if (summary_draft_transport(d, IP_PROTO_TCP))                          \
			statement;                                                     \
	}

TCP_NUMBER(seq, 4, 4, load_be32, d->tcp.seq = be32((uint32_t)x->v))
TCP_NUMBER(ack, 8, 4, load_be32, d->tcp.ack = be32((uint32_t)x->v))
TCP_NUMBER(window, 14, 2, load_be16, d->tcp.win = be16((uint16_t)x->v))
TCP_NUMBER(urp, 18, 2, load_be16, d->tcp.urp = be16((uint16_t)x->v))

static bool get_off(const struct summary_view *v, struct summary_value *x)
{
	const uint8_t *th = tcp_of(v, 13);

	x->v = th ? (th[12] >> 4) * 4U : 0;
	return th != NULL;
}

static void set_header_length(struct summary_draft *d, uint32_t n)
{
	d->trans_n = n;
	d->trans_fixed = true;
	d->tcp.off = (uint8_t)(n / 4 << 4 | (d->tcp.off & 15));
}

static void set_off(struct summary_draft *d, const struct summary_value *x)
{
	uint32_t n = (uint32_t)x->v & ~3U;

	if (summary_draft_transport(d, IP_PROTO_TCP) && n >= d->trans_n && n <= 60)
		set_header_length(d, n);
}

/* --- TCP flags: four reserved bits are the upper ones --- */

static const char flag_letters[] = "FSRPAUECN";

static bool get_flags(const struct summary_view *v, struct summary_value *x)
{
	const uint8_t *th = tcp_of(v, 14);

	x->v = th ? (unsigned)(th[12] & 15) << 8 | th[13] : 0;
	return th != NULL;
}

static void set_flags(struct summary_draft *d, const struct summary_value *x)
{
	if (!summary_draft_transport(d, IP_PROTO_TCP))
		return;
	d->tcp.flags = (uint8_t)x->v;
	d->tcp.off = (uint8_t)((d->tcp.off & 0xf0) | (x->v >> 8 & 15));
}

static void print_flags(const struct summary_value *v, struct text *out)
{
	if (v->v == (TCP_PUSH | TCP_ACK)) {
		text_add(out, "PA");
		return;
	}
	if ((v->v & 0x1ff) == 0)
		text_char(out, '.');
	for (unsigned i = 0; i < 9; i++)
		if (v->v >> i & 1)
			text_char(out, flag_letters[i]);
}

static bool parse_flags(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	v->v = 0;
	if (str_is(s, "."))
		return true;
	if (s.n != 0 && s.p[0] >= '0' && s.p[0] <= '9')
		return summary_parse_number(s, 0xfff, v);
	for (size_t i = 0; i < s.n; i++) {
		const char *at = memchr(flag_letters, s.p[i], sizeof(flag_letters) - 1);

		if (at)
			v->v |= 1U << (at - flag_letters);
		else if (s.p[i] == 'W' || s.p[i] == 'Y')
			v->v |= TCP_CWR;
		else if (s.p[i] == 'X')
			v->v |= TCP_ECE;
		else
			return false;
	}
	return s.n != 0;
}

static const struct summary_type flags = { PACK_NUMBER, 1, print_flags, parse_flags };

/* --- TCP options --- */

static bool get_opt(const struct summary_view *v, struct summary_value *x)
{
	const uint8_t *th = tcp_of(v, 20);
	uint32_t n = th ? (th[12] >> 4) * 4U : 0;

	if (n < 20)
		return false;
	if (v->captured - ip_hlen(v->ip) < n)
		return summary_bad(v, "truncated TCP header capture");
	x->n = n - 20;
	memcpy(x->bytes, th + 20, x->n);
	return true;
}

static bool get_ntopt(const struct summary_view *v, struct summary_value *x)
{
	if (!get_opt(v, x))
		return false;
	x->n = tcp_opt_keep(x->bytes, x->n, TCP_OPT_NO_TIMESTAMP);
	return true;
}

static bool get_sack(const struct summary_view *v, struct summary_value *x)
{
	if (!get_opt(v, x))
		return false;
	x->n = tcp_opt_keep(x->bytes, x->n, TCP_OPT_SACK_ONLY);
	return true;
}

static void set_opt(struct summary_draft *d, const struct summary_value *x)
{
	if (summary_draft_transport(d, IP_PROTO_TCP))
		set_header_length(d, summary_draft_options(d->trans, 20, x->bytes, x->n));
}

static void print_opt(const struct summary_value *v, struct text *out)
{
	tcp_opt_print(v->bytes, v->n, out);
}

static bool parse_opt(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	return tcp_opt_parse(s, v->bytes, &v->n);
}

static const struct summary_type options = { PACK_OPTIONS, 0, print_opt, parse_opt };

/* --- UDP --- */

static bool get_udp_len(const struct summary_view *v, struct summary_value *x)
{
	const uint8_t *th;

	if (!v->ip || v->ip->proto != IP_PROTO_UDP)
		return false;
	th = summary_transport(v, "UDP", 6);
	x->v = th ? load_be16(th + 4) : 0;
	return th != NULL;
}

static void set_udp_len(struct summary_draft *d, const struct summary_value *x)
{
	if (summary_draft_transport(d, IP_PROTO_UDP))
		d->udp.len = be16((uint16_t)x->v);
}

static const struct summary_field port_fields[] = {
	{ "sport", &port, get_sport, set_sport, NULL },
	{ "dport", &port, get_dport, set_dport, NULL },
};

static const struct summary_field tcp_fields[] = {
	{ "tcp_seq", &summary_u32, get_seq, set_seq, "tcp_seqno" },
	{ "tcp_ack", &summary_u32, get_ack, set_ack, "tcp_ackno" },
	{ "tcp_flags", &flags, get_flags, set_flags, NULL },
	{ "tcp_window", &summary_u16, get_window, set_window, "tcp_win" },
	{ "tcp_urp", &summary_u16, get_urp, set_urp, NULL },
	{ "tcp_opt", &options, get_opt, set_opt, NULL },
	{ "tcp_ntopt", &options, get_ntopt, set_opt, NULL },
	{ "tcp_sack", &options, get_sack, set_opt, NULL },
	{ "tcp_off", &summary_u8, get_off, set_off, NULL },
};

static const struct summary_field udp_fields[] = {
	{ "udp_len", &summary_u32, get_udp_len, set_udp_len, NULL },
};

const struct summary_table summary_ports = TABLE(port_fields);
const struct summary_table summary_tcp = TABLE(tcp_fields);
const struct summary_table summary_udp = TABLE(udp_fields);

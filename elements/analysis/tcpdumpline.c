/* SPDX-License-Identifier: MIT */
/* tcpdumpline.c - reading the lines that tcpdump prints. */
#include "elements/analysis/tcpdumpline.h"

#include "base/net.h"
#include "engine/element.h"

/* --- what all lines begin with --- */

/* Seconds since 1970, or with colons the time of a day. */
static bool parse_time(struct str s, int64_t *ns)
{
	struct timestamp at;
	uint32_t hour = 0, minute = 0;
	bool of_day = str_find(s, ':') < s.n;

	if (of_day && (!str_decimal(&s, &hour) || !str_char(&s, ':') || !str_decimal(&s, &minute) ||
		       !str_char(&s, ':') || hour > 23 || minute > 59))
		return false;
	if (!value_parse(KIND_TIMESTAMP, s, &at, NULL, NULL, NULL, NULL) || at.ns < 0 ||
	    (of_day && at.ns >= 61 * NS_PER_SEC))
		return false;
	*ns = at.ns + (hour * 60 + minute) * 60 * NS_PER_SEC;
	return true;
}

/* A.B.C.D or A.B.C.D.PORT. */
static bool parse_end(const struct element *e, struct str s, uint32_t *addr, struct str *port)
{
	struct ip_addr a;
	size_t n = 0;

	for (unsigned dots = 0; n < s.n; n++)
		if (s.p[n] == '.' && ++dots == 4)
			break;
	*port = str_from(s, n + 1);
	if (!parse_ip(str_first(s, n), e, &a))
		return false;
	*addr = a.v;
	return true;
}

static bool parse_ends(const struct element *e, struct str *s, struct tcpdump_line *l,
		       struct str port[2])
{
	struct str src = str_word(s), arrow = str_word(s), dst = str_word(s);

	if (!str_is(arrow, ">") || !str_ends(dst, ":"))
		return false;
	return parse_end(e, src, &l->saddr, &port[0]) &&
	       parse_end(e, str_first(dst, dst.n - 1), &l->daddr, &port[1]);
}

static uint8_t guess_proto(struct str s)
{
	if (str_starts(s, "i"))
		return IP_PROTO_ICMP;
	if (str_starts(s, "u") || str_starts(s, "[u"))
		return IP_PROTO_UDP;
	if (s.n != 0 && (s.p[0] == '.' || (s.p[0] >= 'A' && s.p[0] <= 'Z')))
		return IP_PROTO_TCP;
	return 0;
}

static bool parse_ports(const struct element *e, const struct str port[2], struct tcpdump_line *l)
{
	if (l->proto != IP_PROTO_TCP && l->proto != IP_PROTO_UDP)
		return true;
	return (port[0].n == 0 || parse_port(port[0], l->proto, e, &l->sport, NULL)) &&
	       (port[1].n == 0 || parse_port(port[1], l->proto, e, &l->dport, NULL));
}

/* --- TCP options --- */

/* {FROM:TO} ... */
static bool parse_sack(struct str s, struct opt_buffer *b)
{
	uint32_t at = b->n, from, to, n;

	if (!str_decimal(&s, &n))
		return false;
	opt_put(b, 5, 1);
	opt_put(b, 2, 1);
	for (str_space(&s); str_char(&s, '{'); str_space(&s)) {
		if (!str_decimal(&s, &from) || !str_char(&s, ':') || !str_decimal(&s, &to) ||
		    !str_char(&s, '}'))
			return false;
		opt_put(b, from, 4);
		opt_put(b, to, 4);
	}
	if (!b->full)
		b->p[at + 1] = (uint8_t)(b->n - at);
	return true;
}

/* A name and so many numbers of so many bytes. */
static bool parse_numbers(struct str s, uint8_t kind, unsigned count, unsigned bytes,
			  struct opt_buffer *b)
{
	uint32_t v;

	opt_put(b, kind, 1);
	opt_put(b, 2 + count * bytes, 1);
	for (; count != 0; count--) {
		str_space(&s);
		if (!str_decimal(&s, &v))
			return false;
		opt_put(b, v, bytes);
	}
	return true;
}

static bool parse_option(struct str s, struct opt_buffer *b)
{
	if (str_is(s, "nop"))
		opt_put(b, 1, 1);
	else if (str_is(s, "eol"))
		opt_put(b, 0, 1);
	else if (str_prefix(&s, "mss"))
		return parse_numbers(s, 2, 1, 2, b);
	else if (str_prefix(&s, "wscale"))
		return parse_numbers(s, 3, 1, 1, b);
	else if (str_prefix(&s, "sackOK"))
		return parse_numbers(s, 4, 0, 0, b);
	else if (str_prefix(&s, "timestamp"))
		return parse_numbers(s, 8, 2, 4, b);
	else if (str_prefix(&s, "sack sack "))
		return parse_sack(s, b);
	return true; /* unknown ones are left out */
}

/* Behind <. */
static bool parse_options(struct str *s, struct tcpdump_line *l)
{
	struct opt_buffer b = { .p = l->opt };
	size_t end = str_find(*s, '>');
	struct str list = str_first(*s, end), one;

	if (end == s->n)
		return false;
	*s = str_from(*s, end + 1);
	for (; list.n != 0; list = str_from(list, one.n + 1)) {
		one = str_first(list, str_find(list, ','));
		if (!parse_option(str_trim(one), &b))
			return false;
	}
	l->nopt = b.n;
	return !b.full && b.n <= OPT_MAX;
}

/* --- TCP and UDP --- */

static bool parse_flags(struct str *s, uint8_t *flags)
{
	static const char letters[] = "FSRPAUEW.";
	static const uint8_t bits[] = { TCP_FIN, TCP_SYN, TCP_RST, TCP_PUSH, TCP_ACK,
					TCP_URG, TCP_ECE, TCP_CWR, TCP_ACK };
	struct str word = str_word(s);

	for (size_t i = 0; i < word.n; i++) {
		const char *at = memchr(letters, word.p[i], sizeof(letters) - 1);

		if (!at)
			return false;
		*flags |= bits[at - letters];
	}
	return true;
}

/* What tcpdump found out about checksums and headers. */
static void skip_remarks(struct str *s)
{
	for (str_space(s);
	     str_starts(*s, "[bad ") || str_starts(*s, "[tcp ") || str_starts(*s, "[udp ");
	     str_space(s))
		*s = str_from(*s, str_find(*s, ']') + 1);
}

/* No IP packet is longer. */
static bool take_length(struct str *s, uint32_t *n)
{
	return str_decimal(s, n) && *n <= UINT16_MAX;
}

/* SEQ, or SEQ:END(LEN). */
static bool parse_seq(struct str *s, struct tcpdump_line *l)
{
	uint32_t end;

	l->has_seq = str_decimal(s, &l->seq);
	if (!l->has_seq || !str_char(s, ':'))
		return true;
	return str_decimal(s, &end) && str_char(s, '(') && take_length(s, &l->payload) &&
	       str_char(s, ')');
}

static bool take_u16(struct str *s, uint16_t *v)
{
	uint32_t n;

	if (!str_decimal(s, &n) || n > UINT16_MAX)
		return false;
	*v = (uint16_t)n;
	return true;
}

static bool parse_tcp(struct str *s, struct tcpdump_line *l)
{
	bool ok = parse_flags(s, &l->flags);

	skip_remarks(s);
	ok = ok && parse_seq(s, l);
	while (ok) {
		str_space(s);
		if (str_prefix(s, "ack "))
			ok = l->has_ack = str_decimal(s, &l->ack);
		else if (str_prefix(s, "win "))
			ok = take_u16(s, &l->win);
		else if (str_prefix(s, "urg "))
			ok = take_u16(s, &l->urp);
		else if (str_char(s, '<'))
			ok = parse_options(s, l);
		else
			break;
	}
	if (l->has_ack)
		l->flags |= TCP_ACK;
	if (l->urp)
		l->flags |= TCP_URG;
	return ok;
}

static bool parse_udp(struct str *s, struct tcpdump_line *l)
{
	skip_remarks(s);
	return !str_prefix(s, "udp ") || (take_length(s, &l->payload) &&
					  l->payload <= UINT16_MAX - sizeof(struct udp_header));
}

/* --- what stands in brackets behind it --- */

/* ID:SIZE@OFFSET, and + when more follow. */
static bool parse_fragment(struct str s, struct tcpdump_line *l)
{
	uint32_t offset;

	if (!take_u16(&s, &l->id) || !str_char(&s, ':') || !take_length(&s, &l->fragment) ||
	    !str_char(&s, '@') || !str_decimal(&s, &offset) || offset / 8 > IP_OFFMASK)
		return false;
	l->has_frag = true;
	l->off |= (uint16_t)(offset / 8);
	if (str_char(&s, '+'))
		l->off |= IP_MF;
	return true;
}

static bool parse_item(struct str s, struct tcpdump_line *l)
{
	uint64_t v = 0;

	if (str_is(s, "DF"))
		l->off |= IP_DF;
	else if (str_is(s, "ECT(0)") || str_is(s, "ECT(1)"))
		l->tos |= s.p[4] == '0' ? 2 : 1;
	else if (str_is(s, "CE"))
		l->tos |= 3;
	else if (str_prefix(&s, "frag "))
		return parse_fragment(s, l);
	else if (str_prefix(&s, "id "))
		return take_u16(&s, &l->id);
	else if (str_prefix(&s, "len "))
		return (l->has_len = take_length(&s, &l->len));
	else if (str_prefix(&s, "tos ") && parse_u64(s, UINT8_MAX, &v, NULL))
		l->tos |= (uint8_t)v;
	else if (str_prefix(&s, "ttl ") && (l->has_ttl = parse_u64(s, UINT8_MAX, &v, NULL)))
		l->ttl = (uint8_t)v;
	return true;
}

/* The length of what stands in the brackets at the start of s, which may hold others. */
static size_t group_length(struct str s)
{
	char open = s.p[0], close = open == '(' ? ')' : ']';
	unsigned depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		depth += s.p[i] == open;
		if (s.p[i] == close && --depth == 0)
			return i - 1;
	}
	return s.n - 1;
}

static bool parse_groups(struct str s, struct tcpdump_line *l)
{
	bool ok = true;

	while (ok && s.n != 0) {
		struct str group, item;

		if (s.p[0] != '(' && s.p[0] != '[') {
			s = str_from(s, 1);
			continue;
		}
		group = str_first(str_from(s, 1), group_length(s));
		s = str_from(s, group.n + 2);
		for (; ok && group.n != 0; group = str_from(group, item.n + 1)) {
			item = str_first(group, str_find(group, ','));
			ok = parse_item(str_trim(item), l);
		}
	}
	return ok;
}

bool tcpdump_line_parse(const struct element *e, struct str s, struct tcpdump_line *l)
{
	struct str port[2];
	bool ok;

	*l = (struct tcpdump_line){ .proto = 0 };
	if (!parse_time(str_word(&s), &l->timestamp))
		return false;
	(void)str_prefix(&s, "IP ");
	if (!parse_ends(e, &s, l, port))
		return false;
	l->proto = guess_proto(s);
	ok = parse_ports(e, port, l);
	if (l->proto == IP_PROTO_TCP)
		ok = ok && parse_tcp(&s, l);
	else if (l->proto == IP_PROTO_UDP)
		ok = ok && parse_udp(&s, l);
	return ok && parse_groups(s, l);
}

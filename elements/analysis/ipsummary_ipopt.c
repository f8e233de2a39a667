/* SPDX-License-Identifier: MIT */
/* ipsummary_ipopt.c - IP options (RFC 791, 3.1) as text. */
#include "base/bits.h"
#include "elements/analysis/ipsummary_opt.h"
#include "elements/ip/ipoptions.h"

#define TS_NONSTANDARD 0x80000000U

enum { TS_TIMES = 0, TS_ADDRESSES = 1, TS_PRESPECIFIED = 3 };

static const char *const ts_names[] = { "ts", "ts.ip", NULL, "ts.preip" };

static const struct {
	const char *name;
	uint8_t type;
} routes[] = { { "rr", IP_OPT_RR }, { "lsrr", IP_OPT_LSRR }, { "ssrr", IP_OPT_SSRR } };

/* --- printing --- */

static void print_address(const uint8_t *p, struct text *out)
{
	print_ip(out, load32(p));
}

static void print_free(uint32_t n, struct text *out)
{
	if (n != 0)
		text_add(out, "+%u", n);
}

/* Entries lie at o[at..len), the pointer counts from 1. */
static bool bad_pointer(const uint8_t *o, uint32_t at, uint32_t len, uint32_t entry)
{
	return len < at || (len - at) % entry != 0 || o[2] < at + 1 || (o[2] - at - 1) % entry != 0;
}

/* A recorded route ends at its pointer; a source route goes on behind it. */
static bool print_route(const char *name, const uint8_t *o, uint32_t len, struct text *out)
{
	uint32_t pointer = o[2] - 1U, end = len;

	if (len < 3 || bad_pointer(o, 3, len, 4))
		return false;
	if (o[0] == IP_OPT_RR && pointer < len)
		end = pointer;
	text_add(out, "%s{", name);
	for (uint32_t at = 3; at < end; at += 4) {
		if (at == pointer)
			text_char(out, '^');
		else if (at != 3)
			text_char(out, ',');
		print_address(o + at, out);
	}
	text_char(out, '}');
	print_free((len - end) / 4, out);
	return true;
}

static void print_time(const uint8_t *p, struct text *out)
{
	uint32_t t = load_be32(p);

	text_add(out, "%s%u", t & TS_NONSTANDARD ? "!" : "", t & ~TS_NONSTANDARD);
}

static void print_stamp(const uint8_t *p, unsigned kind, bool done, struct text *out)
{
	if (kind != TS_TIMES) {
		print_address(p, out);
		p += 4;
		if (done)
			text_char(out, '=');
	}
	if (done)
		print_time(p, out);
}

static bool print_timestamps(const uint8_t *o, uint32_t len, struct text *out)
{
	unsigned kind = len >= 4 ? o[3] & 15 : 2, overflow;
	uint32_t entry = kind == TS_TIMES ? 4 : 8, pointer, end = len;

	if (kind >= ARRAY_LEN(ts_names) || !ts_names[kind] || bad_pointer(o, 4, len, entry))
		return false;
	pointer = o[2] - 1U;
	if (kind != TS_PRESPECIFIED && pointer < len)
		end = pointer;
	text_add(out, "%s{", ts_names[kind]);
	for (uint32_t at = 4; at < end; at += entry) {
		if (at == pointer)
			text_char(out, '^');
		else if (at != 4)
			text_char(out, ',');
		print_stamp(o + at, kind, at < pointer, out);
	}
	text_char(out, '}');
	print_free((len - end) / entry, out);
	overflow = o[3] >> 4;
	if (overflow)
		text_add(out, "++%u", overflow);
	return true;
}

static bool print_one(const uint8_t *o, uint32_t len, struct text *out)
{
	if (o[0] == IP_OPT_TS)
		return print_timestamps(o, len, out);
	for (size_t i = 0; i < ARRAY_LEN(routes); i++)
		if (o[0] == routes[i].type)
			return print_route(routes[i].name, o, len, out);
	opt_print_plain(o, len, out);
	return true;
}

void ip_opt_print(const uint8_t *o, uint32_t n, struct text *out)
{
	size_t start = out->n;
	bool good = true;

	for (uint32_t i = 0, len; i < n && good && o[i] != IP_OPT_EOL; i += len) {
		len = opt_length(o + i, n - i);
		if (len == 1)
			continue;
		opt_separate(out, start);
		good = len != 0 && print_one(o + i, len, out);
	}
	opt_printed(out, start, good);
}

/* --- parsing --- */

static bool take_address(struct str *s, struct opt_buffer *b)
{
	struct ip_addr a;
	size_t n = 0;

	while (n < s->n && ((s->p[n] >= '0' && s->p[n] <= '9') || s->p[n] == '.'))
		n++;
	if (!parse_ip(str_first(*s, n), NULL, &a))
		return false;
	*s = str_from(*s, n);
	opt_put(b, bswap32(a.v), 4);
	return true;
}

static bool take_time(struct str *s, struct opt_buffer *b)
{
	bool nonstandard = str_char(s, '!');
	uint32_t t;

	if (!str_decimal(s, &t))
		return false;
	opt_put(b, nonstandard ? t | TS_NONSTANDARD : t, 4);
	return true;
}

/* One entry; the time of an address that is still to be visited is 0. */
static bool take_stamp(struct str *s, unsigned kind, struct opt_buffer *b)
{
	if (kind == TS_TIMES)
		return take_time(s, b);
	if (!take_address(s, b))
		return false;
	if (str_char(s, '='))
		return take_time(s, b);
	opt_put(b, 0, 4);
	return kind == TS_PRESPECIFIED;
}

static bool take_free(struct str *s, uint32_t entry, struct opt_buffer *b)
{
	uint32_t n;

	if (s->n < 2 || s->p[0] != '+' || s->p[1] == '+')
		return true;
	*s = str_from(*s, 1);
	if (!str_decimal(s, &n) || n > OPT_ROOM / 4)
		return false;
	for (; n != 0; n--)
		for (uint32_t i = 0; i < entry; i += 4)
			opt_put(b, 0, 4);
	return true;
}

/* {entry,entry^entry}; kind < 0: addresses only. *pointer: bytes before the mark or the end. */
static bool take_entries(struct str *s, int kind, struct opt_buffer *b, uint32_t *pointer)
{
	uint32_t mark = 0;

	if (!str_char(s, '{'))
		return false;
	while (!str_char(s, '}')) {
		if (str_char(s, '^'))
			mark = b->n;
		if (str_char(s, '}'))
			break;
		if (kind < 0 ? !take_address(s, b) : !take_stamp(s, (unsigned)kind, b))
			return false;
		if (!str_char(s, ',') && s->n != 0 && s->p[0] != '^' && s->p[0] != '}')
			return false;
	}
	*pointer = mark ? mark : b->n;
	return !b->full;
}

static bool parse_route(struct str *s, uint8_t type, struct opt_buffer *b)
{
	uint32_t at = b->n, pointer;

	opt_put(b, type, 1);
	opt_put(b, 0, 2);
	if (b->full || !take_entries(s, -1, b, &pointer) || !take_free(s, 4, b) || b->full)
		return false;
	b->p[at + 1] = (uint8_t)(b->n - at);
	b->p[at + 2] = (uint8_t)(pointer - at + 1);
	return true;
}

static bool parse_timestamps(struct str *s, unsigned kind, struct opt_buffer *b)
{
	uint32_t at = b->n, pointer, overflow = 0;

	opt_put(b, IP_OPT_TS, 1);
	opt_put(b, 0, 3);
	if (b->full || !take_entries(s, (int)kind, b, &pointer) ||
	    !take_free(s, kind == TS_TIMES ? 4 : 8, b))
		return false;
	if (str_prefix(s, "++") && (!str_decimal(s, &overflow) || overflow > 15))
		return false;
	if (b->full)
		return false;
	b->p[at + 1] = (uint8_t)(b->n - at);
	b->p[at + 2] = (uint8_t)(pointer - at + 1);
	b->p[at + 3] = (uint8_t)(overflow << 4 | kind);
	return true;
}

static bool parse_one(struct str *s, struct opt_buffer *b)
{
	if (str_prefix(s, "eol")) {
		opt_put(b, IP_OPT_EOL, 1);
		return true;
	}
	if (str_prefix(s, "nop")) {
		opt_put(b, IP_OPT_NOP, 1);
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(routes); i++)
		if (str_prefix(s, routes[i].name))
			return parse_route(s, routes[i].type, b);
	for (size_t kind = ARRAY_LEN(ts_names); kind-- > 0;)
		if (ts_names[kind] && str_prefix(s, ts_names[kind]))
			return parse_timestamps(s, (unsigned)kind, b);
	return opt_parse_plain(s, b);
}

bool ip_opt_parse(struct str s, uint8_t *o, uint32_t *n)
{
	struct opt_buffer b = { .p = o };

	if (str_is(s, ".")) {
		*n = 0;
		return true;
	}
	do {
		if (!parse_one(&s, &b))
			return false;
	} while (str_char(&s, ';') || str_char(&s, ','));
	*n = b.n;
	return s.n == 0 && !b.full && b.n <= OPT_MAX;
}

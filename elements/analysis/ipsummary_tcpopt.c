/* SPDX-License-Identifier: MIT */
/* ipsummary_tcpopt.c - TCP options (RFC 9293, 3.2; RFC 7323; RFC 2018) as text. */
#include "base/bits.h"
#include "elements/analysis/ipsummary_opt.h"

enum {
	OPT_EOL = 0,
	OPT_NOP = 1,
	OPT_MSS = 2,
	OPT_WSCALE = 3,
	OPT_SACKOK = 4,
	OPT_SACK = 5,
	OPT_TIMESTAMP = 8
};

/* --- printing --- */

static void print_sack(const uint8_t *o, uint32_t len, struct text *out)
{
	for (uint32_t at = 2; at < len; at += 8)
		text_add(out, "%ssack%u-%u", at == 2 ? "" : ";", load_be32(o + at),
			 load_be32(o + at + 4));
}

/* False: its length is wrong. */
static bool print_one(const uint8_t *o, uint32_t len, struct text *out)
{
	switch (o[0]) {
	case OPT_MSS:
		if (len == 4)
			text_add(out, "mss%u", load_be16(o + 2));
		return len == 4;
	case OPT_WSCALE:
		if (len == 3)
			text_add(out, "wscale%u", o[2]);
		return len == 3;
	case OPT_SACKOK:
		text_add(out, "sackok");
		return len == 2;
	case OPT_SACK:
		if (len % 8 == 2)
			print_sack(o, len, out);
		return len % 8 == 2 && len > 2;
	case OPT_TIMESTAMP:
		if (len == 10)
			text_add(out, "ts%u:%u", load_be32(o + 2), load_be32(o + 6));
		return len == 10;
	}
	opt_print_plain(o, len, out);
	return true;
}

void tcp_opt_print(const uint8_t *o, uint32_t n, struct text *out)
{
	size_t start = out->n;
	bool good = true;

	for (uint32_t i = 0, len; i < n && good && o[i] != OPT_EOL; i += len) {
		len = opt_length(o + i, n - i);
		if (len == 1)
			continue;
		opt_separate(out, start);
		good = len != 0 && print_one(o + i, len, out);
	}
	opt_printed(out, start, good);
}

static bool is_kept(uint8_t type, enum tcp_opt_keep keep)
{
	if (keep == TCP_OPT_SACK_ONLY)
		return type == OPT_SACK || type == OPT_SACKOK;
	return type != OPT_TIMESTAMP;
}

uint32_t tcp_opt_keep(uint8_t *o, uint32_t n, enum tcp_opt_keep keep)
{
	uint32_t kept = 0;

	for (uint32_t i = 0, len; i < n && o[i] != OPT_EOL; i += len) {
		len = opt_length(o + i, n - i);
		if (len == 0) {
			memmove(o + kept, o + i, n - i);
			return kept + n - i;
		}
		if (len == 1 || !is_kept(o[i], keep))
			continue;
		memmove(o + kept, o + i, len);
		kept += len;
	}
	return kept;
}

/* --- parsing --- */

static bool take_pair(struct str *s, char between, struct opt_buffer *b)
{
	uint32_t v;

	if (!str_decimal(s, &v) || !str_char(s, between))
		return false;
	opt_put(b, v, 4);
	if (!str_decimal(s, &v))
		return false;
	opt_put(b, v, 4);
	return true;
}

static bool take_number(struct str *s, struct opt_buffer *b, unsigned bytes)
{
	uint32_t v;

	if (!str_decimal(s, &v) || v >> (8 * bytes) != 0)
		return false;
	opt_put(b, v, bytes);
	return true;
}

static void put_kind(struct opt_buffer *b, uint8_t kind, uint8_t len)
{
	opt_put(b, kind, 1);
	opt_put(b, len, 1);
}

/* Blocks that follow each other are one option, which began at *sack and ended at *sack_end. */
static bool parse_sack(struct str *s, struct opt_buffer *b, uint32_t *sack, uint32_t *sack_end)
{
	if (b->n == 0 || *sack_end != b->n) {
		*sack = b->n;
		put_kind(b, OPT_SACK, 2);
	}
	if (!take_pair(s, '-', b) || b->full)
		return false;
	b->p[*sack + 1] = (uint8_t)(b->p[*sack + 1] + 8);
	*sack_end = b->n;
	return true;
}

static bool parse_timestamp(struct str *s, struct opt_buffer *b)
{
	if (b->n == 0)
		opt_put(b, OPT_NOP << 8 | OPT_NOP, 2);
	put_kind(b, OPT_TIMESTAMP, 10);
	return take_pair(s, ':', b);
}

static bool parse_one(struct str *s, struct opt_buffer *b)
{
	if (str_prefix(s, "eol")) {
		opt_put(b, OPT_EOL, 1);
	} else if (str_prefix(s, "nop")) {
		opt_put(b, OPT_NOP, 1);
	} else if (str_prefix(s, "mss")) {
		put_kind(b, OPT_MSS, 4);
		return take_number(s, b, 2);
	} else if (str_prefix(s, "wscale")) {
		put_kind(b, OPT_WSCALE, 3);
		return take_number(s, b, 1);
	} else if (str_prefix(s, "sackok")) {
		put_kind(b, OPT_SACKOK, 2);
	} else if (str_prefix(s, "ts")) {
		return parse_timestamp(s, b);
	} else {
		return opt_parse_plain(s, b);
	}
	return true;
}

static bool is_sack(struct str s)
{
	return str_starts(s, "sack") && !str_starts(s, "sackok");
}

static void drop_leading_nops(struct opt_buffer *b)
{
	uint32_t i = 0;

	while (b->n - i > OPT_MAX && b->p[i] == OPT_NOP)
		i++;
	b->n -= i;
	memmove(b->p, b->p + i, b->n);
}

bool tcp_opt_parse(struct str s, uint8_t *o, uint32_t *n)
{
	struct opt_buffer b = { .p = o };
	uint32_t sack = 0, sack_end = 0;
	bool ok = true;

	if (str_is(s, ".")) {
		*n = 0;
		return true;
	}
	do {
		if (is_sack(s)) {
			s = str_from(s, 4);
			ok = parse_sack(&s, &b, &sack, &sack_end);
		} else {
			ok = parse_one(&s, &b);
		}
	} while (ok && (str_char(&s, ';') || str_char(&s, ',')));
	drop_leading_nops(&b);
	*n = b.n;
	return ok && s.n == 0 && !b.full && b.n <= OPT_MAX;
}

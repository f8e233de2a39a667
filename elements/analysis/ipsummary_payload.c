/* SPDX-License-Identifier: MIT */
/* ipsummary_payload.c - fields of summary dumps: what the headers carry. */
#include "elements/analysis/ipsummary.h"
#include "elements/analysis/md5.h"

/* --- the bytes --- */

/* What was captured of it; false when the headers are not whole. */
static bool get_payload(const struct summary_view *v, struct summary_value *x)
{
	uint32_t headers = summary_headers(v);
	const uint8_t *from = v->ip ? (const uint8_t *)v->ip : v->p->data;

	if (v->captured < headers)
		return false;
	x->s = (struct str){ (const char *)from + headers, v->captured - headers };
	return true;
}

static void set_payload(struct summary_draft *d, const struct summary_value *x)
{
	d->payload = x->s;
	d->has_payload = true;
}

static void print_payload(const struct summary_value *v, struct text *out)
{
	text_char(out, '"');
	for (size_t i = 0; i < v->s.n; i++) {
		uint8_t c = (uint8_t)v->s.p[i];

		if (c < ' ' || c >= 0x7f) {
			text_add(out, "\\%03o", c);
			continue;
		}
		if (c == '"' || c == '\\')
			text_char(out, '\\');
		text_char(out, (char)c);
	}
	text_char(out, '"');
}

/* Takes an escape off the front, behind its backslash: \\n and kin, up to three octal digits. */
static char take_escape(struct str *s)
{
	static const char letters[] = "abfnrtv", codes[] = "\a\b\f\n\r\t\v";
	unsigned octal = 0, digits = 0;
	const char *known;
	char c;

	while (digits < 3 && s->n != 0 && s->p[0] >= '0' && s->p[0] <= '7') {
		octal = octal * 8 + (unsigned)(s->p[0] - '0');
		*s = str_from(*s, 1);
		digits++;
	}
	if (digits != 0 || s->n == 0)
		return digits != 0 ? (char)octal : '\\';
	c = s->p[0];
	*s = str_from(*s, 1);
	known = memchr(letters, c, sizeof(letters) - 1);
	return known ? codes[known - letters] : c;
}

/* The bytes are in the source's scratch memory. */
static bool parse_payload(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	struct text *out = d->source->scratch;
	char c;

	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	s = (struct str){ s.p + 1, s.n - 2 };
	text_clear(out);
	while (s.n != 0) {
		c = s.p[0];
		s = str_from(s, 1);
		text_char(out, c == '\\' ? take_escape(&s) : c);
	}
	v->s = text_as_str(out);
	return true;
}

/* --- its length --- */

static bool get_len(const struct summary_view *v, struct summary_value *x)
{
	uint32_t headers = summary_headers(v);

	x->v = v->len > headers ? v->len - headers : 0;
	return true;
}

static void set_len(struct summary_draft *d, const struct summary_value *x)
{
	d->payload_len = (uint32_t)x->v;
}

/* --- its digest --- */

static bool get_md5(const struct summary_view *v, struct summary_value *x)
{
	if (!get_payload(v, x))
		return false;
	md5(x->s.p, x->s.n, x->bytes);
	x->n = 16;
	return true;
}

static void print_md5(const struct summary_value *v, struct text *out)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@";

	for (unsigned bit = 0; bit < 128; bit += 6) {
		unsigned pair = v->bytes[bit / 8];

		if (bit / 8 < 15)
			pair |= (unsigned)v->bytes[bit / 8 + 1] << 8;
		text_char(out, letters[pair >> bit % 8 & 63]);
	}
}

static void print_md5_hex(const struct summary_value *v, struct text *out)
{
	for (unsigned i = 0; i < 16; i++)
		text_add(out, "%02x", v->bytes[i]);
}

static const struct summary_type payload = { PACK_NONE, 0, print_payload, parse_payload };
static const struct summary_type digest = { PACK_BYTES, 16, print_md5, NULL };
static const struct summary_type digest_hex = { PACK_BYTES, 16, print_md5_hex, NULL };

static const struct summary_field fields[] = {
	{ "payload", &payload, get_payload, set_payload, NULL },
	{ "payload_len", &summary_u32, get_len, set_len, "payload_length" },
	{ "payload_md5", &digest, get_md5, NULL, NULL },
	{ "payload_md5_hex", &digest_hex, get_md5, NULL, NULL },
};

const struct summary_table summary_payload = TABLE(fields);

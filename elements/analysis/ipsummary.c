/* SPDX-License-Identifier: MIT */
/* ipsummary.c - fields of summary dumps by name, common types, binary records. */
#include "elements/analysis/ipsummary.h"

static const struct summary_table *const tables[] = {
	&summary_anno, &summary_link, &summary_ip,   &summary_ports,
	&summary_tcp,  &summary_udp,  &summary_icmp, &summary_payload,
};

/* --- names --- */

static bool in_list(const char *list, struct str name)
{
	struct str rest = str_of(list ? list : "");

	while (rest.n != 0)
		if (str_eq(str_word(&rest), name))
			return true;
	return false;
}

static const struct summary_field *find_exact(struct str name)
{
	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (size_t i = 0; i < tables[t]->n; i++) {
			const struct summary_field *f = &tables[t]->v[i];

			if (str_is(name, f->name) || in_list(f->synonyms, name))
				return f;
		}
	return NULL;
}

const struct summary_field *summary_find(struct str name)
{
	const struct summary_field *f = find_exact(name);
	size_t space = str_find(name, ' ');
	char buf[32];

	if (f || name.n == 0 || name.n > sizeof(buf) - 4)
		return f;
	if (space < name.n) {
		memcpy(buf, name.p, name.n);
		buf[space] = '_';
		return find_exact((struct str){ buf, name.n });
	}
	if (str_find(name, '_') < name.n)
		return NULL;
	memcpy(buf, "ip_", 3);
	memcpy(buf + 3, name.p, name.n);
	return find_exact((struct str){ buf, name.n + 3 });
}

unsigned summary_rank(const struct summary_field *f)
{
	unsigned rank = 0;

	for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
		for (size_t i = 0; i < tables[t]->n; i++)
			if (f == &tables[t]->v[i])
				return rank + (unsigned)i;
		rank += (unsigned)tables[t]->n;
	}
	return rank;
}

const char *summary_name(const struct summary_field *f, bool binary)
{
	if (binary || f->type != &summary_nsec)
		return f->name;
	return strcmp(f->name, "ntimestamp") == 0 ? "timestamp" : "first_timestamp";
}

bool summary_word(struct str *line, struct str *word)
{
	size_t n = 0;

	str_space(line);
	if (line->n == 0)
		return false;
	if (line->p[0] == '"') {
		for (n = 1; n < line->n && line->p[n] != '"'; n++)
			n += line->p[n] == '\\' && n + 1 < line->n;
		n += n < line->n;
	} else {
		while (n < line->n && (uint8_t)line->p[n] > ' ')
			n++;
	}
	*word = str_first(*line, n);
	*line = str_from(*line, n);
	return true;
}

struct str summary_unquoted(struct str word)
{
	if (word.n < 2 || word.p[0] != '"' || word.p[word.n - 1] != '"')
		return word;
	return (struct str){ word.p + 1, word.n - 2 };
}

/* --- numbers and times --- */

bool summary_parse_number(struct str s, uint64_t max, struct summary_value *v)
{
	return parse_u64(s, max, &v->v, NULL);
}

void summary_print_number(const struct summary_value *v, struct text *out)
{
	text_add(out, "%llu", (unsigned long long)v->v);
}

static bool parse_u8(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	return summary_parse_number(s, UINT8_MAX, v);
}

static bool parse_u16(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	return summary_parse_number(s, UINT16_MAX, v);
}

static bool parse_word32(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	return summary_parse_number(s, UINT32_MAX, v);
}

static void print_time(const struct summary_value *v, struct text *out)
{
	print_timestamp(out, (int64_t)v->v);
}

static bool parse_time(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	struct timestamp at;

	if (!value_parse(KIND_TIMESTAMP, s, &at, NULL, d->source->e, NULL, NULL) || at.ns < 0)
		return false;
	v->v = (uint64_t)at.ns;
	return true;
}

const struct summary_type summary_u8 = { PACK_NUMBER, 1, summary_print_number, parse_u8 };
const struct summary_type summary_u16 = { PACK_NUMBER, 2, summary_print_number, parse_u16 };
const struct summary_type summary_u32 = { PACK_NUMBER, 4, summary_print_number, parse_word32 };
const struct summary_type summary_usec = { PACK_USEC, 8, print_time, parse_time };
const struct summary_type summary_nsec = { PACK_NSEC, 8, print_time, parse_time };

bool summary_parse_proto(struct str s, uint8_t *proto)
{
	static const struct {
		char letter;
		uint8_t proto;
	} letters[] = { { 'T', IP_PROTO_TCP }, { 'U', IP_PROTO_UDP }, { 'I', IP_PROTO_ICMP } };
	struct summary_value v;

	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		if (s.n == 1 && s.p[0] == letters[i].letter) {
			*proto = letters[i].proto;
			return true;
		}
	if (!summary_parse_number(s, UINT8_MAX, &v))
		return false;
	*proto = (uint8_t)v.v;
	return true;
}

/* --- binary records: all numbers big-endian --- */

static void pack_number(struct text *out, uint64_t v, unsigned size)
{
	while (size-- > 0)
		text_char(out, (char)(v >> (8 * size)));
}

static uint64_t unpack_number(struct str s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | (uint8_t)s.p[i];
	return v;
}

void summary_pack(const struct summary_field *f, const struct summary_value *v, struct text *out)
{
	static const struct summary_value none = { 0 };
	unsigned size = f->type->size, fraction;

	if (!v)
		v = &none;
	switch (f->type->packing) {
	case PACK_NUMBER:
		pack_number(out, v->v, size);
		break;
	case PACK_USEC:
	case PACK_NSEC:
		fraction = (unsigned)(v->v % NS_PER_SEC);
		pack_number(out, v->v / NS_PER_SEC, 4);
		pack_number(out, f->type->packing == PACK_USEC ? fraction / 1000 : fraction, 4);
		break;
	case PACK_ADDRESS:
		pack_number(out, be32((uint32_t)v->v), 4);
		break;
	case PACK_OPTIONS:
		pack_number(out, v->n, 1);
		text_bytes(out, v->bytes, v->n);
		break;
	case PACK_BYTES:
		text_bytes(out, v->bytes, size);
		break;
	case PACK_NONE:
		break;
	}
}

bool summary_unpack(const struct summary_field *f, struct str *in, struct summary_value *v)
{
	size_t size = f->type->size;
	struct str s;

	if (f->type->packing == PACK_OPTIONS) {
		if (in->n == 0)
			return false;
		size = (uint8_t)in->p[0];
		*in = str_from(*in, 1);
	}
	s = str_first(*in, size);
	*in = str_from(*in, size);
	if (s.n < size)
		return false;
	switch (f->type->packing) {
	case PACK_NUMBER:
		v->v = unpack_number(s);
		break;
	case PACK_USEC:
	case PACK_NSEC:
		v->v = unpack_number(str_first(s, 4)) * NS_PER_SEC +
		       unpack_number(str_from(s, 4)) * (f->type->packing == PACK_USEC ? 1000 : 1);
		break;
	case PACK_ADDRESS:
		v->v = load32(s.p);
		break;
	default:
		v->n = (uint32_t)(s.n < SUMMARY_BYTES ? s.n : SUMMARY_BYTES);
		memcpy(v->bytes, s.p, v->n);
	}
	return true;
}

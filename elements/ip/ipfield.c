/* SPDX-License-Identifier: MIT */
/* ipfield.c - reading and printing fields of packet headers. */
#include "elements/ip/ipfield.h"

#include "base/net.h"
#include "engine/names.h"

struct known {
	const char *name;
	int32_t header; /* where it is looked for; its proto is `proto' */
	struct ip_field field;
};

#define BYTE 8U
#define IN(name, header, offset, length)       \
	{                                      \
		name, header,                  \
		{                              \
			header, offset, length \
		}                              \
	}
#define PORT(name, header, offset)               \
	{                                        \
		name, header,                    \
		{                                \
			FIELD_TCPUDP, offset, 16 \
		}                                \
	}

/* The first of a name is the one that is printed. */
static const struct known fields[] = {
	IN("vers", FIELD_IP, 0, 4),
	IN("hl", FIELD_IP, 4, 4),
	IN("tos", FIELD_IP, 1 * BYTE, 8),
	IN("dscp", FIELD_IP, 1 * BYTE, 6),
	IN("ecn", FIELD_IP, 14, 2),
	IN("len", FIELD_IP, 2 * BYTE, 16),
	IN("id", FIELD_IP, 4 * BYTE, 16),
	IN("off", FIELD_IP, 6 * BYTE, 16),
	IN("rf", FIELD_IP, 48, 1),
	IN("df", FIELD_IP, 49, 1),
	IN("mf", FIELD_IP, 50, 1),
	IN("fragoff", FIELD_IP, 51, 13),
	IN("ttl", FIELD_IP, 8 * BYTE, 8),
	IN("proto", FIELD_IP, 9 * BYTE, 8),
	IN("sum", FIELD_IP, 10 * BYTE, 16),
	IN("src", FIELD_IP, 12 * BYTE, 32),
	IN("dst", FIELD_IP, 16 * BYTE, 32),
	PORT("sport", FIELD_IP, 0),
	PORT("dport", FIELD_IP, 2 * BYTE),
	IN("sport", FIELD_TCPUDP, 0, 16),
	IN("dport", FIELD_TCPUDP, 2 * BYTE, 16),
	IN("sport", IP_PROTO_TCP, 0, 16),
	IN("dport", IP_PROTO_TCP, 2 * BYTE, 16),
	IN("seq", IP_PROTO_TCP, 4 * BYTE, 32),
	IN("seqno", IP_PROTO_TCP, 4 * BYTE, 32),
	IN("ack", IP_PROTO_TCP, 8 * BYTE, 32),
	IN("ackno", IP_PROTO_TCP, 8 * BYTE, 32),
	IN("hl", IP_PROTO_TCP, 12 * BYTE, 4),
	IN("flags", IP_PROTO_TCP, 13 * BYTE, 8),
	IN("urg", IP_PROTO_TCP, 13 * BYTE + 2, 1),
	IN("ackf", IP_PROTO_TCP, 13 * BYTE + 3, 1),
	IN("psh", IP_PROTO_TCP, 13 * BYTE + 4, 1),
	IN("push", IP_PROTO_TCP, 13 * BYTE + 4, 1),
	IN("rst", IP_PROTO_TCP, 13 * BYTE + 5, 1),
	IN("syn", IP_PROTO_TCP, 13 * BYTE + 6, 1),
	IN("fin", IP_PROTO_TCP, 13 * BYTE + 7, 1),
	IN("win", IP_PROTO_TCP, 14 * BYTE, 16),
	IN("sum", IP_PROTO_TCP, 16 * BYTE, 16),
	IN("urp", IP_PROTO_TCP, 18 * BYTE, 16),
	IN("sport", IP_PROTO_UDP, 0, 16),
	IN("dport", IP_PROTO_UDP, 2 * BYTE, 16),
	IN("len", IP_PROTO_UDP, 4 * BYTE, 16),
	IN("sum", IP_PROTO_UDP, 6 * BYTE, 16),
	IN("type", IP_PROTO_ICMP, 0, 8),
	IN("code", IP_PROTO_ICMP, 1 * BYTE, 8),
	IN("sum", IP_PROTO_ICMP, 2 * BYTE, 16),
};

/* --- reading --- */

static bool is_word(char c)
{
	char low = (char)(c | 32);

	return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Takes letters and digits off. */
static struct str take_word(struct str *s)
{
	struct str word;
	size_t n = 0;

	str_space(s);
	while (n < s->n && is_word(s->p[n]))
		n++;
	word = str_first(*s, n);
	*s = str_from(*s, n);
	return word;
}

static bool take_number(struct str *s, uint32_t *n)
{
	struct str word;
	size_t i = 0;

	str_space(s);
	while (i < s->n && is_word(s->p[i]) && s->p[i] != '-')
		i++;
	word = str_first(*s, i);
	*s = str_from(*s, i);
	return parse_u32(word, n, NULL);
}

static bool take_char(struct str *s, char c)
{
	str_space(s);
	return str_char(s, c);
}

static const struct known *find_name(int32_t header, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i].header == header && str_is(name, fields[i].name))
			return &fields[i];
	return NULL;
}

/* "ip proto N" or "ip", a protocol, or a port's name alone. */
static bool take_header(struct str *s, const struct element *e, int32_t *header)
{
	struct str rest = *s, word = take_word(&rest);

	if (find_name(FIELD_TCPUDP, word)) {
		*header = FIELD_TCPUDP;
		return true;
	}
	*s = rest;
	if (str_is(word, "data")) {
		*header = FIELD_PAYLOAD;
		return true;
	}
	if (!str_is(word, "ip"))
		return word.n && parse_proto(word, e, header);
	*header = FIELD_IP;
	if (!str_is(take_word(&rest), "proto"))
		return true;
	word = take_word(&rest);
	if (word.n && parse_proto(word, e, header))
		*s = rest;
	else
		*header = FIELD_IP;
	return true;
}

/* [N], [N:COUNT] or [FIRST-LAST], of bytes or, in braces, bits. */
static bool take_slice(struct str *s, uint32_t unit, char close, uint32_t *offset, uint32_t *length)
{
	uint32_t n, last;

	*length = 1;
	if (!take_number(s, &n))
		return false;
	if (take_char(s, ':') || take_char(s, ',')) {
		if (!take_number(s, length))
			return false;
	} else if (take_char(s, '-')) {
		if (!take_number(s, &last) || last < n)
			return false;
		*length = last - n + 1;
	}
	if (!take_char(s, close) || n > UINT16_MAX || *length > UINT16_MAX)
		return false;
	*offset = n * unit;
	*length *= unit;
	return *length != 0;
}

/* A slice of the named field (length 0: there is none) or of the header. */
static bool apply_slice(struct str *s, struct ip_field *f, bool *found)
{
	uint32_t offset, length;

	*found = true;
	if (take_char(s, '[')) {
		if (!take_slice(s, BYTE, ']', &offset, &length))
			return false;
	} else if (take_char(s, '{')) {
		if (!take_slice(s, 1, '}', &offset, &length))
			return false;
	} else {
		*found = false;
		return true;
	}
	if (f->length && (offset >= f->length || length > f->length - offset))
		return false;
	f->offset += offset;
	f->length = length;
	return true;
}

static bool apply_prefix(struct str *s, struct ip_field *f)
{
	uint32_t n;

	if (!take_char(s, '/'))
		return true;
	if (!take_number(s, &n) || n == 0 || n > f->length)
		return false;
	f->length = n;
	return true;
}

/* The one run of ones in the mask is the field. */
static bool apply_mask(struct str *s, struct ip_field *f)
{
	uint32_t mask, low, ones;

	if (!take_char(s, '&'))
		return true;
	if (!take_number(s, &mask) || mask == 0)
		return false;
	low = (uint32_t)__builtin_ctz(mask);
	ones = (uint32_t)__builtin_popcount(mask);
	if ((mask >> low) & ((mask >> low) + 1) || low + ones > f->length)
		return false;
	f->offset += f->length - low - ones;
	f->length = ones;
	return true;
}

bool ip_field_parse(struct str *text, const struct element *e, struct ip_field *f,
		    struct error *err)
{
	const struct known *named;
	struct str rest;
	bool sliced;

	*f = (struct ip_field){ .proto = 0 };
	if (!take_header(text, e, &f->proto))
		return fail(err, "expected 'HEADER [NAME] [{OFFSET:LENGTH}] [/PREFIX] [& MASK]'");
	rest = *text;
	named = find_name(f->proto, take_word(&rest));
	if (named) {
		*f = named->field;
		*text = rest;
	}
	if (!apply_slice(text, f, &sliced))
		return fail(err, "bad offset or length in TCP/IP field");
	if (!named && !sliced)
		return fail(err, "expected 'HEADER [NAME] [{OFFSET:LENGTH}] [/PREFIX] [& MASK]'");
	if (!apply_prefix(text, f) || !apply_mask(text, f))
		return fail(err, "bad prefix or mask in TCP/IP field");
	str_space(text);
	return true;
}

/* --- printing --- */

const char *ip_field_header(const struct ip_field *f)
{
	const char *name =
		f->proto == FIELD_IP ? NULL : name_reverse(NAME_PROTO, (uint32_t)f->proto);

	return name ? name : "";
}

static bool starts_here(const struct known *k, const struct ip_field *f)
{
	return k->header == f->proto && k->field.proto == f->proto && k->field.offset == f->offset;
}

/* A named field that is the field, or a whole word that begins with it. */
static const struct known *name_of(const struct ip_field *f)
{
	const struct known *word = NULL;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const struct known *k = &fields[i];

		if (!starts_here(k, f))
			continue;
		if (k->field.length == f->length)
			return k;
		if (!word && k->field.length % BYTE == 0 && k->field.length > f->length)
			word = k;
	}
	return word;
}

static void print_slice(struct text *out, const char *brackets, uint32_t offset, uint32_t length)
{
	if (length == 1)
		text_add(out, "%c%u%c", brackets[0], offset, brackets[1]);
	else
		text_add(out, "%c%u:%u%c", brackets[0], offset, length, brackets[1]);
}

void ip_field_print(const struct ip_field *f, struct text *out)
{
	const struct known *k = name_of(f);

	if (f->proto == FIELD_IP)
		text_add(out, "ip");
	else if (ip_field_header(f)[0])
		text_add(out, "%s", ip_field_header(f));
	else
		text_add(out, "ip proto %d", f->proto);
	if (k)
		text_add(out, " %s", k->name);
	if (k && k->field.length != f->length)
		text_add(out, "/%u", f->length);
	else if (!k && (f->offset | f->length) % BYTE == 0)
		print_slice(out, "[]", f->offset / BYTE, f->length / BYTE);
	else if (!k)
		print_slice(out, "{}", f->offset, f->length);
}

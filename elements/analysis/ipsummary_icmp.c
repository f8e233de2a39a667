/* SPDX-License-Identifier: MIT */
/* ipsummary_icmp.c - fields of summary dumps: the ICMP header. */
#include "elements/analysis/ipsummary.h"
#include "elements/icmp/icmpnames.h"
#include "engine/names.h"

static const uint8_t *icmp_of(const struct summary_view *v, uint32_t need)
{
	if (!v->ip || v->ip->proto != IP_PROTO_ICMP)
		return NULL;
	return summary_transport(v, "ICMP", need);
}

/* The header's second word is defined, so it is there. */
static bool has_word(uint8_t type)
{
	return name_reverse(NAME_ICMP_TYPE, type) != NULL;
}

/* It has an identifier and a sequence number. */
static bool has_id(uint8_t type)
{
	switch (type) {
	case ICMP_ECHO:
	case ICMP_ECHO_REPLY:
	case ICMP_TIMESTAMP:
	case ICMP_TIMESTAMP_REPLY:
	case ICMP_INFOREQ:
	case ICMP_INFOREQ_REPLY:
		return true;
	}
	return false;
}

/* --- type and code --- */

static bool get_type(const struct summary_view *v, struct summary_value *x)
{
	const uint8_t *th = icmp_of(v, 1);

	x->v = th ? th[0] : 0;
	return th != NULL;
}

/* The type goes along, for the code's name. */
static bool get_code(const struct summary_view *v, struct summary_value *x)
{
	const uint8_t *th = icmp_of(v, 2);

	x->v = th ? th[1] : 0;
	x->bytes[0] = th ? th[0] : 0;
	return th != NULL;
}

static void set_type(struct summary_draft *d, const struct summary_value *x)
{
	if (!summary_draft_transport(d, IP_PROTO_ICMP))
		return;
	d->icmp.type = (uint8_t)x->v;
	d->trans_n = has_word(d->icmp.type) ? 8 : 4;
}

static void set_code(struct summary_draft *d, const struct summary_value *x)
{
	if (summary_draft_transport(d, IP_PROTO_ICMP))
		d->icmp.code = (uint8_t)x->v;
}

static void print_type_name(const struct summary_value *v, struct text *out)
{
	const char *name = name_reverse(NAME_ICMP_TYPE, (uint32_t)v->v);

	if (name)
		text_add(out, "%s", name);
	else
		summary_print_number(v, out);
}

static bool parse_type(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	int32_t type;

	if (!icmp_parse_type(d->source->e, s, &type, NULL) || type < 0 || type > UINT8_MAX)
		return false;
	v->v = (uint64_t)type;
	return true;
}

static void print_code_name(const struct summary_value *v, struct text *out)
{
	static const struct {
		uint8_t type;
		enum name_db db;
	} names[] = { { ICMP_UNREACHABLE, NAME_ICMP_CODE_UNREACHABLE },
		      { ICMP_REDIRECT, NAME_ICMP_CODE_REDIRECT },
		      { ICMP_TIMEEXCEEDED, NAME_ICMP_CODE_TIMEEXCEEDED },
		      { ICMP_PARAMPROBLEM, NAME_ICMP_CODE_PARAMPROB } };
	const char *name = NULL;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].type == v->bytes[0])
			name = name_reverse(names[i].db, (uint32_t)v->v);
	if (name)
		text_add(out, "%s", name);
	else
		summary_print_number(v, out);
}

static bool parse_code(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	uint8_t code;

	if (!icmp_parse_code(d->source->e, d->icmp.type, s, &code))
		return false;
	v->v = code;
	return true;
}

static const struct summary_type type = { PACK_NUMBER, 1, summary_print_number, parse_type };
static const struct summary_type code = { PACK_NUMBER, 1, summary_print_number, parse_code };
static const struct summary_type type_name = { PACK_NUMBER, 1, print_type_name, parse_type };
static const struct summary_type code_name = { PACK_NUMBER, 1, print_code_name, parse_code };

/* --- the second word --- */

static bool get_half(const struct summary_view *v, struct summary_value *x, uint32_t at)
{
	const uint8_t *th = icmp_of(v, 1);

	if (!th || !has_id(th[0]))
		return false;
	th = icmp_of(v, at + 2);
	x->v = th ? load_be16(th + at) : 0;
	return th != NULL;
}

static bool get_flowid(const struct summary_view *v, struct summary_value *x)
{
	return get_half(v, x, 4);
}

static bool get_seq(const struct summary_view *v, struct summary_value *x)
{
	return get_half(v, x, 6);
}

static bool get_nextmtu(const struct summary_view *v, struct summary_value *x)
{
	const uint8_t *th = icmp_of(v, 2);

	if (!th || th[0] != ICMP_UNREACHABLE || th[1] != 4)
		return false;
	th = icmp_of(v, 8);
	x->v = th ? load_be16(th + 6) : 0;
	return th != NULL;
}

/* The whole header of a type that has such a field. */
static struct icmp_header *whole(struct summary_draft *d, bool has_field)
{
	if (!has_field || d->trans_n < 4)
		return NULL;
	d->trans_n = 8;
	return &d->icmp;
}

static struct icmp_header *with_id(struct summary_draft *d)
{
	return summary_draft_transport(d, IP_PROTO_ICMP) ? whole(d, has_id(d->icmp.type)) : NULL;
}

static void set_flowid(struct summary_draft *d, const struct summary_value *x)
{
	struct icmp_header *icmp = with_id(d);

	if (icmp)
		icmp->echo.id = be16((uint16_t)x->v);
}

static void set_seq(struct summary_draft *d, const struct summary_value *x)
{
	struct icmp_header *icmp = with_id(d);

	if (icmp)
		icmp->echo.seq = be16((uint16_t)x->v);
}

static void set_nextmtu(struct summary_draft *d, const struct summary_value *x)
{
	if (!summary_draft_transport(d, IP_PROTO_ICMP) || d->icmp.type != ICMP_UNREACHABLE ||
	    d->icmp.code != 4)
		return;
	whole(d, true)->frag.mtu = be16((uint16_t)x->v);
}

static const struct summary_field fields[] = {
	{ "icmp_type", &type, get_type, set_type, NULL },
	{ "icmp_type_name", &type_name, get_type, set_type, NULL },
	{ "icmp_code", &code, get_code, set_code, NULL },
	{ "icmp_code_name", &code_name, get_code, set_code, NULL },
	{ "icmp_flowid", &summary_u16, get_flowid, set_flowid, NULL },
	{ "icmp_seq", &summary_u16, get_seq, set_seq, NULL },
	{ "icmp_nextmtu", &summary_u16, get_nextmtu, set_nextmtu, NULL },
};

const struct summary_table summary_icmp = TABLE(fields);

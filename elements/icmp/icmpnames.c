/* SPDX-License-Identifier: MIT */
/* icmpnames.c - ICMP types and codes as arguments. */
#include "elements/icmp/icmpnames.h"

#include "base/net.h"

bool icmp_parse_type(const struct element *e, struct str s, int32_t *type, struct error *err)
{
	uint32_t v;

	if (!name_find(e, NAME_ICMP_TYPE, s, &v, sizeof(v)))
		return parse_i32(s, type, err);
	*type = (int32_t)v;
	return true;
}

/* The names of a type's codes; NAME_DBS: it has none. */
static enum name_db code_names(int32_t type)
{
	switch (type) {
	case ICMP_UNREACHABLE:
		return NAME_ICMP_CODE_UNREACHABLE;
	case ICMP_REDIRECT:
		return NAME_ICMP_CODE_REDIRECT;
	case ICMP_TIMEEXCEEDED:
		return NAME_ICMP_CODE_TIMEEXCEEDED;
	case ICMP_PARAMPROBLEM:
		return NAME_ICMP_CODE_PARAMPROB;
	default:
		return NAME_DBS;
	}
}

bool icmp_parse_code(const struct element *e, int32_t type, struct str s, uint8_t *code)
{
	enum name_db names = code_names(type);
	uint32_t v;

	if ((names == NAME_DBS || !name_find(e, names, s, &v, sizeof(v))) &&
	    !parse_u32(s, &v, NULL))
		return false;
	*code = (uint8_t)v;
	return v <= 255;
}

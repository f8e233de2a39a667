/* SPDX-License-Identifier: MIT */
/* icmpnames.h - ICMP types and codes as arguments: names or integers. */
#ifndef ELEMENTS_ICMP_ICMPNAMES_H
#define ELEMENTS_ICMP_ICMPNAMES_H

#include "engine/element.h"

/* An ICMP type's name, or any integer. */
bool icmp_parse_type(const struct element *e, struct str s, int32_t *type,
		     struct error *err) MUST_CHECK;
/* The name of a code of that type, or a number from 0 to 255. */
bool icmp_parse_code(const struct element *e, int32_t type, struct str s,
		     uint8_t *code) MUST_CHECK;

#endif

/* SPDX-License-Identifier: MIT */
/* ether.c - what Ethernet elements share. */
#include "elements/ethernet/ether.h"

bool ether_parse_offset(struct str s, uint32_t *offset)
{
	if (str_is(s, "src")) {
		*offset = 6;
		return true;
	}
	if (str_is(s, "dst")) {
		*offset = 0;
		return true;
	}
	return parse_u32(s, offset, NULL);
}

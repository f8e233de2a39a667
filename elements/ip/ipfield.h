/* SPDX-License-Identifier: MIT */
/*
 * ipfield.h - fields of packet headers, as `ip src/24', `tcp sport', `ip[2:2]', `icmp{0:4}'.
 *
 * HEADER [NAME] [SLICE] [/PREFIX] [& MASK]: a slice is [byte], [byte:count], [first-last] or the
 * same of bits in braces, relative to the named field; /PREFIX keeps leading bits, & MASK a run.
 */
#ifndef ELEMENTS_IP_IPFIELD_H
#define ELEMENTS_IP_IPFIELD_H

#include "engine/element.h"

enum { FIELD_IP = -1, FIELD_TCPUDP = 256, FIELD_TRANSPORT = 258, FIELD_PAYLOAD = 259 };

struct ip_field {
	int32_t proto;           /* whose header: an IP protocol, or one of the above */
	uint32_t offset, length; /* in bits */
};

/* Takes a field off the front of the text; the caller looks at what is left. */
bool ip_field_parse(struct str *text, const struct element *e, struct ip_field *f,
		    struct error *err) MUST_CHECK;
void ip_field_print(const struct ip_field *f, struct text *out);

/* "tcp", "tcpudp"; empty for FIELD_IP and for numbers without a name. */
const char *ip_field_header(const struct ip_field *f);

#endif

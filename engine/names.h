/* SPDX-License-Identifier: MIT */
/* names.h - the name databases of a router; value.h has what elements use of them. */
#ifndef ENGINE_NAMES_H
#define ENGINE_NAMES_H

#include "engine/value.h"

struct names; /* what information elements of one router defined */

struct names *names_new(struct pool *);

/* Where the ports of transport protocol proto are; for others than TCP and UDP a database that
 * enum name_db does not list. */
static inline enum name_db name_db_port(int proto)
{
	if (proto == 6)
		return NAME_PORT_TCP;
	return proto == 17 ? NAME_PORT_UDP : (enum name_db)(NAME_DBS + (proto & 0xff));
}

/* Built-in numbers: ports, protocols, ICMP types and codes, annotations (size << 16 | offset). */
bool name_builtin(enum name_db, struct str name, uint32_t *v) MUST_CHECK;
/* A built-in name for v, NULL when there is none. */
const char *name_reverse(enum name_db, uint32_t v);

#endif

/* SPDX-License-Identifier: MIT */
/* conf.h - the lexical units of configuration strings. Internal to engine/lang. */
#ifndef ENGINE_LANG_CONF_H
#define ENGINE_LANG_CONF_H

#include "engine/lang/lang.h"

enum conf_unit { UNIT_CHAR, UNIT_SPACE, UNIT_COMMENT, UNIT_QUOTED };

/* The length of the unit at s.p[i], i < s.n: a quoted string, \<hex data> or a comment as a whole
 * (up to the end when it is not closed), else one byte. */
size_t conf_unit(struct str s, size_t i, enum conf_unit *what);

/* The length of \<...> at s.p[i]. */
size_t conf_hex_length(struct str s, size_t i);

/* The length of the comment at s.p[i]; 0 when there is none. */
size_t conf_comment_length(struct str s, size_t i);

static inline bool conf_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* May stand in the name of a variable. */
static inline bool conf_is_var(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Quotes as conf_quote does, without the quotes around it. */
void conf_escape(struct text *t, struct str s);

#endif

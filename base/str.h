/* SPDX-License-Identifier: MIT */
/* str.h - strings that are a pointer and a length, not owned, not terminated. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_CHECK __attribute__((warn_unused_result))

struct str {
	const char *p;
	size_t n;
};

/* For printf: "%.*s", STR(s). */
#define STR(s) (int)(s).n, (s).p

/* A constant from a literal: static const struct str yes = STR_LIT("yes"). */
#define STR_LIT(literal) { (literal), sizeof(literal) - 1 }

static inline struct str str_of(const char *z)
{
	return (struct str){ z, strlen(z) };
}

static inline struct str str_range(const char *from, const char *to)
{
	return (struct str){ from, (size_t)(to - from) };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

/* Everything from byte i on; empty when s is shorter. */
static inline struct str str_from(struct str s, size_t i)
{
	if (s.n == 0)
		return s;
	return i < s.n ? (struct str){ s.p + i, s.n - i } : (struct str){ s.p + s.n, 0 };
}

static inline struct str str_first(struct str s, size_t n)
{
	return n < s.n ? (struct str){ s.p, n } : s;
}

/* Like memcmp, the shorter one first when one is a prefix of the other. */
int str_cmp(struct str a, struct str b);

/* ASCII only: configurations do not depend on the locale. */
bool str_is_nocase(struct str a, const char *z);
bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);
size_t str_find(struct str s, char c); /* index of the first c, or s.n */
struct str str_trim(struct str s);     /* without white space at both ends */

/* These take a prefix off s. False, and s unchanged, when it is not there. */
bool str_char(struct str *s, char c);
bool str_prefix(struct str *s, const char *prefix);
bool str_decimal(struct str *s, uint32_t *v); /* digits only; false on overflow */
bool str_hex(struct str *s, uint8_t *val, uint8_t *mask); /* two of [0-9a-fA-F?] */
void str_space(struct str *s);                            /* any white space */
struct str str_word(struct str *s); /* up to white space, and the space behind it */

/* Edits needed to make b of a (insert, delete, replace, swap), for "did you mean". */
unsigned str_distance(struct str a, struct str b);

/* Glob match: * ? [a-z] [^a-z] and backslash. */
bool str_glob(struct str pattern, struct str s);

#endif

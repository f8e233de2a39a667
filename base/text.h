/* SPDX-License-Identifier: MIT */
/* text.h - growing output: what handlers print, messages, files in the making. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>

#include "base/str.h"

/* All zero is an empty text. p is NUL-terminated whenever cap > 0. */
struct text {
	char *p;
	size_t n, cap;
};

void text_add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_vadd(struct text *t, const char *fmt, va_list ap);
void text_bytes(struct text *t, const void *p, size_t n);
void text_str(struct text *t, struct str s);
void text_char(struct text *t, char c);

/* Makes room for n more bytes and returns where they start; the caller adds to t->n. */
char *text_room(struct text *t, size_t n);

void text_clear(struct text *t); /* empty, memory kept */
void text_fini(struct text *t);  /* empty, memory freed */

static inline struct str text_as_str(const struct text *t)
{
	return (struct str){ t->p ? t->p : "", t->n };
}

#endif

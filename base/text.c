/* SPDX-License-Identifier: MIT */
/* text.c - growing output. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

/* Texts are small, and their users could do nothing about it: the end. */
static void text_exhausted(void)
{
	abort();
}

char *text_room(struct text *t, size_t n)
{
	size_t need = t->n + n + 1, cap = t->cap ? t->cap : 64;
	char *p;

	if (need <= t->cap)
		return t->p + t->n;
	if (need <= n)
		text_exhausted();
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	p = realloc(t->p, cap);
	if (!p)
		text_exhausted();
	t->p = p;
	t->cap = cap;
	t->p[t->n] = '\0';
	return t->p + t->n;
}

void text_vadd(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	text_room(t, 1);
	n = vsnprintf(t->p + t->n, t->cap - t->n, fmt, ap);
	if (n > 0 && (size_t)n >= t->cap - t->n) {
		text_room(t, (size_t)n);
		n = vsnprintf(t->p + t->n, t->cap - t->n, fmt, again);
	}
	if (n > 0)
		t->n += (size_t)n;
	va_end(again);
}

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vadd(t, fmt, ap);
	va_end(ap);
}

void text_bytes(struct text *t, const void *p, size_t n)
{
	char *room = text_room(t, n);

	if (n)
		memcpy(room, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

void text_str(struct text *t, struct str s)
{
	text_bytes(t, s.p, s.n);
}

void text_char(struct text *t, char c)
{
	text_bytes(t, &c, 1);
}

void text_clear(struct text *t)
{
	t->n = 0;
	if (t->cap)
		t->p[0] = '\0';
}

void text_fini(struct text *t)
{
	free(t->p);
	*t = (struct text){ NULL, 0, 0 };
}

/* SPDX-License-Identifier: MIT */
/* log.c - a ring of the last lines. */
#include "engine/control/log.h"

#include <stdlib.h>

void log_init(struct log *l, size_t bytes)
{
	*l = (struct log){ .p = malloc(bytes) };
	if (l->p)
		l->cap = bytes;
}

void log_fini(struct log *l)
{
	free(l->p);
	*l = (struct log){ 0 };
}

static void drop_line(struct log *l)
{
	while (l->n > 0) {
		char c = l->p[l->start];

		l->start = (l->start + 1) % l->cap;
		l->n--;
		if (c == '\n')
			return;
	}
}

static void put(struct log *l, const char *p, size_t n)
{
	size_t at = (l->start + l->n) % l->cap;
	size_t first = n < l->cap - at ? n : l->cap - at;

	memcpy(l->p + at, p, first);
	memcpy(l->p, p + first, n - first);
	l->n += n;
}

void log_add(struct log *l, struct str line)
{
	if (l->cap == 0)
		return;
	line = str_first(line, l->cap - 1);
	while (l->cap - l->n < line.n + 1)
		drop_line(l);
	put(l, line.n ? line.p : "", line.n);
	put(l, "\n", 1);
}

void log_print(const struct log *l, struct text *out)
{
	size_t first = l->n < l->cap - l->start ? l->n : l->cap - l->start;

	if (l->cap == 0)
		return;
	text_bytes(out, l->p + l->start, first);
	text_bytes(out, l->p, l->n - first);
}

/* SPDX-License-Identifier: MIT */
/* table.c - lists in columns. */
#include "cli/table.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/say.h"

void table_cell(struct table *t, const char *fmt, ...)
{
	struct text s = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_vadd(&s, fmt, ap);
	va_end(ap);
	say_tame(s.p, s.n);
	t->cell = pool_grow(t->pool, t->cell, t->ncells, &t->cap, sizeof(*t->cell));
	t->cell[t->ncells++] = pool_cstr(t->pool, text_as_str(&s));
	text_fini(&s);
}

static int width(const struct table *t, size_t column)
{
	size_t w = 0;

	for (size_t i = column; i < t->ncells; i += t->columns)
		if (strlen(t->cell[i]) > w)
			w = strlen(t->cell[i]);
	return (int)w;
}

void table_print(const struct table *t)
{
	for (size_t i = 0; i < t->ncells; i++) {
		size_t column = i % t->columns;

		if (column + 1 == t->columns)
			printf("%s\n", t->cell[i]);
		else
			printf("%-*s  ", width(t, column), t->cell[i]);
	}
}

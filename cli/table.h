/* SPDX-License-Identifier: MIT */
/* table.h - lists in columns as wide as their longest cell. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/pool.h"

struct table {
	struct pool *pool;
	size_t columns;
	const char **cell; /* row by row */
	size_t ncells, cap;
};

/* The next cell of the row, or the first of the next one. */
void table_cell(struct table *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void table_print(const struct table *);

#endif

/* SPDX-License-Identifier: MIT */
/* archive.c - cpio archives, new ASCII format: per file a header of 110 characters, the name with
 * its NUL and the data, each filled up with NULs to a multiple of 4. */
#include "cli/archive.h"

#define REGULAR 0100644U

static void fill(struct text *t)
{
	while (t->n % 4 != 0)
		text_char(t, '\0');
}

/* Members are numbered by where they stand, which makes the numbers different. */
static void add(struct text *t, unsigned mode, const char *path, struct str data)
{
	size_t name = strlen(path) + 1;

	text_add(t, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		 (unsigned)(t->n / 4 + 1), mode, 0U, 0U, 1U, 0U, (unsigned)data.n, 0U, 0U, 0U, 0U,
		 (unsigned)name, 0U);
	text_bytes(t, path, name);
	fill(t);
	if (data.n)
		text_bytes(t, data.p, data.n);
	fill(t);
}

bool archive_add(struct text *t, const char *path, struct str data)
{
	if (data.n > UINT32_MAX || strlen(path) > 4000)
		return false;
	add(t, REGULAR, path, data);
	return true;
}

void archive_end(struct text *t)
{
	add(t, 0, "TRAILER!!!", (struct str){ 0 });
}

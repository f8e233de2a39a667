/* SPDX-License-Identifier: MIT */
/* archive.c - `ar' archives that carry a configuration and what belongs to it. */
#include "engine/lang/lang.h"

static const struct str magic = STR_LIT("!<arch>\n");

enum { HEADER = 60 };

/* Field offsets and lengths in a member's header. */
enum {
	NAME = 0,
	NAME_LEN = 16,
	DATE = 16,
	DATE_LEN = 12,
	ID = 28,
	ID_LEN = 6,
	MODE = 40,
	MODE_LEN = 8,
	SIZE = 48,
	SIZE_LEN = 10,
	MAGIC = 58
};

struct reader {
	struct graph *graph;
	struct error *err;
	struct str rest;
	struct str names; /* GNU's `//' member: long names */
};

bool archive_is(struct str data)
{
	return data.n && data.p[0] == '!';
}

/* A number in a space-padded field; warns when it is none. */
static bool field(struct reader *r, struct str header, size_t at, size_t len, unsigned base,
		  const char *what, size_t *value)
{
	struct str f = str_trim(str_first(str_from(header, at), len));
	size_t sum = 0;

	for (size_t i = 0; i < f.n; i++) {
		unsigned digit = (unsigned char)f.p[i] - (unsigned)'0';

		if (digit >= base) {
			warn(r->err, "bad %s in archive", what);
			return false;
		}
		sum = sum * base + digit;
	}
	*value = sum;
	return true;
}

/* Does not matter to us, but a damaged archive should not pass in silence. */
static void check_fields(struct reader *r, struct str header)
{
	size_t ignored;

	field(r, header, DATE, DATE_LEN, 10, "date", &ignored);
	field(r, header, ID, ID_LEN, 10, "uid", &ignored);
	field(r, header, ID + ID_LEN, ID_LEN, 10, "gid", &ignored);
	field(r, header, MODE, MODE_LEN, 8, "mode", &ignored);
}

/* The name of a member; one in BSD's long form is taken off the data. */
static struct str member_name(struct reader *r, struct str header, struct str *data)
{
	struct str f = str_first(header, NAME_LEN), name;
	uint32_t n;

	if (str_prefix(&f, "#1/") && str_decimal(&f, &n)) {
		name = str_first(*data, n);
		*data = str_from(*data, n);
		return str_first(name, str_find(name, '\0'));
	}
	f = str_first(header, NAME_LEN);
	if (f.p[0] == '/' && str_prefix(&f, "/") && str_decimal(&f, &n)) {
		name = str_from(r->names, n);
		name = str_first(name, str_find(name, '\n'));
		return str_first(name, str_find(name, '/'));
	}
	f = str_first(header, NAME_LEN);
	f = str_first(f, str_find(f, '/'));
	return str_first(f, str_find(f, ' '));
}

static bool read_member(struct reader *r)
{
	struct str header = str_first(r->rest, HEADER), data, name;
	struct graph *g = r->graph;
	size_t size;

	if (header.n < HEADER)
		return fail(r->err, "truncated archive");
	if (header.p[MAGIC] != '`' || header.p[MAGIC + 1] != '\n')
		return fail(r->err, "bad archive: missing header magic number");
	check_fields(r, header);
	if (!field(r, header, SIZE, SIZE_LEN, 10, "size", &size))
		return false;
	r->rest = str_from(r->rest, HEADER);
	if (size > r->rest.n)
		return fail(r->err, "truncated archive");
	data = str_first(r->rest, size);
	r->rest = str_from(r->rest, size + (size & 1));
	if (str_starts(header, "// ")) {
		r->names = data;
		return true;
	}
	name = member_name(r, header, &data);
	if (!name.n) /* GNU's symbol table */
		return true;
	g->member = pool_grow(g->pool, g->member, g->nmembers, &g->member_cap, sizeof(*g->member));
	g->member[g->nmembers++] = (struct graph_member){ .name = pool_str(g->pool, name),
							  .data = pool_str(g->pool, data) };
	return true;
}

bool archive_read(struct graph *into, struct str data, struct error *err)
{
	struct reader r = { .graph = into, .err = err, .rest = str_from(data, magic.n) };

	if (!str_eq(str_first(data, magic.n), magic))
		return fail(err, "not an archive");
	while (r.rest.n) {
		if (!read_member(&r))
			return false;
	}
	return true;
}

/* The plain form ends names at a space or slash, and must not look like one of the long forms. */
static bool is_plain(struct str name)
{
	return name.n && name.n <= 14 && str_find(name, ' ') == name.n &&
	       str_find(name, '/') == name.n;
}

void archive_write(struct text *out, const struct graph_member *m, size_t n)
{
	text_str(out, magic);
	for (size_t i = 0; i < n; i++) {
		bool plain = is_plain(m[i].name);
		size_t size = m[i].data.n + (plain ? 0 : m[i].name.n);

		if (plain)
			text_add(out, "%-16.*s", STR(m[i].name));
		else
			text_add(out, "#1/%-13zu", m[i].name.n);
		text_add(out, "%-12u%-6u%-6u%-8o%-10zu`\n", 0, 0, 0, 0644, size);
		if (!plain)
			text_str(out, m[i].name);
		text_str(out, m[i].data);
		if (size & 1)
			text_char(out, '\n');
	}
}

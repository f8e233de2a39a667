/* SPDX-License-Identifier: MIT */
/* archive_test.c - configurations in archives. */
#include "engine/lang/testing.h"

#define MAGIC "!<arch>\n"
#define FIELDS "0           0     0     644     "

/* A whole header with a name of 16 characters and a size of 10. */
#define HEADER(name, size) name FIELDS size "`\n"

#define CONFIG(size) HEADER("config          ", size "         ")
#define OBJECT HEADER("a.uo            ", "1         ") "z\n"

/* A symbol table, long names, and a member whose name is the second one of these. */
#define GNU_NAMES                                                               \
	HEADER("/               ", "2         ")                                \
	"\1\2" HEADER("//              ", "12        ") "long/\nconfig" HEADER( \
		"/6              ", "3         ") "X;\n"

static const struct lang_case cases[] = {
	{ MAGIC HEADER("config          ", "3         ") "X;\n\n", "X@1 :: X;\n\n" },
	{ MAGIC HEADER("config/         ", "3         ") "X;\n", "X@1 :: X;\n\n" },
	{ MAGIC HEADER("#1/6            ", "8         ") "configY;", "Y@1 :: Y;\n\n" },
	{ MAGIC HEADER("#1/8            ", "10        ") "config\1\1Y;",
	  "config: archive has no 'config' section\n" },
	{ MAGIC GNU_NAMES, "X@1 :: X;\n\n" },
	{ MAGIC OBJECT CONFIG("3") "b\n;\n", "config:1: undeclared element 'b'\n" },
	{ MAGIC, "config: archive has no 'config' section\n" },
	{ MAGIC HEADER("other           ", "0         "),
	  "config: archive has no 'config' section\n" },
	{ "!<arch", "not an archive\nconfig: archive has no 'config' section\n" },
	{ "!", "not an archive\nconfig: archive has no 'config' section\n" },
	{ MAGIC "config", "truncated archive\nconfig: archive has no 'config' section\n" },
	{ MAGIC HEADER("config          ", "30        ") "X;\n",
	  "truncated archive\nconfig: archive has no 'config' section\n" },
	{ MAGIC "config          " FIELDS "3         xxX;\n",
	  "bad archive: missing header magic number\nconfig: archive has no 'config' section\n" },
	{ MAGIC "config          x           0     0     644     3         `\nX;\n",
	  "warning: bad date in archive\nX@1 :: X;\n\n" },
	{ MAGIC "config          0           u     g     649     3         `\nX;\n",
	  "warning: bad uid in archive\nwarning: bad gid in archive\n"
	  "warning: bad mode in archive\nX@1 :: X;\n\n" },
	{ MAGIC HEADER("config          ", "-3        ") "X;\n",
	  "warning: bad size in archive\nconfig: archive has no 'config' section\n" },
	{ MAGIC HEADER("/99             ", "3         ") "X;\n",
	  "config: archive has no 'config' section\n" },
};

static void test_round_trip(void)
{
	const struct graph_member member[] = {
		{ str_of("config"), str_of("X;") },
		{ str_of("two words"), str_of("odd") },
		{ str_of("a-name-of-more-than-14"), str_of("") },
		{ str_of("#1/3"), str_of("x") },
		{ str_of("fourteen-bytes"), { "\0\n`", 3 } },
	};
	struct graph *g = graph_new();
	struct text t = { NULL, 0, 0 };
	const size_t n = sizeof(member) / sizeof(member[0]);

	archive_write(&t, member, n);
	CHECK_INT(t.n & 1, 0);
	CHECK(archive_is(text_as_str(&t)) && !archive_is(str_of("")) && !archive_is(str_of("X")));
	CHECK(archive_read(g, text_as_str(&t), NULL));
	CHECK_INT(g->nmembers, n);
	for (size_t i = 0; i < n && i < g->nmembers; i++)
		CHECK(str_eq(g->member[i].name, member[i].name) &&
		      str_eq(g->member[i].data, member[i].data));
	text_fini(&t);
	graph_free(g);
}

int main(void)
{
	TABLE(cases);
	test_round_trip();
	return test_end();
}

/* SPDX-License-Identifier: MIT */
/* error_test.c - tests of error.c: how messages look. */
#include "base/error.h"
#include "tests/unit/test.h"

static struct landmark at(const char *file, unsigned line)
{
	return (struct landmark){ str_of(file), line };
}

static void test_landmarks(void)
{
	struct error err;

	error_init(&err);
	CHECK(!fail_at(&err, at("config", 1), "one"));
	fail_at(&err, at("config", 0), "two\nthree");
	fail_at(&err, at("file:", 3), "four");
	fail_at(&err, at("", 3), "five");
	warn_at(&err, at("f", 3), "six\nseven");
	note_at(&err, at("f", 4), "  eight");
	fail(&err, "%s", "");
	CHECK_STR(text_as_str(&err.out),
		  "config:1: one\nconfig: two\nconfig: three\nfile:3: four\nfive\n"
		  "f:3: warning: six\nf:3: seven\nf:4:   eight\n\n");
	CHECK_INT(err.errors, 5);
	CHECK_INT(err.warnings, 1);
	error_fini(&err);
}

static void test_contexts(void)
{
	struct error err;

	error_init(&err);
	error_enter(&err, at("f", 1), "While silent:");
	error_leave(&err);
	error_enter(&err, at("f", 2), "While configuring '%s':", "q :: Queue");
	error_prefix(&err, "CAPACITY: ");
	fail(&err, "invalid number");
	warn(&err, "argument deprecated");
	note(&err, "help");
	error_leave(&err);
	error_enter(&err, at("f", 9), "While calling 'x':");
	fail(&err, "syntax error\nagain");
	fail_at(&err, at("d", 7), "deep");
	error_leave(&err);
	fail(&err, "back");
	error_leave(&err);
	fail(&err, "out");
	CHECK_STR(text_as_str(&err.out), "f:2: While configuring 'q :: Queue':\n"
					 "  CAPACITY: invalid number\n"
					 "  CAPACITY: warning: argument deprecated\n"
					 "  help\n"
					 "  While calling 'x':\n"
					 "    syntax error\n"
					 "    again\n"
					 "d:7:     deep\n"
					 "  back\n"
					 "out\n");
	error_fini(&err);
}

static void to_text(void *arg, struct str line)
{
	text_add(arg, "<%.*s>", STR(line));
}

static void test_extremes(void)
{
	struct text got = { NULL, 0, 0 };
	struct error err;

	CHECK(!fail(NULL, "nobody listens"));
	error_init(&err);
	err.sink = to_text;
	err.sink_arg = &got;
	for (int i = 0; i < ERROR_DEPTH + 5; i++)
		error_enter(&err, at("", 0), "%d", i);
	fail(&err, "deep");
	for (int i = 0; i < ERROR_DEPTH + 5; i++)
		error_leave(&err);
	error_leave(&err);
	text_clear(&got);
	error_prefix(&err, "%099d", 0);
	fail(&err, "x");
	CHECK_INT(got.n, 63 + 3);
	error_fini(&err);
	text_fini(&got);
}

int main(void)
{
	test_landmarks();
	test_contexts();
	test_extremes();
	return test_end();
}

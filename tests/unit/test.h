/* SPDX-License-Identifier: MIT */
/*
 * test.h - checks for unit tests. A test is a program beside the code it tests, X_test.c: main()
 * calls its tests and returns test_end(). A failed check says where and goes on.
 */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <stdio.h>

#include "base/str.h"

static unsigned test_passed, test_failed;

#define CHECK(condition) test_check((condition), __FILE__, __LINE__, #condition)
#define CHECK_INT(got, want)                                                                       \
	test_check_int((long long)(got), (long long)(want), __FILE__, __LINE__, #got)
/* got: a struct str, or a string that ends in NUL. */
#define CHECK_STR(got, want)                                                                       \
	test_check_str(_Generic((got), struct str: test_str, default: str_of)(got), (want),        \
		       __FILE__, __LINE__, #got)

static inline bool test_count(bool ok)
{
	if (ok)
		test_passed++;
	else
		test_failed++;
	return ok;
}

static inline struct str test_str(struct str s)
{
	return s;
}

static inline void test_check(bool ok, const char *file, int line, const char *what)
{
	if (!test_count(ok))
		printf("%s:%d: failed: %s\n", file, line, what);
}

static inline void test_check_int(long long got, long long want, const char *file, int line,
				  const char *what)
{
	if (!test_count(got == want))
		printf("%s:%d: %s is %lld, expected %lld\n", file, line, what, got, want);
}

static inline void test_check_str(struct str got, const char *want, const char *file, int line,
				  const char *what)
{
	if (!test_count(str_is(got, want)))
		printf("%s:%d: %s is\n%.*s\nexpected\n%s\n", file, line, what, STR(got), want);
}

static inline int test_end(void)
{
	printf("%u passed, %u failed\n", test_passed, test_failed);
	return test_failed != 0;
}

#endif

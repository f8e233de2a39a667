/* SPDX-License-Identifier: MIT */
/* code_test.c - port counts, processing and flow strings. */
#include "engine/run/code.h"

#include <limits.h>

#include "tests/unit/test.h"

static void check_counts(const char *code, unsigned in_min, unsigned in_max, unsigned out_min,
			 unsigned out_max, int extra)
{
	struct port_counts c;

	CHECK(port_counts_parse(code, &c));
	CHECK_INT(c.in_min, in_min);
	CHECK_INT(c.in_max, in_max);
	CHECK_INT(c.out_extra, extra);
	if (extra < 0) {
		CHECK_INT(c.out_min, out_min);
		CHECK_INT(c.out_max, out_max);
	}
}

static void test_counts(void)
{
	static const char *const bad[] = { "",      "x",    "1/",  "/1",   "1/x",
					   "1/1/1", "1/=x", "=/1", "2-1x", "1 /1" };
	struct port_counts c;

	check_counts("1/1", 1, 1, 1, 1, -1);
	check_counts("1", 1, 1, 1, 1, -1);
	check_counts("1/1-2", 1, 1, 1, 2, -1);
	check_counts("0/1", 0, 0, 1, 1, -1);
	check_counts("-/0", 0, UINT_MAX, 0, 0, -1);
	check_counts("2/-", 2, 2, 0, UINT_MAX, -1);
	check_counts("-3/2-", 0, 3, 2, UINT_MAX, -1);
	check_counts("1-/=", 1, UINT_MAX, 0, 0, 0);
	check_counts("-/=+", 0, UINT_MAX, 0, 0, 1);
	check_counts("1-/=++", 1, UINT_MAX, 0, 0, 2);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!port_counts_parse(bad[i], &c));
}

/* The letters of the first four inputs and outputs. */
static void check_processing(const char *code, const char *want)
{
	char got[10];

	for (unsigned i = 0; i < 4; i++) {
		got[i] = processing_at(code, false, i);
		got[5 + i] = processing_at(code, true, i);
	}
	got[4] = '/';
	got[9] = '\0';
	CHECK_STR(str_of(got), want);
}

static void test_processing(void)
{
	check_processing("a", "aaaa/aaaa");
	check_processing("h", "hhhh/hhhh");
	check_processing("h/l", "hhhh/llll");
	check_processing("L/H", "llll/hhhh");
	check_processing("a/ah", "aaaa/ahhh");
	check_processing("hl/lh", "hlll/lhhh");
	check_processing("lha", "lhaa/lhaa");
}

/* Which of the first three inputs reach which of the first three outputs, line by line. */
static void check_flow(const char *code, const char *want)
{
	char got[12];

	for (unsigned i = 0; i < 3; i++) {
		for (unsigned o = 0; o < 3; o++)
			got[4 * i + o] = flow_reaches(code, i, o) ? '1' : '0';
		got[4 * i + 3] = i < 2 ? ' ' : '\0';
	}
	CHECK_STR(str_of(got), want);
}

static void test_flow(void)
{
	check_flow("x/x", "111 111 111");
	check_flow("x", "111 111 111");
	check_flow("x/y", "000 000 000");
	check_flow("x/X", "000 000 000");
	check_flow("#/#", "100 010 001");
	check_flow("#/[^#]", "011 101 110");
	check_flow("[^#]/#", "011 101 110");
	check_flow("xy/x", "111 000 000");
	check_flow("xy/xyx", "101 010 010");
	check_flow("[xy]z/yz", "100 011 011");
	check_flow("x/[^x]", "000 000 000");
	check_flow("xy/[^x]", "000 111 111");
	check_flow("#x/[#x]", "100 111 111");
}

int main(void)
{
	test_counts();
	test_processing();
	test_flow();
	return test_end();
}

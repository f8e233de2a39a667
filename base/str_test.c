/* SPDX-License-Identifier: MIT */
/* str_test.c - tests of str.c and text.c. */
#include "base/text.h"
#include "tests/unit/test.h"

static void test_compare(void)
{
	CHECK(str_cmp(str_of("a"), str_of("b")) < 0);
	CHECK(str_cmp(str_of("ab"), str_of("a")) > 0);
	CHECK(str_cmp(str_of(""), str_of("")) == 0);
	CHECK(str_is_nocase(str_of("ECT1"), "ect1"));
	CHECK(!str_is_nocase(str_of("ect"), "ect1"));
	CHECK(!str_is_nocase(str_of("ect1"), "ect"));
	CHECK(!str_is_nocase(str_of("@"), "`"));
	CHECK(str_starts(str_of("abc"), "ab") && !str_starts(str_of("a"), "ab"));
	CHECK(str_ends(str_of("abc"), "bc") && !str_ends(str_of("c"), "bc"));
	CHECK_INT(str_find(str_of("a.b"), '.'), 1);
	CHECK_INT(str_find(str_of("ab"), '.'), 2);
}

static void test_prefixes(void)
{
	struct str s = str_of("0x12 word  rest");
	uint8_t val, mask;
	uint32_t v;

	CHECK(str_prefix(&s, "0x") && !str_prefix(&s, "0x"));
	CHECK(str_hex(&s, &val, &mask) && val == 0x12 && mask == 0xff);
	CHECK(!str_hex(&s, &val, &mask));
	CHECK_STR(str_word(&s), "word");
	CHECK_STR(s, "rest");
	s = str_of("?A");
	CHECK(str_hex(&s, &val, &mask) && val == 0x0a && mask == 0x0f && s.n == 0);
	s = str_of("4294967295,");
	CHECK(str_decimal(&s, &v) && v == 4294967295U && str_char(&s, ',') && !str_char(&s, ','));
	s = str_of("4294967296");
	CHECK(!str_decimal(&s, &v) && s.n == 10);
	s = str_of("-1");
	CHECK(!str_decimal(&s, &v));
	CHECK_STR(str_trim(str_of(" \t a b\r\n")), "a b");
	CHECK_STR(str_from(str_of("abc"), 5), "");
	CHECK_STR(str_from((struct str){ NULL, 0 }, 1), "");
}

static void test_distance(void)
{
	CHECK_INT(str_distance(str_of("Queue"), str_of("Queue")), 0);
	CHECK_INT(str_distance(str_of("Quuee"), str_of("Queue")), 1);
	CHECK_INT(str_distance(str_of("Qeue"), str_of("Queue")), 1);
	CHECK_INT(str_distance(str_of("kitten"), str_of("sitting")), 3);
	CHECK_INT(str_distance(str_of(""), str_of("abc")), 3);
}

static bool glob(const char *pattern, const char *s)
{
	return str_glob(str_of(pattern), str_of(s));
}

static void test_glob(void)
{
	CHECK(glob("*", "") && glob("", "") && !glob("", "a") && !glob("?", ""));
	CHECK(glob("a*c", "abbc") && !glob("a*c", "abbd") && glob("*a*b*", "xxaxxbxx"));
	CHECK(glob("a?c", "abc") && !glob("a?c", "ac"));
	CHECK(glob("[a-c]x", "bx") && !glob("[a-c]x", "dx") && glob("[^a-c]x", "dx"));
	CHECK(glob("[]]", "]") && glob("[a-]", "-") && !glob("[", "["));
	CHECK(glob("\\*", "*") && !glob("\\*", "a") && glob("\\", "\\"));
	CHECK(!glob("*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void test_text(void)
{
	struct text t = { NULL, 0, 0 };

	CHECK_STR(text_as_str(&t), "");
	text_add(&t, "%d", 1);
	for (int i = 0; i < 100; i++)
		text_char(&t, 'x');
	CHECK_INT(t.n, 101);
	CHECK(t.p[101] == '\0');
	text_clear(&t);
	text_add(&t, "%s", "");
	CHECK_STR(text_as_str(&t), "");
	text_add(&t, "%0300d", 7);
	CHECK_INT(t.n, 300);
	text_bytes(&t, NULL, 0);
	CHECK_INT(t.n, 300);
	text_fini(&t);
	CHECK(!t.p && !t.cap);
}

int main(void)
{
	test_compare();
	test_prefixes();
	test_distance();
	test_glob();
	test_text();
	return test_end();
}

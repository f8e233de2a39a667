/* SPDX-License-Identifier: MIT */
/* conf_test.c - configuration strings: splitting, quoting, expansion as scripts have it. */
#include "engine/lang/lang.h"
#include "tests/unit/test.h"

struct conf_case {
	const char *text, *want;
};

#define EACH(cases, i) for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)

static void add_list(struct text *out, const struct str_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		text_add(out, "[%.*s]", STR(l->v[i]));
}

static void test_args(struct pool *pool)
{
	static const struct conf_case cases[] = {
		{ "", "" },
		{ "  ", "" },
		{ "/* */", "" },
		{ "1,", "[1]" },
		{ "1,,", "[1][]" },
		{ ",3", "[][3]" },
		{ ",", "[]" },
		{ " a   b , c ", "[a   b][c]" },
		{ "a /*c*/   b", "[a b]" },
		{ "a/*c*/b", "[a b]" },
		{ "/*x*/ a // y\n", "[a]" },
		{ "a // x, y\n, b", "[a][b]" },
		{ "\"a,b\", 'c,d', \\<2c,>", "[\"a,b\"]['c,d'][\\<2c,>]" },
		{ "(a, b), [c, d], {e, f}", "[(a][b)][[c][d]][{e][f}]" },
		{ "\"/* x */\"/**/'//'", "[\"/* x */\" '//']" },
		{ "don't, x", "[don't, x]" },
		{ "\"a\\\",\", b", "[\"a\\\",\"][b]" },
		{ "http://x", "[http:]" },
		{ "a\\, b", "[a\\][b]" },
	};

	EACH(cases, i)
	{
		struct text out = { NULL, 0, 0 };
		struct str_list l, again;

		conf_args(pool, str_of(cases[i].text), &l);
		add_list(&out, &l);
		CHECK_STR(text_as_str(&out), cases[i].want);
		conf_args(pool, conf_join(pool, l.v, l.n), &again);
		text_clear(&out);
		add_list(&out, &again);
		CHECK_STR(text_as_str(&out), cases[i].want);
		text_fini(&out);
	}
}

static void test_words(struct pool *pool)
{
	static const struct conf_case cases[] = {
		{ " a  b\tc\n", "[a][b][c]" },
		{ "a/**/b", "[a][b]" },
		{ "\"a b\"c 'd e' \\<20 20>f", "[\"a b\"c]['d e'][\\<20 20>f]" },
		{ "", "" },
		{ " // x", "" },
	};

	EACH(cases, i)
	{
		struct text out = { NULL, 0, 0 };
		struct str_list l;

		conf_words(pool, str_of(cases[i].text), &l);
		add_list(&out, &l);
		CHECK_STR(text_as_str(&out), cases[i].want);
		text_fini(&out);
	}
}

static void test_unquote(struct pool *pool)
{
	static const struct conf_case cases[] = {
		{ "plain\\n", "plain\\n" },
		{ "a\"b c\"d", "ab cd" },
		{ "'a\\n$x'", "a\\n$x" },
		{ "\"\\a\\b\\f\\n\\r\\t\\v\"", "\a\b\f\n\r\t\v" },
		{ "\"\\\\ \\\" \\' \\$ \\, \\q\"", "\\ \" ' $ , q" },
		{ "\"\\101\\1011\\7x\"", "AA1\ax" },
		{ "\"\\x41\\x0041 \\x14142\"", "AA B" },
		{ "\"\\xg\"", "xg" },
		{ "\"a\\\nb\\\r\nc\\\rd\"", "abcd" },
		{ "\\<48 65 6c>", "Hel" },
		{ "\"\\<48 6/*5*/5>x\"", "Hex" },
		{ "\\<414>", "A" },
		{ "\\<41zz42", "AB" },
		{ "\"open", "open" },
		{ "'open", "open" },
		{ "\"a\\", "a\\" },
		{ "\"\"", "" },
		{ "'\"'\"'\"", "\"'" },
	};

	EACH(cases, i)
	CHECK_STR(conf_unquote(pool, str_of(cases[i].text)), cases[i].want);
}

static void test_quote(struct pool *pool)
{
	char all[256];
	struct str bytes = { all, sizeof(all) };

	CHECK_STR(conf_quote(pool, str_of("")), "\"\"");
	CHECK_STR(conf_quote(pool, str_of("a b,'c'")), "\"a b,'c'\"");
	CHECK_STR(conf_quote(pool, str_of("\\\"$\t\r\n\a\x7f\xff")),
		  "\"\\\\\\\"\\$\\t\\r\\n\\007\\177\\377\"");
	for (unsigned i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	CHECK(str_eq(conf_unquote(pool, conf_quote(pool, bytes)), bytes));
}

static void test_whole(void)
{
	static const char *const whole[] = { "",    "a",     "(a)",   "\")\"",
					     "')'", "/*)*/", "\\<)>", "//)\n" };
	static const char *const broken[] = { "(",  ")",    ")(",  "\"",   "'",
					      "/*", "// x", "\\<", "a\n#b" };

	EACH(whole, i)
	CHECK(conf_is_whole(str_of(whole[i])));
	EACH(broken, i)
	CHECK(!conf_is_whole(str_of(broken[i])));
}

static bool script_var(void *arg, struct str name, bool call, struct text *value)
{
	(void)arg;
	if (call)
		text_add(value, "<%.*s>", STR(name));
	else if (str_is(name, "?") || str_is(name, "#") || str_is(name, "$") || str_is(name, "1"))
		text_add(value, "{%.*s}", STR(name));
	else if (str_is(name, "q"))
		text_str(value, str_of("a \"b\""));
	else
		return false;
	return true;
}

static void test_script(struct pool *pool)
{
	static const struct conf_case cases[] = {
		{ "$? $# $$ $1 $2 $q", "{?} {#} {$} {1} $2 a \"b\"" },
		{ "$(add 1 $1)", "<add 1 {1}>" },
		{ "$(a $(b $(c)))", "<a <b <c>>>" },
		{ "$(a (b) c) d", "<a (b) c> d" },
		{ "$(a \")\" ')')", "<a \")\" ')'>" },
		{ "\"$(a b)\"", "\"<a b>\"" },
		{ "\"$q\"", "\"a \\\"b\\\"\"" },
		{ "'$q' $(", "'$q' $(" },
		{ "${?} ${$}", "{?} {$}" },
		{ "${x-$(y)}", "<y>" },
		{ "$($($($($($($($($($(a))))))))))", "<<<<<<<<<<a>>>>>>>>>>" },
	};
	struct conf_scope scope = { .get = script_var, .script = true };

	EACH(cases, i)
	CHECK_STR(conf_expand(pool, str_of(cases[i].text), &scope, false), cases[i].want);
	CHECK_STR(conf_expand(pool, str_of("x $q\"$q\"'$q'$n"), &scope, true),
		  "x \"a \\\"b\\\"\"\"a \\\"b\\\"\"'$q'$n");
}

static void test_slow(struct pool *pool)
{
	struct conf_scope scope = { .get = script_var, .script = true };
	static const char *const piece[] = { "${", "$(", "\\<", "/*", "\"$(", "'", "${x", "$(\"" };

	EACH(piece, i)
	{
		struct text t = { NULL, 0, 0 };
		struct str_list l;

		while (t.n < 300000)
			text_str(&t, str_of(piece[i]));
		conf_expand(pool, text_as_str(&t), &scope, false);
		conf_args(pool, text_as_str(&t), &l);
		conf_words(pool, text_as_str(&t), &l);
		conf_unquote(pool, text_as_str(&t));
		text_fini(&t);
	}
}

int main(void)
{
	struct pool *pool = pool_new();

	test_args(pool);
	test_words(pool);
	test_unquote(pool);
	test_quote(pool);
	test_whole();
	test_script(pool);
	test_slow(pool);
	pool_free(pool);
	return test_end();
}

/* SPDX-License-Identifier: MIT */
/* vars_test.c - the language: variables, define, require, libraries. */
#include "engine/lang/testing.h"

static const struct lang_case variables[] = {
	{ "define($a 1, $b two words) X($a, $b)", "X@1 :: X(1, two words);\n\n" },
	{ "X($a); define($a 1)", "X@1 :: X(1);\n\n" },
	{ "define($a $b, $b $c, $c 3) X($a)", "X@1 :: X(3);\n\n" },
	{ "define($a) X(<$a>)", "X@1 :: X(<>);\n\n" },
	{ "define($a /* x */ 1 /* y */) X($a)", "X@1 :: X(1);\n\n" },
	{ "define($a 1) X($a$a, a$a, $ab, $a-b, $a/b)", "X@1 :: X(11, a1, $ab, 1-b, 1/b);\n\n" },
	{ "X($b, ${b}, ${b[0]})", "X@1 :: X($b, ${b}, ${b[0]});\n\n" },
	{ "define($a 1) X(${a}b, ${a-2}, ${b-2 3}, ${b-$a}, ${b-})",
	  "X@1 :: X(1b, 1, 2 3, 1, );\n\n" },
	{ "define($a x \"y z\" w) X(${a[0]}, ${a[1]}, ${a[2]}, ${a[3]}, ${a[-1]}, ${a[i]})",
	  "X@1 :: X(x, \"y z\", w, , x \"y z\" w, x \"y z\" w);\n\n" },
	{ "define($a b, $b 2) X(${$a}, ${${a}}, ${a$a})", "X@1 :: X(2, 2, ${a$a});\n\n" },
	{ "define($i 1, $a x y) X(${a[$i]})", "X@1 :: X(y);\n\n" },
	{ "define($x 1) X($$x, $?x, $#x, $(a $x), ${, ${x, ${ x}, $)",
	  "X@1 :: X($$x, $?x, $#x, $(a 1), ${, ${x, ${ x}, $);\n\n" },
	{ "define($x 1) X('$x', \"$x\", /* $x */ // $x\n \"\\$x\", \\$x)",
	  "X@1 :: X('$x', \"1\", /* $x */ // $x\n \"\\$x\", \\1);\n\n" },
	{ "define($x 41) X(\\<$x>, \"\\<$x>$x\", \\</*$x*/$x\">\"$x\")",
	  "X@1 :: X(\\<41>, \"\\<41>41\", \\</*$x*/41\">\"41\");\n\n" },
	{ "define($x \"a\\b$\") X($x, \"$x\", '$x')",
	  "X@1 :: X(\"a\\b$\", \"\\\"a\\\\b\\$\\\"\", '$x');\n\n" },
	{ "define($x a\tb) X(\"$x\", \"${y-a\tb}\")", "X@1 :: X(\"a\\tb\", \"a\\tb\");\n\n" },
	{ "define($x a, $x b)", "config:1: parameter '$x' multiply defined\n" },
	{ "define($x a) define($x b)", "config:1: parameter '$x' multiply defined\n" },
	{ "elementclass C { $x | define($x 1) }", "config:1: parameter '$x' multiply defined\n" },
	{ "define(x 1)", "config:1: bad 'define' declaration: not a variable\n" },
	{ "define($ 1)", "config:1: bad 'define' declaration: not a variable\n" },
	{ "define($a-b 1)", "config:1: bad 'define' declaration: not a variable\n" },
	{ "define($a 1,)", "" },
	{ "define", "config:1: syntax error near ''\n" },
	{ "define X", "config:1: syntax error near 'X'\n" },
	{ "define($c X) $c", "config:1: syntax error near '$c'\n" },
	{ "define($x 1, 2) X($x)", "config:1: bad 'define' declaration: not a variable\n" },
	{ "define($x \"1, 2\") X($x)", "X@1 :: X(\"1, 2\");\n\n" },
	{ "elementclass C { __REST__ $r | X($r) } C(1, 2, 3)", "C@1/X@1 :: X(1, 2, 3);\n\n" },
	{ "elementclass C { __REST__ $r | D($r) } elementclass D { $a, $b | X($b, $a) } C(1, 2)",
	  "C@1/D@1 :: D(1, 2);\n\n" },
	{ "elementclass D { $a, $b | X($b, $a) } elementclass C { __REST__ $r | D($r) } C(1, 2)",
	  "C@1/D@1/X@1 :: X(2, 1);\n\n" },
};

static const struct lang_case lexical[] = {
	{ "define($a 1) elementclass C { X($a) } C", "C@1/X@1 :: X(1);\n\n" },
	{ "define($a 1) { define($a 2) X($a) } X($a)", "X@2 :: X(1);\n@1/X@1 :: X(2);\n\n" },
	{ "elementclass C { X($v) } D :: { define($v 2) C }",
	  "config:1: class 'D' used as element name\n" },
	{ "elementclass C { X($v) } d :: { define($v 2) C }", "d/C@1/X@1 :: X($v);\n\n" },
	{ "elementclass C { $v | elementclass E { X($v) } E; { E } } C(3)",
	  "C@1/E@1/X@1 :: X(3);\nC@1/@2/E@1/X@1 :: X(3);\n\n" },
	{ "define($a $b, $b 1) { define($b 2) X($a) }", "@1/X@1 :: X(1);\n\n" },
	{ "elementclass C { $a | X($a) } define($b 7) C($b)", "C@1/X@1 :: X(7);\n\n" },
	{ "elementclass C { $a | X($a) } C($a)", "C@1/X@1 :: X($a);\n\n" },
	{ "elementclass C { $a, $b | X($a) } C($b, 2)", "C@1/X@1 :: X($b);\n\n" },
	{ "elementclass C { $a, $b | X($a, $b) } define($l 1, $m 2) C($l, $m)",
	  "C@1/X@1 :: X(1, 2);\n\n" },
	{ "define($a $a) X($a)", "X@1 :: X($a);\n\n" },
	{ "define($a x$a) X($a)", "X@1 :: X(xxxxxxxxxx$a);\n\n" },
	{ "define($o (, $c )) X($o); Y($o 1 $c)", "X@1 :: X(\"(\");\nY@2 :: Y(( 1 ));\n\n" },
	{ "define($a /) X(${a}${a} x, y)", "X@1 :: X;\n\n" },
};

static const struct lang_case requirements[] = {
	{ "require(a, package b, package \"c d\", compact_config) X",
	  "require(package \"a\", package \"b\", package \"c d\", compact_config);\n\nX@1 :: "
	  "X;\n\n" },
	{ "require()", "" },
	{ "require(\"a\")", "require(package \"a\");\n\n" },
	{ "require(package)", "config:1: syntax error at requirement\n" },
	{ "require(library)", "config:1: syntax error at requirement\n" },
	{ "require(a b)", "config:1: syntax error at requirement\n" },
	{ "require(package a b)", "config:1: syntax error at requirement\n" },
	{ "require(a,,b)", "config:1: syntax error at requirement\n" },
	{ "require X", "config:1: syntax error near 'X'\n" },
	{ "{ require(a) }", "require(package \"a\");\n\n" },
	{ "require(library none)", "config:1: library 'none' not found in CLICKPATH/conf\n" },
	{ "{ require(library l) }", "config:1: 'require library' must be used at file scope\n" },
};

static void library_case(const char *file, const char *clickpath, const char *text,
			 const char *want)
{
	static struct lang_file files[] = {
		{ "./l.click", "elementclass L { -> Q -> }\n" },
		{ "dir/l.click", "X(\nin dir)" },
		{ "dir/sub/m.click", "require(library n.click)" },
		{ "dir/sub/n.click", "X(n)\ny" },
		{ "/a/conf/click/l.click", "X(a1)" },
		{ "/a/conf/l.click", "X(a2)" },
		{ "/b/conf/l.click", "X(b2)" },
		{ "/b/p.click", "X(b3); define($p 1)" },
		{ "/abs", "{ X" },
		{ "/loop", "require(library /loop) require(library k.click) X(loop)" },
		{ "/k.click", "elementclass L { -> Q -> }" },
		{ "/r/z", "X(root)" },
		{ NULL, NULL },
	};
	struct lang_host host = { .is_class = testing_is_class,
				  .read_file = testing_read_file,
				  .clickpath = clickpath,
				  .arg = files };
	struct lang_source source = { .text = str_of(text), .file = str_of(file) };
	struct text out = { NULL, 0, 0 };

	testing_run(&out, &source, &host);
	CHECK_STR(text_as_str(&out), want);
	text_fini(&out);
}

static void test_libraries(void)
{
	library_case("config", NULL, "require(library l.click, library \"l.click\") A -> L -> B",
		     "A@1 :: A;\nB@3 :: B;\nL@2/Q@1 :: Q;\n\nA@1 -> L@2/Q@1\n    -> B@3;\n");
	library_case("dir/f", NULL, "require(library l.click)", "X@1 :: X(\nin dir);\n\n");
	library_case(
		"dir/f", NULL, "require(library sub/m.click) z",
		"dir/sub/n.click:2: undeclared element 'y'\ndir/f:1: undeclared element 'z'\n");
	library_case("f", "/a:/b", "require(library l.click) Y", "X@1 :: X(a1);\nY@2 :: Y;\n\n");
	library_case("f", "/b:/a", "require(library l.click)", "X@1 :: X(b2);\n\n");
	library_case("f", "/a:/b", "require(library p.click) X($p)",
		     "X@1 :: X(b3);\nX@2 :: X(1);\n\n");
	library_case("dir/f", "/c::/a", "require(library l.click)", "X@1 :: X(\nin dir);\n\n");
	library_case("/r/f", NULL, "require(library z)", "X@1 :: X(root);\n\n");
	library_case("f", NULL, "require(library /abs)\nz",
		     "/abs:1: expected '}'\nf:2: undeclared element 'z'\n");
	library_case("f", NULL, "require(library /loop) X; Y -> { -> L -> } -> Z",
		     "X@1 :: X(loop);\nX@2 :: X;\nY@3 :: Y;\nZ@5 :: Z;\n@4/L@1/Q@1 :: Q;\n\n"
		     "Y@3 -> @4/L@1/Q@1\n    -> Z@5;\n");
	library_case("f", "/a", "\nrequire(library q)",
		     "f:2: library 'q' not found in CLICKPATH/conf\n");
}

static bool refuse(void *arg, struct str package, struct error *err)
{
	(void)arg;
	error_enter(err, (struct landmark){ .line = 0 },
		    "While loading package '%.*s':", STR(package));
	fail(err, "can't find required package '%.*s.uo'", STR(package));
	error_leave(err);
	return false;
}

static void test_settings(void)
{
	const struct lang_var set[] = { { str_of("a"), str_of("set") },
					{ str_of("c"), str_of("$b") } };
	struct lang_source source = { .text = str_of("define($a 1, $b 2) X($a $b $c)\n"
						     "{ define($a 3) X($a) }"),
				      .file = str_of("config"),
				      .vars = set,
				      .nvars = 2 };
	struct graph_text_options options = { .defines = true, .landmarks = true };
	struct lang_host host = { .is_class = testing_is_class };
	struct text out = { NULL, 0, 0 };
	struct error err;
	struct graph *g;

	testing_run(&out, &source, &host);
	CHECK_STR(text_as_str(&out), "X@1 :: X(set 2 2);\n@2/X@1 :: X(3);\n\n");
	text_clear(&out);
	source.keep_globals = true;
	g = lang_parse(&source, &host, NULL);
	graph_unparse(g, &out, &options);
	CHECK_STR(text_as_str(&out), "define($b 2);\n\n# 1 \"config\"\nX@1 :: X(set $b $b);\n"
				     "# 2 \"config\"\n@2/X@1 :: X(3);\n\n");
	graph_free(g);
	text_clear(&out);

	error_init(&err);
	host.require = refuse;
	source.text = str_of("\nrequire(q)");
	CHECK(!lang_parse(&source, &host, &err));
	CHECK_STR(text_as_str(&err.out), "While loading package 'q':\n"
					 "  can't find required package 'q.uo'\n"
					 "config:2: requirement 'q' not available\n");
	error_fini(&err);
	text_fini(&out);
}

/* A text of a few hundred bytes that wants to become very large. */
static void test_explosion(void)
{
	struct lang_host host = { .is_class = testing_is_class };
	struct text t = { NULL, 0, 0 };

	text_str(&t, str_of("define($z x"));
	for (int i = 0; i < 9; i++) {
		text_add(&t, ", $%c ", 'a' + i);
		for (int j = 0; j < 40; j++)
			text_add(&t, "$%c", i == 8 ? 'z' : 'b' + i);
	}
	text_str(&t, str_of(") X($a)"));
	testing_case(&(struct lang_case){ t.p, "config:1: configuration too large\n" }, &host);
	text_fini(&t);
}

int main(void)
{
	TABLE(variables);
	TABLE(lexical);
	TABLE(requirements);
	test_libraries();
	test_settings();
	test_explosion();
	return test_end();
}

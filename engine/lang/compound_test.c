/* SPDX-License-Identifier: MIT */
/* compound_test.c - the language: compounds, parameters, overloading, flattening. */
#include "engine/lang/testing.h"

static const struct lang_case ends[] = {
	{ "elementclass C { input -> Queue -> output } Idle -> c :: C -> D",
	  "Idle@1 :: Idle;\nD@3 :: D;\nc/Queue@1 :: Queue;\n\n"
	  "Idle@1 -> c/Queue@1\n    -> D@3;\n" },
	{ "X -> { [0] -> Y -> [0] } -> Z",
	  "X@1 :: X;\nZ@3 :: Z;\n@2/Y@1 :: Y;\n\nX@1 -> @2/Y@1\n    -> Z@3;\n" },
	{ "X -> c :: { input [0] -> Y -> [0] output } -> Z",
	  "X@1 :: X;\nZ@3 :: Z;\nc/Y@1 :: Y;\n\nX@1 -> c/Y@1\n    -> Z@3;\n" },
	{ "x :: X [0,1] => c :: { => Y, Z => } [] => [0,1] y :: Y",
	  "x :: X;\ny :: Y;\nc/Y@1 :: Y;\nc/Z@2 :: Z;\n\n"
	  "x -> c/Y@1\n    -> y;\nx [1] -> c/Z@2\n    -> [1] y;\n" },
	{ "x :: X -> { -> a :: A; a -> ; a [1] -> } -> y :: Y",
	  "x :: X;\ny :: Y;\n@2/a :: A;\n\n@2/a [1] -> y;\nx -> @2/a\n    -> y;\n" },
	{ "x :: X [0,1] => [0,1] { [0], [1] -> Y -> [0], [1] } => Z, Z",
	  "x :: X;\nZ@3 :: Z;\nZ@4 :: Z;\n@2/Y@1 :: Y;\n\n@2/Y@1 -> Z@4;\n"
	  "x -> @2/Y@1\n    -> Z@3;\nx [1] -> @2/Y@1;\n" },
	{ "{ input :: Idle }", "config:1: redeclaration of element 'input'\n" },
	{ "c :: { Idle -> input }",
	  "config:1: '<anonymous>' pseudoelement 'input' may only be used as output\n"
	  "config:1: 'c/input' used as input\n" },
	{ "elementclass C {\noutput -> Discard }",
	  "config:2: 'C' pseudoelement 'output' may only be used as input\n" },
	{ "elementclass C {\n\n[1] -> Discard }", "config:3: 'C' input 0 missing\n" },
	{ "elementclass C { Idle -> [2] output; Idle -> output }",
	  "config:1: 'C' output 1 missing\n" },
	{ "{ -> -> Discard }", "config:1: implicit ports used in the middle of a chain\n"
			       "config:1: '@1' input 0 unused\n"
			       "config:1: '@1' output 0 unused\n" },
	{ "{ X -> [0] -> Discard }", "config:1: implicit ports used in the middle of a chain\n"
				     "config:1: '@1' output 0 unused\n" },
	{ "{ input(3) -> Discard }", "config:1: configuration string ignored on element reference\n"
				     "config:1: '@1' input 0 unused\n" },
	{ "{ Idle -> , X }", "config:1: syntax error near ','\n" },
	{ "{ Idle", "config:1: expected '}'\n" },
	{ "elementclass C { Idle\n", "config:2: expected '}'\n" },
	{ "( { X ) }", "config:1: expected '}'\nconfig:1: syntax error near '}'\n" },
	{ "{ X ) }", "config:1: syntax error near ')'\n" },
	{ "A -> { X -> Y; -> Z }",
	  "config:1: warning: suggest 'input ->' or '[0] ->' to start connection\n"
	  "A@1 :: A;\n@2/X@1 :: X;\n@2/Y@2 :: Y;\n@2/Z@3 :: Z;\n\n"
	  "@2/X@1 -> @2/Y@2;\nA@1 -> @2/Z@3;\n" },
	{ "A -> { X -> Y;\n=> Z }",
	  "config:2: warning: suggest 'input =>' or '[0] =>' to start connection\n"
	  "A@1 :: A;\n@2/X@1 :: X;\n@2/Y@2 :: Y;\n@2/Z@3 :: Z;\n\n"
	  "@2/X@1 -> @2/Y@2;\nA@1 -> @2/Z@3;\n" },
	{ "X -> { -> ; -> Y } -> Z", "X@1 :: X;\nZ@3 :: Z;\n@2/Y@1 :: Y;\n\n"
				     "X@1 -> Z@3;\nX@1 -> @2/Y@1;\n" },
	{ "X -> { x :: X; -> x -> } -> Y",
	  "X@1 :: X;\nY@3 :: Y;\n@2/x :: X;\n\nX@1 -> @2/x\n    -> Y@3;\n" },
};

static const struct lang_case scopes[] = {
	{ "{ a :: X } a", "config:1: undeclared element 'a'\n" },
	{ "a :: X; { a }", "config:1: undeclared element 'a'\n" },
	{ "a :: X; { a :: Y }", "a :: X;\n@2/a :: Y;\n\n" },
	{ "{ elementclass C X; C } c :: C", "c :: C;\n@1/C@1 :: X;\n\n" },
	{ "elementclass K X; { K; { K } }", "@1/K@1 :: X;\n@1/@2/K@1 :: X;\n\n" },
	{ "elementclass X { X(1) } X; elementclass X { X } X",
	  "X@1/X@1 :: X(1);\nX@2/X@1/X@1 :: X(1);\n\n" },
	{ "elementclass X Y; X; elementclass X { X(1) } X", "X@1 :: Y;\nX@2/X@1 :: Y(1);\n\n" },
	{ "a :: X; elementclass X Y; b :: X", "a :: X;\nb :: Y;\n\n" },
	{ "elementclass B Queue; elementclass C B; C", "C@1 :: Queue;\n\n" },
	{ "elementclass B { X } elementclass C B; C; B", "C@1/X@1 :: X;\nB@2/X@1 :: X;\n\n" },
	{ "elementclass B Foo; B; Foo", "config:1: unknown element class 'Foo'\n" },
	{ "elementclass { X }", "config:1: syntax error near '{'\n" },
	{ "elementclass A;", "config:1: syntax error near ';'\n" },
	{ "elementclass ;", "config:1: syntax error near ';'\n" },
	{ "( elementclass K X; K ) K", "K@4 :: X;\nK@5 :: X;\n\n" },
};

static const struct lang_case params[] = {
	{ "elementclass C { $a, $b | X($a); Y($b) } C(1, 2)",
	  "C@1/X@1 :: X(1);\nC@1/Y@2 :: Y(2);\n\n" },
	{ "elementclass C { | X } C", "C@1/X@1 :: X;\n\n" },
	{ "elementclass C { $a, K $k | X($a, $k) } C(1, K 2)", "C@1/X@1 :: X(1, 2);\n\n" },
	{ "elementclass C { K $k, L $l | X($k, $l) } C(L 2 3, K 1)", "C@1/X@1 :: X(1, 2 3);\n\n" },
	{ "elementclass C { K $k | X($k) } C(K 1, K 2)", "C@1/X@1 :: X(2);\n\n" },
	{ "elementclass C { K $k | X($k) } C(K)", "C@1/X@1 :: X;\n\n" },
	{ "elementclass C { $a, K $k | X($a, $k) } C(K 1, K 2)", "C@1/X@1 :: X(K 1, 2);\n\n" },
	{ "elementclass C { $x, __REST__ $r | X($x); Y($r) }  C(1,2,3,\"a,b\")",
	  "C@1/X@1 :: X(1);\nC@1/Y@2 :: Y(2, 3, \"a,b\");\n\n" },
	{ "elementclass C { __REST__ $r | X($r) } C", "C@1/X@1 :: X;\n\n" },
	{ "elementclass C { $a, K $k, __REST__ $r | X($a, $k, $r) } C(1, L 2, K 3, 4)",
	  "C@1/X@1 :: X(1, 3, L 2, 4);\n\n" },
	{ "elementclass C { __REST__ $r | X($r) } C(1, __REST__ 2)",
	  "C@1/X@1 :: X(1, __REST__ 2);\n\n" },
	{ "elementclass C { $a | X($a) } C(,)", "C@1/X@1 :: X;\n\n" },
	{ "elementclass C { $a | X } C", "config:1: no match for 'C[0 inputs, 0 outputs]'\n"
					 "config:1: candidates are:\n"
					 "config:1:   C(<arg>)[0 inputs, 0 outputs]\n" },
	{ "elementclass C { K $k | X } C(L 1)",
	  "config:1: no match for 'C[1 argument, 0 inputs, 0 outputs]'\n"
	  "config:1: candidates are:\nconfig:1:   C(K)[0 inputs, 0 outputs]\n" },
	{ "elementclass C { $a, K $k, __REST__ $r | X -> } C(1,\n 2)\n",
	  "config:3: no match for 'C[2 arguments, 0 inputs, 0 outputs]'\n"
	  "config:3: candidates are:\nconfig:1:   C(<arg>, K, ...)[0 inputs, 1 output]\n" },
	{ "elementclass C { $a, $a | }", "config:1: parameter '$a' multiply defined\n" },
	{ "elementclass C { K $a, K $b | }",
	  "config:1: repeated keyword parameter 'K' in compound element\n" },
	{ "elementclass C { K $a, $b | }",
	  "config:1: compound element parameters out of order\n"
	  "config:1: (The correct order is '[positional], [keywords], [__REST__]'.)\n" },
	{ "elementclass C { __REST__ $a, K $b | }",
	  "config:1: compound element parameters out of order\n"
	  "config:1: (The correct order is '[positional], [keywords], [__REST__]'.)\n" },
	{ "elementclass C { $a, b | X }", "config:1: expected variable\n" },
	{ "elementclass C { $a, | X }", "config:1: expected variable\n" },
	{ "elementclass C { $a $b | X }", "config:1: expected ',' or '|'\n" },
	{ "elementclass C { $a; X(|) }", "config:1: expected ',' or '|'\n" },
};

static const struct lang_case overloads[] = {
	{ "elementclass C { X || $a | Y($a) || -> Z } C; C(1); Idle -> C",
	  "Idle@3 :: Idle;\nC@1/X@1 :: X;\nC@2/Y@1 :: Y(1);\nC@4/Z@1 :: Z;\n\n"
	  "Idle@3 -> C@4/Z@1;\n" },
	{ "elementclass Queue { $c, $r | -> Queue($c) -> S($r) -> || ... }\n"
	  "Idle -> Queue(3) -> Discard",
	  "Idle@1 :: Idle;\nQueue@2 :: Queue(3);\nDiscard@3 :: Discard;\n\n"
	  "Idle@1 -> Queue@2\n    -> Discard@3;\n" },
	{ "elementclass Queue { $c, $r | -> Queue($c) -> S($r) -> || ... }\n"
	  "Idle -> Queue(3, 4) -> Discard",
	  "Idle@1 :: Idle;\nDiscard@3 :: Discard;\nQueue@2/Queue@1 :: Queue(3);\n"
	  "Queue@2/S@2 :: S(4);\n\nIdle@1 -> Queue@2/Queue@1\n    -> Queue@2/S@2\n"
	  "    -> Discard@3;\n" },
	{ "elementclass X { $a | X($a, 0) || ... } elementclass X { $a, $b | X($b, $a) || ... }\n"
	  "X(1, 2); X(1); X",
	  "X@3 :: X;\nX@1/X@1 :: X(2, 1);\nX@2/X@1 :: X(1, 0);\n\n" },
	{ "define($v 7) elementclass X { $a | X($a, 0) || ... } X($v, 1)", "X@1 :: X(7, 1);\n\n" },
	{ "elementclass A { -> || $a | -> } Idle -> A(1, 2) -> Discard",
	  "config:1: no match for 'A[2 arguments, 1 input, 1 output]'\n"
	  "config:1: candidates are:\nconfig:1:   A[1 input, 1 output]\n"
	  "config:1:   A(<arg>)[1 input, 1 output]\n" },
	{ "elementclass A { X || Y ->\n|| $a | X } A(2) -> Discard",
	  "config:2: no match for 'A[1 argument, 0 inputs, 1 output]'\n"
	  "config:2: candidates are:\nconfig:1:   A[0 inputs, 0 outputs]\n"
	  "config:1:   A[0 inputs, 1 output]\nconfig:2:   A(<arg>)[0 inputs, 0 outputs]\n"
	  "config:2: 'A@1' has no output 0\n" },
	{ "{ X || $a | Y } (1, 2)",
	  "config:1: no match for '<anonymous>[2 arguments, 0 inputs, 0 outputs]'\n"
	  "config:1: candidates are:\nconfig:1:   <anonymous>[0 inputs, 0 outputs]\n"
	  "config:1:   <anonymous>(<arg>)[0 inputs, 0 outputs]\n" },
	{ "elementclass Aa { X || ... }", "config:1: cannot extend unknown element class 'Aa'\n" },
	{ "{ X || ... }", "config:1: cannot extend unknown element class '<anonymous>'\n" },
	{ "elementclass X { ... }",
	  "config:1: '...' should occur last, after one or more compounds\n" },
	{ "elementclass X { Y || ... || Z }",
	  "config:1: '...' should occur last, after one or more compounds\n" },
};

static const struct lang_case flattening[] = {
	{ "x :: { y :: { z :: X } }", "x/y/z :: X;\n\n" },
	{ "a :: { b :: { c :: X }; d :: X } e :: X; f :: { g :: X }",
	  "e :: X;\na/d :: X;\na/b/c :: X;\nf/g :: X;\n\n" },
	{ "x/y :: X;\nx :: { y :: Y }", "config:2: redeclaration of element 'x/y'\n"
					"config:1: 'x/y' previously declared here\n" },
	{ "x :: { y :: Y };\nx/y :: X;", "config:1: redeclaration of element 'x/y'\n"
					 "config:2: 'x/y' previously declared here\n" },
	{ "elementclass x/y X; x :: { y :: Y }", "config:1: 'x/y' is an element class\n" },
	{ "x, y :: X; c :: { [0] -> [0], [1]; [1] -> [0], [1] } x, y => [0,1] c; c => X, Y",
	  "x :: X;\ny :: X;\nX@4 :: X;\nY@5 :: Y;\n\nx -> X@4;\ny -> X@4;\nx -> Y@5;\n"
	  "y -> Y@5;\n" },
	{ "x :: X; x -> { -> } -> { -> } -> y :: Y", "x :: X;\ny :: Y;\n\nx -> y;\n" },
	{ "c :: { -> } c -> c", "" },
	{ "c :: { -> } c -> c; X -> c -> Y", "X@2 :: X;\nY@3 :: Y;\n\nX@2 -> Y@3;\n" },
	{ "\nx :: { -> D }", "config:2: 'x' input 0 unused\n" },
	{ "x :: { X -> ; X -> [1] output } x [1] -> D", "config:1: 'x' output 0 unused\n" },
	{ "x :: { -> D } X -> [1] x -> D",
	  "config:1: 'x' input 0 unused\nconfig:1: 'x' has no input 1\n"
	  "config:1: 'x' has no output 0\n" },
	{ "X -> x :: { D }", "config:1: 'x' has no input 0\n" },
	{ "y :: { x :: { -> D } }", "config:1: 'y/x' input 0 unused\n" },
};

static void add_times(struct text *t, const char *what, int n)
{
	for (int i = 0; i < n; i++)
		text_str(t, str_of(what));
}

static void test_limits(void)
{
	struct lang_host host = { .is_class = testing_is_class };
	struct text t = { NULL, 0, 0 }, want = { NULL, 0, 0 };

	add_times(&t, "{", 50);
	add_times(&t, "X", 1);
	add_times(&t, "}", 50);
	add_times(&want, "@1/", 50);
	add_times(&want, "X@1 :: X;\n\n", 1);
	testing_case(&(struct lang_case){ t.p, want.p }, &host);
	text_clear(&t);
	add_times(&t, "{", 51);
	add_times(&t, "X(})", 1);
	add_times(&t, "}", 51);
	testing_case(
		&(struct lang_case){
			t.p, "config:1: maximum compound element nesting depth exceeded\n" },
		&host);
	text_clear(&t);
	text_add(&t, "elementclass C0 { X }");
	for (int i = 0; i < 3000; i++)
		text_add(&t, "elementclass C%d { C%d }", i + 1, i);
	text_add(&t, "C3000");
	testing_case(
		&(struct lang_case){
			t.p, "config:1: maximum compound element nesting depth exceeded\n" },
		&host);
	text_clear(&t);
	text_add(&t, "elementclass C0 { X }");
	for (int i = 0; i < 30; i++)
		text_add(&t, "elementclass C%d { C%d; C%d; C%d }", i + 1, i, i, i);
	text_add(&t, "C30");
	testing_case(&(struct lang_case){ t.p, "config:1: configuration too large\n" }, &host);
	text_fini(&t);
	text_fini(&want);
}

static void test_open_classes(void)
{
	struct lang_source source = {
		.text = str_of("elementclass N { $a | -> X($a) -> }\n"
			       "elementclass P { $v | -> a :: N($v) -> Y($v, $w) -> ; Z -> [1] }\n"
			       "elementclass Alias N; elementclass Q { -> }\n"
			       "X -> N(1) -> Y"),
		.file = str_of("config"),
		.open_classes = true,
	};
	struct lang_host host = { .is_class = testing_is_class };
	struct text out = { NULL, 0, 0 };

	testing_run(&out, &source, &host);
	CHECK_STR(text_as_str(&out),
		  "X@1 :: X;\nY@3 :: Y;\nN@2/X@1 :: X(1);\n"
		  "N/input :: <input>;\nN/output :: <output>;\nN/X@1 :: X($a);\n"
		  "P/input :: <input>;\nP/output :: <output>;\nP/Y@2 :: Y($v, $w);\n"
		  "P/Z@3 :: Z;\nP/a/X@1 :: X($v);\n"
		  "Q/input :: <input>;\nQ/output :: <output>;\n\n"
		  "X@1 -> N@2/X@1\n    -> Y@3;\nN/input -> N/X@1\n    -> N/output;\n"
		  "P/Z@3 -> [1] P/output;\n"
		  "P/input -> P/a/X@1\n    -> P/Y@2\n    -> P/output;\nQ/input -> Q/output;\n");
	text_fini(&out);
}

int main(void)
{
	TABLE(ends);
	TABLE(scopes);
	TABLE(params);
	TABLE(overloads);
	TABLE(flattening);
	test_open_classes();
	test_limits();
	return test_end();
}

/* SPDX-License-Identifier: MIT */
/* lang_test.c - the language: tokens, statements, names, ports, connections, groups. */
#include "engine/lang/testing.h"

static const struct lang_case tokens[] = {
	{ "", "" },
	{ " \t\v\f\r\n // x\n/* y */", "" },
	{ "/* no end", "" },
	{ ";;;", "" },
	{ "a_b@c/d :: Idle", "a_b@c/d :: Idle;\n\n" },
	{ "a//b\n:: Idle", "a :: Idle;\n\n" },
	{ "a/*b*/:: Idle", "a :: Idle;\n\n" },
	{ "a/ :: Idle", "config:1: undeclared element 'a'\n"
			"config:1: syntax error near '/'\n"
			"config:1: syntax error near '::'\n" },
	{ "Idle->Discard//\n", "Idle@1 :: Idle;\nDiscard@2 :: Discard;\n\nIdle@1 -> Discard@2;\n" },
	{ "input :: Idle; output :: Discard; input -> output",
	  "input :: Idle;\noutput :: Discard;\n\ninput -> output;\n" },
	{ "provide;", "config:1: syntax error near 'provide'\n" },
	{ "?", "config:1: syntax error near '?'\n" },
	{ "$x", "config:1: syntax error near '$x'\n" },
	{ "$", "config:1: syntax error near '$'\n" },
	{ "...", "config:1: syntax error near '...'\n" },
	{ "||", "config:1: syntax error near '||'\n" },
	{ "=", "config:1: syntax error near '='\n" },
	{ "a\n\r\n\rb", "config:1: undeclared element 'a'\nconfig:4: undeclared element 'b'\n" },
};

static const struct lang_case directives[] = {
	{ "# 7\nx", "config:7: undeclared element 'x'\n" },
	{ "#7 \"f\" rest\nx", "f:7: undeclared element 'x'\n" },
	{ "#line 7\nx", "config:7: undeclared element 'x'\n" },
	{ "#line\t7\"f\"\nx", "f:7: undeclared element 'x'\n" },
	{ "# 7 \"a\\\"b\"\nx", "a\"b:7: undeclared element 'x'\n" },
	{ "# 7 \"f\"\n# 9 \"\"\nx", "config:9: undeclared element 'x'\n" },
	{ "# 0 \"f\"\nx\ny", "f: undeclared element 'x'\nf:1: undeclared element 'y'\n" },
	{ "# 3 \"f:\"\nx", "f:3: undeclared element 'x'\n" },
	{ "# 3 \"f \"\nx", "f 3: undeclared element 'x'\n" },
	{ "#line7\nx", "config:1: unknown preprocessor directive\n"
		       "config:2: undeclared element 'x'\n" },
	{ "# x\nx",
	  "config:1: unknown preprocessor directive\nconfig:2: undeclared element 'x'\n" },
	{ " # 7\n", "config:1: syntax error near '#'\nconfig:1: undeclared element '7'\n" },
	{ "Idle(a,\n# 9 \"f\"\nb)\nx", "f:10: undeclared element 'x'\n" },
	{ "Idle(a,\n# 9 \"f\"\nb)", "Idle@1 :: Idle(a,\nb);\n\n" },
	{ "Idle(a,\n#!\nb)", "config:2: unknown preprocessor directive\n" },
	{ "Idle(\"\n#!\n\")", "Idle@1 :: Idle(\"\n#!\n\");\n\n" },
};

static const struct lang_case configs[] = {
	{ "Null(/* x */)", "Null@1 :: Null(/* x */);\n\n" },
	{ "Null( a(b) (c), \")\" ')' /*)*/ \\<29 )> )",
	  "Null@1 :: Null( a(b) (c), \")\" ')' /*)*/ \\<29 )> );\n\n" },
	{ "Null(// )\n)", "Null@1 :: Null(// )\n);\n\n" },
	{ "Null(\"\\\")\")", "Null@1 :: Null(\"\\\")\");\n\n" },
	{ "Null(\"\\<\">\")", "Null@1 :: Null(\"\\<\">\");\n\n" },
	{ "Null(\\<//>\n>)", "Null@1 :: Null(\\<//>\n>);\n\n" },
	{ "Null(don't) ')", "Null@1 :: Null(don't) ');\n\n" },
	{ "Null(\\)", "Null@1 :: Null(\\);\n\n" },
	{ "Null('\\')", "Null@1 :: Null('\\');\n\n" },
	{ "Null()", "Null@1 :: Null;\n\n" },
	{ "Null(\n\n", "config:3: expected ')'\n" },
	{ "Null(')", "config:1: expected ')'\n" },
	{ "a :: Null (1) ; b :: {Idle}(2)",
	  "config:1: no match for '<anonymous>[1 argument, 0 inputs, 0 outputs]'\n"
	  "config:1: candidates are:\nconfig:1:   <anonymous>[0 inputs, 0 outputs]\n" },
};

static const struct lang_case declarations[] = {
	{ "a :: Idle; a -> Discard", "a :: Idle;\nDiscard@2 :: Discard;\n\na -> Discard@2;\n" },
	{ "a :: Idle -> Discard", "a :: Idle;\nDiscard@2 :: Discard;\n\na -> Discard@2;\n" },
	{ "a, b, c :: Null(1)", "a :: Null(1);\nb :: Null(1);\nc :: Null(1);\n\n" },
	{ "a, b :: Null; Idle", "a :: Null;\nb :: Null;\nIdle@3 :: Idle;\n\n" },
	{ "a, b :: Null -> Idle", "config:1: undeclared element 'a'\n" },
	{ "a, b :: Null [1]", "config:1: undeclared element 'a'\n"
			      "config:1: output ports ignored at end of chain\n" },
	{ "a :: Null; a, b :: Idle -> Discard",
	  "a :: Null;\nb :: Idle;\nDiscard@3 :: Discard;\n\na -> Discard@3;\nb -> Discard@3;\n" },
	{ "a, B, c :: Null", "config:1: class 'B' used as element name\n" },
	{ "a, b(1), c :: Null",
	  "config:1: undeclared element 'a'\nconfig:1: undeclared element 'b'\n" },
	{ "Idle, Null(1), { Queue }, Discard",
	  "Idle@1 :: Idle;\nNull@2 :: Null(1);\nDiscard@4 :: Discard;\n@3/Queue@1 :: Queue;\n\n" },
	{ "Queue :: Idle", "config:1: class 'Queue' used as element name\n" },
	{ "a :: Idle;\na :: Null", "config:2: redeclaration of element 'a'\n"
				   "config:1: element 'a' previously declared here\n" },
	{ "a/1 :: Idle", "config:1: element name 'a/1' has all-digit component\n" },
	{ "1 :: Idle", "config:1: element name '1' has all-digit component\n" },
	{ "a :: Foo; b :: Foo; c :: Bar", "config:1: unknown element class 'Foo'\n"
					  "config:1: unknown element class 'Bar'\n" },
	{ "x -> y; x -> y",
	  "config:1: undeclared element 'x'\nconfig:1: undeclared element 'y'\n" },
	{ "x -> Discard; x :: Idle", "config:1: undeclared element 'x'\n" },
	{ "a ::", "config:1: missing element type in declaration\n"
		  "config:1: unknown element class 'a'\n" },
	{ "Idle :: -> Discard", "config:1: missing element type in declaration\n" },
	{ "a :: Idle; a(3) -> Discard",
	  "config:1: configuration string ignored on element reference\n" },
	{ "a :: Idle :: Null", "config:1: syntax error near '::'\n" },
	{ "a :: Null; elementclass a { -> B -> } Idle -> a -> Discard",
	  "a :: Null;\nIdle@2 :: Idle;\nDiscard@4 :: Discard;\na@3/B@1 :: B;\n\n"
	  "Idle@2 -> a@3/B@1\n    -> Discard@4;\n" },
};

static const struct lang_case anonymous[] = {
	{ "Idle -> Discard", "Idle@1 :: Idle;\nDiscard@2 :: Discard;\n\nIdle@1 -> Discard@2;\n" },
	{ "a :: Idle -> Discard", "a :: Idle;\nDiscard@2 :: Discard;\n\na -> Discard@2;\n" },
	{ "elementclass B Queue; B", "B@1 :: Queue;\n\n" },
	{ "Idle; Idle@1 :: Null; Idle@2 :: Null; Idle",
	  "Idle@3 :: Idle;\nIdle@1 :: Null;\nIdle@2 :: Null;\nIdle@4 :: Idle;\n\n" },
	{ "Idle; Idle@1", "config:1: undeclared element 'Idle@1'\n" },
	{ "Idle -> { -> Queue -> } -> Discard",
	  "Idle@1 :: Idle;\nDiscard@3 :: Discard;\n@2/Queue@1 :: Queue;\n\n"
	  "Idle@1 -> @2/Queue@1\n    -> Discard@3;\n" },
	{ "Idle -> ( -> Queue -> ) -> Discard",
	  "Idle@1 :: Idle;\nQueue@5 :: Queue;\nDiscard@6 :: Discard;\n\n"
	  "Idle@1 -> Queue@5\n    -> Discard@6;\n" },
	{ "Idle, ( Null ), Null", "Idle@1 :: Idle;\nNull@5 :: Null;\nNull@6 :: Null;\n\n" },
};

static const struct lang_case ports[] = {
	{ "a :: A; b :: B; a [1] -> [2] b", "a :: A;\nb :: B;\n\na [1] -> [2] b;\n" },
	{ "a :: A; b :: B; a [0,2] => [0-1] b", "a :: A;\nb :: B;\n\na -> b;\na [2] -> [1] b;\n" },
	{ "a :: A; b :: B; a [0-1,3] => [1-3] b",
	  "a :: A;\nb :: B;\n\na -> [1] b;\na [1] -> [2] b;\na [3] -> [3] b;\n" },
	{ "a :: A; b :: B; a [2-0] -> b", "a :: A;\nb :: B;\n\na [2] -> b;\n" },
	{ "a :: A; b :: B; a [1-] => [0-2] b",
	  "a :: A;\nb :: B;\n\na [1] -> b;\na [2] -> [1] b;\na [3] -> [2] b;\n" },
	{ "a :: A; b :: B; a [1,] => [0-1] b",
	  "a :: A;\nb :: B;\n\na [1] -> b;\na [2] -> [1] b;\n" },
	{ "a :: A; b :: B; a [] => [0,4] b", "a :: A;\nb :: B;\n\na -> b;\na [1] -> [4] b;\n" },
	{ "a :: A; b :: B; a [0-,9] => [0-2] b",
	  "a :: A;\nb :: B;\n\na -> b;\na [1] -> [1] b;\na [9] -> [2] b;\n" },
	{ "A [x] -> B", "config:1: syntax error: port number should be integer\n" },
	{ "A [;] -> B", "config:1: syntax error: expected port number\n"
			"config:1: output ports ignored at end of chain\n"
			"config:1: syntax error near ']'\n"
			"config:1: syntax error near '->'\n" },
	{ "A [0 1] -> B", "config:1: syntax error: expected ','\n" },
	{ "A [0; B", "config:1: syntax error: expected ','\n"
		     "config:1: output ports ignored at end of chain\n" },
	{ "A [65536] -> B", "config:1: port number 65536 too large (max 65535)\n" },
	{ "A [65535-] => [0,1] B", "config:1: port number too large (max 65535)\n" },
	{ "[1] A -> B", "config:1: input ports ignored at start of chain\n" },
	{ "[1] A", "config:1: input ports ignored at start of chain\n" },
	{ "A -> B [1]", "config:1: output ports ignored at end of chain\n" },
	{ "[1] -> A", "config:1: stranded port ignored\n" },
	{ "A -> [1]", "config:1: stranded port ignored\n" },
	{ "[1];", "config:1: stranded port ignored\n" },
	{ "A [0](x) -> B", "config:1: syntax error near '('\n" },
};

static const struct lang_case connections[] = {
	{ "a :: A -> b :: B -> c :: C", "a :: A;\nb :: B;\nc :: C;\n\na -> b\n    -> c;\n" },
	{ "a :: A b :: B a -> b b -> a", "a :: A;\nb :: B;\n\nb -> a\n    -> b;\n" },
	{ "a, b :: A; c :: C; a, b -> c", "a :: A;\nb :: A;\nc :: C;\n\na -> c;\nb -> c;\n" },
	{ "a, b :: A; c :: C; c -> a, b", "a :: A;\nb :: A;\nc :: C;\n\nc -> a;\nc -> b;\n" },
	{ "a, b :: A; c :: C; c => a, b", "a :: A;\nb :: A;\nc :: C;\n\nc -> a;\nc [1] -> b;\n" },
	{ "a, b :: A; c :: C; a, b => c", "a :: A;\nb :: A;\nc :: C;\n\na -> c;\nb -> [1] c;\n" },
	{ "a, b :: A; c :: C; c [1] => a, b",
	  "a :: A;\nb :: A;\nc :: C;\n\nc [1] -> a;\nc [1] -> b;\n" },
	{ "a, b :: A; c, d :: C; a, b => c, d",
	  "a :: A;\nb :: A;\nc :: C;\nd :: C;\n\na -> c;\nb -> d;\n" },
	{ "a, b :: A; c :: C; a, b [1] => [3,2] c",
	  "a :: A;\nb :: A;\nc :: C;\n\nb [1] -> [2] c;\na -> [3] c;\n" },
	{ "a :: A; c :: C; a => c", "a :: A;\nc :: C;\n\na -> c;\n" },
	{ "a :: A; c :: C; a -> c; a -> c", "a :: A;\nc :: C;\n\na -> c;\n" },
	{ "t :: Tee; Idle -> t => Discard, Discard",
	  "t :: Tee;\nIdle@2 :: Idle;\nDiscard@3 :: Discard;\nDiscard@4 :: Discard;\n\n"
	  "Idle@2 -> t\n    -> Discard@3;\nt [1] -> Discard@4;\n" },
	{ "s :: S; s[0-2] => Queue, Queue, Queue => [0,1,2] x :: R",
	  "s :: S;\nQueue@2 :: Queue;\nQueue@3 :: Queue;\nQueue@4 :: Queue;\nx :: R;\n\n"
	  "s -> Queue@2\n    -> x;\ns [1] -> Queue@3\n    -> [1] x;\n"
	  "s [2] -> Queue@4\n    -> [2] x;\n" },
	{ "a :: A; b :: B; a [] -> b, b, b",
	  "a :: A;\nb :: B;\n\na -> b;\na [1] -> b;\na [2] -> b;\n" },
	{ "A [0,1] -> [0,1] B", "config:1: syntax error: many-to-many connections require '=>'\n" },
	{ "A, A -> B, B", "config:1: syntax error: many-to-many connections require '=>'\n" },
	{ "A [0,1] => [0-2] B",
	  "config:1: connection mismatch: 2 outputs connected to 3 inputs\n" },
	{ "A [0-2,] => [0-1] B",
	  "config:1: connection mismatch: 3 or more outputs connected to 2 inputs\n" },
	{ "A [0,1] => [0-2,] B",
	  "config:1: connection mismatch: 2 outputs connected to 3 or more inputs\n" },
	{ "A [] => [] B", "config:1: at most one expandable port allowed per connection\n" },
	{ "A [0-,3-] => B", "config:1: at most one expandable port allowed per connection\n" },
	{ "A [], A [] => B", "config:1: at most one expandable port allowed per connection\n" },
	{ "-> A", "config:1: syntax error near '->'\n" },
	{ "=> A", "config:1: syntax error near '=>'\n" },
	{ "A ->", "config:1: syntax error near ''\n" },
	{ "A -> ;", "config:1: syntax error near ';'\n" },
	{ "A -> -> B", "config:1: syntax error near '->'\n" },
	{ "A -> define($a 1)", "config:1: syntax error near 'define'\n" },
	{ "A ? -> B", "config:1: syntax error near '?'\n" },
	{ "A, -> B", "config:1: syntax error near '->'\n" },
	{ "A -> , B", "config:1: syntax error near ','\n" },
	{ "A }", "config:1: syntax error near '}'\n" },
	{ "A -> )", "config:1: syntax error near ')'\n" },
};

static const struct lang_case groups[] = {
	{ "x :: X => ( [0]->[0]; [1]->P->[1] ) => y :: Y",
	  "x :: X;\nP@5 :: P;\ny :: Y;\n\nx [1] -> P@5\n    -> [1] y;\nx -> y;\n" },
	{ "x :: X -> (->) -> y :: Y", "x :: X;\ny :: Y;\n\nx -> y;\n" },
	{ "x :: X -> (input -> output) -> y :: Y", "x :: X;\ny :: Y;\n\nx -> y;\n" },
	{ "x :: X -> (-> (-> (->) ->) ->) -> y :: Y", "x :: X;\ny :: Y;\n\nx -> y;\n" },
	{ "x :: X -> ( -> ; q :: Queue; ) -> y :: Y; q -> y",
	  "x :: X;\nq :: Queue;\ny :: Y;\n\nx -> y;\nq -> y;\n" },
	{ "x :: X [1] -> [0] (->) [0] -> [1] y :: Y", "x :: X;\ny :: Y;\n\nx [1] -> [1] y;\n" },
	{ "x :: X -> [1] (->) -> Y",
	  "config:1: '@2' input 0 unused\nconfig:1: '@2' has no input 1\n" },
	{ "X -> ( ->; [2] -> Y ) -> Y", "config:1: '<anonymous group>' input 1 missing\n"
					"config:1: '@2' has no input 1\n" },
	{ "(Idle -> input)", "config:1: '<anonymous group>' pseudoelement 'input' may only be used "
			     "as output\nconfig:1: '@1/input' used as input\n" },
	{ "(output -> Discard)", "config:1: '<anonymous group>' pseudoelement 'output' may only be "
				 "used as input\nconfig:1: '@1/output' used as output\n" },
	{ "X -> (", "config:1: expected ')'\nconfig:1: '@2' has no input 0\n" },
	{ "X -> () -> Y", "config:1: '@2' has no input 0\nconfig:1: '@2' has no output 0\n" },
	{ "(->)", "config:1: '@1' input 0 unused\nconfig:1: '@1' output 0 unused\n" },
	{ "g :: (->)", "config:1: missing element type in declaration\n"
		       "config:1: unknown element class 'g'\n"
		       "config:1: syntax error near '('\n" },
	{ "( X } )", "config:1: syntax error near '}'\n" },
};

static void test_nesting(void)
{
	struct lang_host host = { .is_class = testing_is_class };
	struct text t = { NULL, 0, 0 };

	for (int i = 0; i < 50; i++)
		text_char(&t, '(');
	text_str(&t, str_of("Idle"));
	for (int i = 0; i < 50; i++)
		text_char(&t, ')');
	testing_case(&(struct lang_case){ t.p, "Idle@151 :: Idle;\n\n" }, &host);
	text_clear(&t);
	for (int i = 0; i < 1000; i++)
		text_char(&t, '(');
	for (int i = 0; i < 1000; i++)
		text_char(&t, ')');
	testing_case(
		&(struct lang_case){ t.p,
				     "config:1: maximum element group nesting depth exceeded\n" },
		&host);
	text_fini(&t);
}

static struct str suggest(void *arg, struct str name)
{
	(void)arg;
	return str_of(str_is(name, "Quue") ? "Queue" : "");
}

static void test_hints(void)
{
	struct lang_host host = { .is_class = testing_is_class, .suggest = suggest };
	struct lang_source source = { .text = str_of("counter :: Idle;\n\tq :: Quue(3);\n"
						     "conter -> zz"),
				      .file = str_of("config") };
	struct error err;

	error_init(&err);
	CHECK(lang_parse(&source, &host, &err) == NULL);
	CHECK_STR(text_as_str(&err.out), "config:2: unknown element class 'Quue'\n"
					 "  \tq :: Quue(3);\n"
					 "  \t     ^\n"
					 "  did you mean 'Queue'?\n"
					 "config:3: undeclared element 'conter'\n"
					 "  conter -> zz\n"
					 "  ^\n"
					 "  did you mean 'counter'?\n"
					 "config:3: undeclared element 'zz'\n"
					 "  conter -> zz\n"
					 "            ^\n");
	error_fini(&err);
	CHECK(lang_parse(&source, &host, NULL) == NULL);
}

static void test_any_class(void)
{
	struct lang_host host = { .is_class = NULL };
	struct lang_source source = { .text = str_of("a :: Foo; elementclass B { -> Bar -> } "
						     "a -> B -> Baz"),
				      .file = str_of("config"),
				      .any_class = true };
	struct text out = { NULL, 0, 0 };

	testing_run(&out, &source, &host);
	CHECK_STR(text_as_str(&out), "a :: Foo;\nBaz@3 :: Baz;\nB@2/Bar@1 :: Bar;\n\n"
				     "a -> B@2/Bar@1\n    -> Baz@3;\n");
	text_fini(&out);
}

int main(void)
{
	TABLE(tokens);
	TABLE(directives);
	TABLE(configs);
	TABLE(declarations);
	TABLE(anonymous);
	TABLE(ports);
	TABLE(connections);
	TABLE(groups);
	test_nesting();
	test_hints();
	test_any_class();
	return test_end();
}

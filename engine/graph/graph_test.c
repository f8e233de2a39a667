/* SPDX-License-Identifier: MIT */
/* graph_test.c - building, changing and printing graphs. */
#include "engine/lang/testing.h"

static const struct lang_case chains[] = {
	{ "a :: A; a -> a", "a :: A;\n\na -> a;\n" },
	{ "a :: A; b :: B; a -> b -> a", "a :: A;\nb :: B;\n\nb -> a\n    -> b;\n" },
	{ "a :: A; b :: B; c :: C; a -> b; a -> c; c -> b",
	  "a :: A;\nb :: B;\nc :: C;\n\na -> b;\na -> c\n    -> b;\n" },
	{ "a, b, c :: A; a -> b; b -> [1] c; b [1] -> c",
	  "a :: A;\nb :: A;\nc :: A;\n\na -> b\n    -> [1] c;\nb [1] -> c;\n" },
	{ "a, b, c, d :: A; a -> b; b -> [1] c; b -> [1] d; b -> [2] d",
	  "a :: A;\nb :: A;\nc :: A;\nd :: A;\n\na -> b\n    -> [2] d;\nb -> [1] c;\n"
	  "b -> [1] d;\n" },
	{ "a, b, c :: A; a -> [1] b; b -> c",
	  "a :: A;\nb :: A;\nc :: A;\n\na -> [1] b;\nb -> c;\n" },
};

static struct str numbered(void *arg, unsigned i)
{
	static const char *const text[] = { "one", "", "a)(b, \"c" };

	(void)arg;
	return str_of(text[i]);
}

static void test_options(void)
{
	struct lang_host host = { .is_class = testing_is_class };
	struct lang_source source = { .text = str_of("require(p)\n\na, b :: A;\n# 9 \"f\\\"\"\n"
						     "c :: C(x); a -> b -> c"),
				      .file = str_of("x.click") };
	struct graph_text_options options = { .landmarks = true, .config = numbered };
	struct graph *g = lang_parse(&source, &host, NULL);
	struct text out = { NULL, 0, 0 };

	text_add(&out, "before\n");
	graph_unparse(g, &out, &options);
	CHECK_STR(text_as_str(&out), "before\nrequire(package \"p\");\n\n"
				     "# 3 \"x.click\"\na :: A(one);\n# 3 \"x.click\"\nb :: A;\n"
				     "# 9 \"f\\\"\"\nc :: C(\"a)(b\", \"c\");\n\n"
				     "# 11 \"\"\na -> b\n    -> c;\n");
	text_fini(&out);
	graph_free(g);
}

static struct graph_conn conn(unsigned from, unsigned to, unsigned port)
{
	return (struct graph_conn){ .from = { from, 0 }, .to = { to, port } };
}

static void test_changes(void)
{
	struct graph *g = graph_new();
	struct text out = { NULL, 0, 0 };
	static const char *const name[] = { "a", "b", "c", "d" };

	for (unsigned i = 0; i < 4; i++)
		CHECK_INT(graph_add(g, (struct graph_element){ .name = str_of(name[i]),
							       .class = str_of("X") }),
			  i);
	CHECK_INT(graph_find(g, str_of("c")), 2);
	CHECK_INT(graph_find(g, str_of("e")), 4);
	graph_connect(g, conn(3, 0, 1));
	graph_connect(g, conn(0, 1, 0));
	graph_connect(g, conn(1, 2, 0));
	graph_connect(g, conn(3, 0, 1));
	CHECK_INT(g->nconns, 3);
	graph_sort(g);
	graph_connect(g, conn(0, 1, 0));
	CHECK_INT(g->nconns, 3);
	graph_remove(g, 1);
	CHECK_INT(g->nconns, 1);
	graph_connect(g, conn(2, 0, 1));
	graph_connect(g, conn(0, 1, 0));
	graph_unparse(g, &out, NULL);
	CHECK_STR(text_as_str(&out), "a :: X;\nc :: X;\nd :: X;\n\nd -> [1] a;\na -> c;\n");
	text_fini(&out);
	graph_free(g);
	graph_free(NULL);
}

static void test_many(void)
{
	struct graph *g = graph_new();

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 20000; i++)
			graph_connect(g, conn(i, i / 2, i & 1));
	}
	CHECK_INT(g->nconns, 20000);
	graph_free(g);
}

int main(void)
{
	TABLE(chains);
	test_options();
	test_changes();
	test_many();
	return test_end();
}

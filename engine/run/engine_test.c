/* SPDX-License-Identifier: MIT */
/* engine_test.c - the generated table of names is what the classes say. */
#include "engine/run/router.h"
#include "tests/unit/test.h"

static void every_name_is_found(void)
{
	struct engine *g = engine_new(&(struct engine_options){ .threads = 1 });
	size_t names = 0;

	for (size_t i = 0; i < element_nclasses; i++) {
		const struct element_class *c = element_classes[i];
		struct str aliases = str_of(c->aliases ? c->aliases : "");

		CHECK(engine_class(g, str_of(c->name)) == c);
		names++;
		for (str_space(&aliases); aliases.n != 0; names++)
			CHECK(engine_class(g, str_word(&aliases)) == c);
	}
	CHECK(names == element_nnames);
	engine_free(g);
}

static void no_other_name_is(void)
{
	struct engine *g = engine_new(&(struct engine_options){ .threads = 1 });

	CHECK(engine_class(g, str_of("")) == NULL);
	CHECK(engine_class(g, str_of("Counte")) == NULL);
	CHECK(engine_class(g, str_of("Counters")) == NULL);
	CHECK(engine_class(g, str_of("zzz")) == NULL);
	CHECK(engine_class_near(g, str_of("counter")) == engine_class(g, str_of("Counter")));
	engine_free(g);
}

/* In the place of one that is there, and beside them. */
static void added_classes_come_first(void)
{
	static const struct element_class counter = { .name = "Counter", .aliases = "Tally" };
	static const struct element_class *const more[] = { &counter, NULL };
	struct engine *g = engine_new(&(struct engine_options){ .threads = 1 });

	engine_add_classes(g, more);
	CHECK(engine_class(g, str_of("Counter")) == &counter);
	CHECK(engine_class(g, str_of("Tally")) == &counter);
	CHECK(engine_class_at(g, element_nclasses) == &counter);
	CHECK(engine_class_at(g, element_nclasses + 1) == NULL);
	engine_free(g);
}

int main(void)
{
	every_name_is_found();
	no_other_name_is();
	added_classes_come_first();
	return test_end();
}

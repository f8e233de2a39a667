/* SPDX-License-Identifier: MIT */
/* fuzz_lang.c - any text is parsed without harm, and a flat text reads back as itself. */
#include <stdlib.h>

#include "engine/lang/lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_class(void *arg, struct str name)
{
	static const char *const known[] = { "Idle", "Discard", "Queue", "Tee", "Null", "A", "B" };

	(void)arg;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (str_is(name, known[i]))
			return true;
	}
	return false;
}

static bool read_file(void *arg, struct pool *pool, const char *path, struct str *data)
{
	(void)arg;
	*data = pool_str(pool, str_of("elementclass L { $a | -> Queue($a) -> }\n"));
	return strcmp(path, "./l") == 0;
}

static void ignore(void *arg, struct str line)
{
	(void)arg;
	(void)line;
}

/* False when the text is wrong, else its flat text in *flat. */
static bool flatten(struct str text, struct text *flat)
{
	struct lang_host host = { .is_class = is_class, .read_file = read_file };
	struct lang_source source = { .text = text, .file = str_of("fuzz") };
	struct error err = { .sink = ignore };
	struct graph *g = lang_parse(&source, &host, &err);

	if ((g == NULL) != (err.errors > 0))
		abort();
	if (g)
		graph_unparse(g, flat, NULL);
	graph_free(g);
	error_fini(&err);
	return g != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text flat = { NULL, 0, 0 }, again = { NULL, 0, 0 };
	struct str text = { (const char *)data, size };

	if (flatten(text, &flat) && flat.n && flat.n < 1 << 20) {
		if (!flatten(text_as_str(&flat), &again))
			abort();
		if (!str_eq(text_as_str(&flat), text_as_str(&again)))
			abort();
	}
	text_fini(&flat);
	text_fini(&again);
	return 0;
}

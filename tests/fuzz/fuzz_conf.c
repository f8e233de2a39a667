/* SPDX-License-Identifier: MIT */
/* fuzz_conf.c - configuration strings: what is split, joined, quoted and unquoted stays itself. */
#include <stdlib.h>

#include "engine/lang/lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool get(void *arg, struct str name, bool call, struct text *value)
{
	const struct str *text = arg;

	if (name.n & 1)
		return false;
	text_str(value, call ? name : str_first(*text, 20));
	return true;
}

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void same_lists(const struct str_list *a, const struct str_list *b)
{
	must(a->n == b->n);
	for (size_t i = 0; i < a->n; i++)
		must(str_eq(a->v[i], b->v[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct conf_scope scope = { .get = get, .arg = &text, .script = size & 1 };
	struct pool *pool = pool_new();
	struct str_list args, again;

	must(str_eq(conf_unquote(pool, conf_quote(pool, text)), text));
	if (conf_is_whole(text)) {
		conf_args(pool, text, &args);
		conf_args(pool, conf_join(pool, args.v, args.n), &again);
		same_lists(&args, &again);
	}
	conf_words(pool, text, &args);
	conf_strip(pool, text);
	conf_expand(pool, text, &scope, size & 2);
	pool_free(pool);
	return 0;
}

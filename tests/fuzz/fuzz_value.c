/* SPDX-License-Identifier: MIT */
/*
 * fuzz_value.c - every kind of value: the first byte picks the kind, the rest is its text. What
 * was read prints, and what was printed reads as the same value, where printing is exact.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/error.h"
#include "engine/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define VALUE_MAX 256

/* Prints that are rounded or quoted differently, and kinds that need a router. */
static bool is_exact(enum kind kind)
{
	switch (kind) {
	case KIND_NONE:
	case KIND_DOUBLE:
	case KIND_STR:
	case KIND_WORD:
	case KIND_FILENAME:
		return false;
	default:
		return true;
	}
}

static bool needs_router(enum kind kind)
{
	return kind == KIND_ELEMENT || kind == KIND_READ_CALL || kind == KIND_WRITE_CALL ||
	       kind == KIND_TRIGGER || kind == KIND_EWMA;
}

static void check_again(enum kind kind, const struct text *printed, const struct value_range *range,
			struct pool *pool)
{
	_Alignas(16) uint8_t again[VALUE_MAX] = { 0 };
	struct text t = { NULL, 0, 0 };

	if (!value_parse(kind, text_as_str(printed), again, range, NULL, pool, NULL))
		abort();
	value_print(kind, again, &t);
	if (!str_eq(text_as_str(&t), text_as_str(printed)))
		abort();
	text_fini(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct value_range range = { 1, 0, n && (data[0] & 0x80) };
	enum kind kind = n ? (enum kind)((data[0] & 0x7f) % KIND_MAX) : KIND_NONE;
	_Alignas(16) uint8_t v[VALUE_MAX] = { 0 };
	struct text printed = { NULL, 0, 0 };
	struct error err = { .errors = 0 };
	struct pool *pool;
	struct str text;

	if (n == 0 || needs_router(kind))
		return 0;
	assert(kind_size(kind) <= sizeof(v));
	pool = pool_new();
	text = (struct str){ (const char *)data + 1, n - 1 };
	if (value_parse(kind, text, v, &range, NULL, pool, &err)) {
		value_print(kind, v, &printed);
		if (is_exact(kind) &&
		    !(range.negative && kind >= KIND_FIXED10 && kind <= KIND_FIXED28))
			check_again(kind, &printed, &range, pool);
	}
	text_fini(&printed);
	error_fini(&err);
	pool_free(pool);
	return 0;
}

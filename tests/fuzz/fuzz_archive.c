/* SPDX-License-Identifier: MIT */
/* fuzz_archive.c - archives of configurations, read and written. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct error err = { .errors = 0 };
	struct text out = { 0 };
	struct graph *g = graph_new();
	struct str s = fuzz_input(data, n);

	if (archive_is(s) && archive_read(g, s, &err))
		archive_write(&out, g->member, g->nmembers);
	text_fini(&out);
	error_fini(&err);
	graph_free(g);
	return 0;
}

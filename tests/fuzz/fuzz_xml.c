/* SPDX-License-Identifier: MIT */
/* fuzz_xml.c - XML, tag after tag. The reader is not in the library: it is a tool's. */
#include "tests/fuzz/fuzz.h"

#include "platform/linux/tools/xml_read.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct error err = { .errors = 0 };
	struct pool *pool = pool_new();
	struct xml_tag t;
	struct xml x;

	xml_init(&x, pool, fuzz_input(data, n), str_of("input"), &err);
	while (xml_next(&x, &t))
		(void)xml_get(&t, "name");
	error_fini(&err);
	pool_free(pool);
	return 0;
}

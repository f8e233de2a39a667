/* SPDX-License-Identifier: MIT */
/* fuzz_router.c - any text as a configuration of real elements, set up and torn down. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct engine *g = fuzz_engine();
	struct router *r = fuzz_router(g, fuzz_input(data, n));

	if (r)
		router_free(r);
	engine_free(g);
	return 0;
}

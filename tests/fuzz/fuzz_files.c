/* SPDX-License-Identifier: MIT */
/* fuzz_files.c - traces of any content, read to their end: the first byte picks who reads. */
#include "tests/fuzz/fuzz.h"

static const char *const configs[] = {
	"FromDump(file, STOP true) -> c :: Counter -> Discard;",
	"FromDump(file, FORCE_IP true, STOP true) -> c :: Counter -> Discard;",
	"FromIPSummaryDump(file, STOP true) -> c :: Counter -> Discard;",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct engine *g;
	struct router *r;

	if (n == 0)
		return 0;
	g = fuzz_engine();
	stub.file = fuzz_input(data + 1, n - 1);
	r = fuzz_router(g, str_of(configs[data[0] % (sizeof(configs) / sizeof(configs[0]))]));
	if (r) {
		engine_activate(g, r);
		engine_run(g);
	}
	engine_free(g);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* fuzz.h - what fuzz targets share: an engine, and routers that have started. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "engine/run/router.h"
#include "tests/unit/stub_platform.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static inline struct str fuzz_input(const uint8_t *data, size_t n)
{
	return (struct str){ (const char *)data, n };
}

static inline struct engine *fuzz_engine(void)
{
	const struct engine_options options = {
		.threads = 1,
		.packets = 64,
		.simulated = true,
		.reconfigurable = true,
	};
	struct engine *g = engine_new(&options);

	stub.quiet = true;
	thread_current = g->thread[0];
	return g;
}

/* A router that has started but does not run. NULL: the configuration is wrong. */
static inline struct router *fuzz_router(struct engine *g, struct str config)
{
	struct error err = { .errors = 0 };
	struct router *r = engine_configure(g, config, str_of("config"), false, &err);

	error_fini(&err);
	return r;
}

/* One of a target's own configurations: these must be right. */
static inline struct router *fuzz_own_router(struct engine *g, const char *config)
{
	struct error err = { .errors = 0 };
	struct router *r = engine_configure(g, str_of(config), str_of("config"), false, &err);

	if (!r) {
		fprintf(stderr, "%s\n%.*s", config, STR(text_as_str(&err.out)));
		abort();
	}
	error_fini(&err);
	return r;
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * main.c - runs a configuration where there is nothing but a C library: what an image does.
 *
 * Prints one handler's value, and exits with 0 when it is the one expected.
 */
#include <stdio.h>

#include "engine/platform.h"
#include "engine/run/router.h"

static const char config[] = "InfiniteSource(DATA \\<00000000>, LIMIT 1000, BURST 32, STOP true)\n"
			     "  -> Strip(2) -> q :: Queue(2000) -> Unqueue(BURST 32)\n"
			     "  -> c :: Counter -> Discard;\n";

static void print_line(void *arg, struct str line)
{
	(void)arg;
	printf("%.*s\n", STR(line));
}

/* 0 when the handler's value is the one wanted. */
static int expect(struct router *r, const char *element, const char *handler, const char *want)
{
	struct text out = { 0 };
	struct error err = { .sink = print_line };
	int status = 0;
	struct element *e = router_find(r, str_of(element));
	bool ok = e && handler_read(r, e, str_of(handler), str_of(""), &out, &err, &status) &&
		  str_is(text_as_str(&out), want);

	printf("%s.%s: %.*s\n", element, handler, STR(text_as_str(&out)));
	text_fini(&out);
	error_fini(&err);
	return ok ? 0 : 1;
}

int main(void)
{
	const struct engine_options options = { .threads = 1, .simulated = true };
	struct error err = { .sink = print_line };
	struct engine *g = engine_new(&options);
	struct router *r;
	int status = 1;

	thread_current = g->thread[0];
	r = engine_configure(g, str_of(config), str_of("config"), false, &err);
	if (r) {
		engine_activate(g, r);
		engine_run(g);
		status = expect(g->router, "c", "count", "1000") |
			 expect(g->router, "c", "byte_count", "2000");
	}
	engine_free(g);
	thread_current = NULL;
	error_fini(&err);
	return status;
}

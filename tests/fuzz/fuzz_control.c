/* SPDX-License-Identifier: MIT */
/*
 * fuzz_control.c - a client of the control protocol sends anything, in pieces: the first byte is
 * how long they are.
 */
#include "engine/control/protocol.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct engine *g = fuzz_engine();
	struct control_access access = { .read_only = false };
	struct control c;
	size_t piece = n ? data[0] + 1U : 1;

	access.router = fuzz_own_router(
		g, "i :: Idle -> q :: Queue(10) -> s :: Unqueue -> c :: Counter -> Discard;");
	control_init(&c, &access);
	for (size_t at = 1; at < n && !control_finished(&c); at += piece) {
		control_input(&c, data + at, n - at < piece ? n - at : piece);
		for (int i = 0; i < 100 && control_run(&c); i++)
			control_sent(&c, c.out.n);
		control_sent(&c, c.out.n);
	}
	control_end(&c);
	for (int i = 0; i < 100 && control_run(&c); i++)
		control_sent(&c, c.out.n);
	control_fini(&c);
	router_free(access.router);
	engine_free(g);
	return 0;
}

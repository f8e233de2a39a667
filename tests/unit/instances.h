/* SPDX-License-Identifier: MIT */
/*
 * instances.h - a machine of instances for tests, on the stub platform: its threads are coroutines,
 * which run when the test lets them.
 */
#ifndef TESTS_UNIT_INSTANCES_H
#define TESTS_UNIT_INSTANCES_H

#include "engine/control/instance.h"
#include "tests/unit/coroutine.h"
#include "tests/unit/stub_platform.h"
#include "tests/unit/test.h"

/* A new machine, silent and without instances; the test is its control thread. */
static inline void machine_begin(struct instances *is)
{
	static const struct instances_options options = { .engine.packets = 256 };

	stub.quiet = true;
	coroutines_init();
	instances_init(is, &options);
}

/* All that was begun goes as far as it can. */
static inline void machine_settle(struct instances *is)
{
	for (int i = 0; i < 10; i++) {
		coroutines_run();
		instances_run(is);
	}
}

/* Ends all instances, which must be possible, and leaves no thread. */
static inline void machine_end(struct instances *is)
{
	instances_halt(is);
	machine_settle(is);
	CHECK(instances_halted(is));
	CHECK_INT(coroutines_alive(), 0);
	instances_fini(is);
	coroutines_fini();
}

#endif

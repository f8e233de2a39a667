/* SPDX-License-Identifier: MIT */
/* stub_platform.h - what a test may set of the machine in stub_platform.c. */
#ifndef TESTS_UNIT_STUB_PLATFORM_H
#define TESTS_UNIT_STUB_PLATFORM_H

#include "engine/platform.h"

struct stub {
	struct str file; /* what every file holds that is opened for reading; p NULL: there is none */
	bool quiet;      /* nothing is printed */
	unsigned memory; /* whose memory is set */
	/* Threads, for tests that bring some (coroutine.h); NULL: there are none. */
	int (*thread_start)(struct thread *, void (*main)(struct thread *));
	void (*thread_join)(struct thread *);
	void (*wait)(struct thread *, int64_t timeout);
};

extern struct stub stub;

#endif

/* SPDX-License-Identifier: MIT */
/* seccomp.h - the system calls that each thread may make; any other kills the process. */
#ifndef MONITOR_SECCOMP_H
#define MONITOR_SECCOMP_H

#include <stdbool.h>

#include "monitor/sandbox.h"

/* For the calling thread, for good. False, and errno, when the kernel cannot. */
bool seccomp_enter(enum sandbox_thread);

#endif

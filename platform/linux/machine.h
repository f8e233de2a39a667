/* SPDX-License-Identifier: MIT */
/* machine.h - `click --control': a machine of instances as a Linux process. */
#ifndef PLATFORM_LINUX_MACHINE_H
#define PLATFORM_LINUX_MACHINE_H

#include <stddef.h>

struct element_class;
struct engine_options;
struct options;

/* Serves the control protocol on the Unix socket o->control until it is told to shut down, or by a
 * signal. e is for each instance; loaded: n arrays of classes besides those of the program. The
 * exit status. */
int machine_run(const struct options *o, const struct engine_options *e,
		const struct element_class *const *const *loaded, size_t n);

#endif

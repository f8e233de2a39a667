/* SPDX-License-Identifier: MIT */
/* interrupt.h - Ctrl-C, and what else asks a command to end, while it cannot end just now. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM and SIGHUP wait. */
void interrupt_hold(void);
/* The opposite, for a child, which inherits it. */
void interrupt_release(void);
/* One of them waits; it goes on doing so. */
bool interrupt_waits(void);
/* A descriptor that can be read while one of them waits; to be closed. -1: there is none. */
int interrupt_fd(void);

#endif

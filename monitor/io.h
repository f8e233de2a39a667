/* SPDX-License-Identifier: MIT */
/* io.h - the I/O thread: devices, the control socket, signals, and the machine's end. */
#ifndef MONITOR_IO_H
#define MONITOR_IO_H

#include <stdbool.h>

struct error;
struct machine;

/* Makes what the thread waits for. Signals that end the machine are blocked by the caller. */
bool io_open(struct machine *, struct error *);
/* On the thread: makes the guest's first pages present and goes into the sandbox. */
bool io_enter(struct machine *, struct error *);
/* The process ends in it, with the status of the end. */
_Noreturn void io_run(struct machine *);

#endif

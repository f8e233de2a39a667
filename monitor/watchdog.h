/* SPDX-License-Identifier: MIT */
/*
 * watchdog.h - a guest whose code runs on and on without coming to its scheduler is interrupted.
 *
 * Time is that in which the processor's thread has really run: a guest that sleeps has no timer, and
 * one whose host is busy is not blamed for it.
 */
#ifndef MONITOR_WATCHDOG_H
#define MONITOR_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct machine;

struct watchdog {
	uint32_t beats; /* at the last tick */
	uint32_t ticks; /* since they changed */
	int timer;
};

/* Begins to count the calling thread's time, which runs the guest. */
bool watchdog_open(struct machine *, struct error *);
/* To be called when the guest has left KVM_RUN. */
void watchdog_look(struct machine *);

#endif

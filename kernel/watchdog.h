/* SPDX-License-Identifier: MIT */
/*
 * watchdog.h - an end to threads that do not come to the scheduler, as by a fault: TRAP_HANGS.
 *
 * The scheduler counts its rounds. Our own monitor compares that count, and sends an NMI; on other
 * machines an interrupt of the local APIC's timer does it in ring 0 (kernel/stubs.S), and goes on
 * where the NMI would. It is a one-shot that is set again each time that it comes, but not while the
 * machine sleeps, which goes on: so an idle machine is not woken, and a packet costs nothing.
 */
#ifndef KERNEL_WATCHDOG_H
#define KERNEL_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

struct watchdog { /* kernel/ring0.h has the offsets */
	uint32_t beats;       /* the scheduler's rounds, where no monitor counts them */
	uint32_t seen;        /* at the last tick */
	int32_t left;         /* ticks without a beat, until it is over */
	int32_t patience;     /* the same, after a beat */
	uint32_t tick, again; /* counts of the timer: to the next tick (0: nobody watches), and to
			       * another try when a thread could not be ended */
	uint32_t armed;       /* the timer counts to a tick */
	uint32_t asleep;      /* a tick is the last */
	uint32_t critical;    /* not 0: no thread may be ended now (kernel/trap.h) */
};

extern struct watchdog watchdog;

/* From now on a thread may run for so many seconds without a round of the scheduler: of processor
 * time on our own monitor, else of the machine's. 0: for ever. */
void watchdog_start(uint32_t seconds);
/* Behind a trap, which has turned interrupts off. */
void watchdog_again(void);

/* A sleep needs the timer for itself. */
void watchdog_lend_timer(void);
/* The machine is awake: ticks go on. False: nobody watches, and the timer is as it was left. */
bool watchdog_awake(void);

/* Around a sleep that an interrupt ends, too. False: nothing else did, so sleep again. */
void watchdog_sleep(void);
bool watchdog_woken(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * coroutine.h - threads for the stub platform: each runs when it is told to, until it waits. So
 * what two threads do to each other happens in an order that the test decides.
 */
#ifndef TESTS_UNIT_COROUTINE_H
#define TESTS_UNIT_COROUTINE_H

#include <stdbool.h>

struct thread;

/* From now on the stub platform has threads. */
void coroutines_init(void);
/* Lets each go on until it waits or ends. */
void coroutines_run(void);
unsigned coroutines_alive(void);
/* In one: it stops where it is and never goes on, as after a fault. Does not return. */
void coroutine_fault(void);
/* The thread that stopped so, once; NULL: none has. */
struct thread *coroutine_faulted(void);
/* Frees the stacks of those that stopped so. */
void coroutines_fini(void);

#endif

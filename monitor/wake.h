/* SPDX-License-Identifier: MIT */
/*
 * wake.h - how one thread, mostly the vCPU's, waits for another: a word that remembers that something came,
 * also when nobody waited.
 */
#ifndef MONITOR_WAKE_H
#define MONITOR_WAKE_H

#include <stdint.h>

struct wake {
	uint32_t came;    /* futex */
	uint32_t waiting;
};

void wake_send(struct wake *);
/* Until wake_send, at once if that was before; at most ns nanoseconds, and less when a signal comes. */
void wake_wait(struct wake *, uint64_t ns);
/* Until wake_send, of one that is sent once, however long that takes. */
void wake_await(struct wake *);

#endif

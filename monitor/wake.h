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
/* Until wake_send, at once if that was before; at most ns nanoseconds. */
void wake_wait(struct wake *, uint64_t ns);

#endif

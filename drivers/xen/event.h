/* SPDX-License-Identifier: MIT */
/*
 * event.h - event channels: numbered doorbells between domains.
 *
 * Nothing interrupts: that a port was rung is a bit in the page shared with Xen, and sleeping is one
 * hypercall that ends when one of the ports that were armed is rung. All ports stay masked, which
 * keeps Xen from looking for a way to interrupt.
 */
#ifndef DRIVERS_XEN_EVENT_H
#define DRIVERS_XEN_EVENT_H

#include <stdbool.h>
#include <stdint.h>

struct xen_shared;

/* From then on ports can be used; shared stays. */
void event_init(struct xen_shared *shared);

/* A port that domain `remote' may bind to: its number, or -errno. */
int event_alloc(unsigned remote);
void event_close(uint32_t port);
void event_notify(uint32_t port);

/* Was it rung? Forgets it. */
bool event_taken(uint32_t port);

/* The next event_wait ends when the port is rung. Forgets earlier rings, so look at what they were
 * about afterwards. True: there was one. */
bool event_arm(uint32_t port);
/* Sleeps until an armed port is rung or steady time deadline (INT64_MAX: none); may end early.
 * Afterwards no port is armed. */
void event_wait(int64_t deadline);
/* Sleeps for this port alone; what is armed stays so. Look whether there is something to do after
 * event_taken and before this call. */
void event_wait_port(uint32_t port, int64_t deadline);

/* Xen's time at steady time 0. */
extern int64_t event_time_offset;

struct event_counters {
	uint64_t notified, taken, waits;
};
extern struct event_counters event_counters;

#endif

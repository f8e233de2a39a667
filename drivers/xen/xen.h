/* SPDX-License-Identifier: MIT */
/* xen.h - what there is only on Xen, for the one who boots and for the control thread. */
#ifndef DRIVERS_XEN_XEN_H
#define DRIVERS_XEN_XEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

/*
 * Called once when machine.kind is MACHINE_XEN, as soon as threads can be made: sets the clock, the
 * console, the machine's wait and off, finds the store, and adds the interfaces that there are, which
 * connect in the background, and the control channel. Panics when Xen lacks what all versions have.
 */
void xen_init(void);

/* The hypervisor's log (`xl dmesg'), for what goes wrong before xen_init. */
void xen_console_early(const char *p, size_t n);

/* Calls ready as soon as the host has given this domain its node in the store (docs/control.md): on
 * the store's thread, or now. It may be called once. */
void xen_control_start(void (*ready)(void));
/* Says in the store that the machine is ready: once its watches are there. */
void xen_control_ready(void);

/* The host asks for an end (xl shutdown, xl reboot): called on the store's thread with an enum
 * monitor_exit. Until it is set the machine ends at once. */
extern void (*xen_shutdown)(int how);

/* Lines `KEY VALUE': hypercalls, events, grants. */
void xen_counters(struct text *out);

/* --- between the driver's parts --- */

/* A page of the hypervisor's, of Xen's parameter `pfn'. NULL: it says 0. */
void *xen_param_page(unsigned param);
uint32_t xen_param(unsigned param);

void xen_console_init(void);
void xen_console_write(const char *p, size_t n);

/* The channel of stream/: it is there at once, and opens when the host opens it. */
void xen_stream_init(void);

/* The interfaces of device/vif. */
void netfront_init(void);

#endif

/* SPDX-License-Identifier: MIT */
/* guest.h - what the parts of the guest's platform know of each other. */
#ifndef PLATFORM_GUEST_GUEST_H
#define PLATFORM_GUEST_GUEST_H

#include "base/list.h"
#include "base/str.h"
#include "engine/platform.h"
#include "kernel/kthread.h"

struct engine;
struct instances;
struct trap_frame;

/* What struct thread's platform member points to. */
struct context {
	struct kthread *k;
	struct list watches; /* struct guest_watch */
	bool started;        /* k was made for this thread, and is to go with it */
};

/* --- devices as descriptors: what device_info says in fd --- */

/* A watch changed: is the source of descriptor fd of interest to anyone? */
void device_watch(int fd, unsigned events, struct kthread *);
/* Of the events, those that hold now. */
unsigned device_events(int fd, unsigned events);

/* Takes all interfaces from an engine that failed. False: some are still at what it has sent, so that
 * its memory must stay. */
bool devices_abandon(const struct engine *);

/* --- files --- */

/* Fills the RAM file system from a cpio archive (newc), which stays where it is. False, with a
 * message, when it is damaged; what came before is there. */
bool files_unpack(const void *archive, size_t size);

/* --- faults, control --- */

/* Of kthread.failed: reports a fault of thread t. */
void failure_report(void *t, const struct trap_frame *);
/* On the control thread: takes back what failed instances had. */
void failures_clean(void);

/* The machine's instances: what runs on the boot thread for as long as the machine lives. */
_Noreturn void control_run_machine(void);
extern struct instances machine_instances;

#endif

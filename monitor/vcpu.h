/* SPDX-License-Identifier: MIT */
/* vcpu.h - the machine's one processor. */
#ifndef MONITOR_VCPU_H
#define MONITOR_VCPU_H

#include <stdbool.h>

struct error;
struct machine;

/* Makes it, and completes the page: its clock. */
bool vcpu_open(struct machine *, struct error *);
/* Sets its registers for the image that is loaded. */
bool vcpu_start(struct machine *, struct error *);
/* Lets a kick of each queue go to the device's eventfd, without this thread. */
bool vcpu_kicks(struct machine *, struct error *);
/* Runs it until the machine ends, and then for ever sleeps: the I/O thread ends the process. */
_Noreturn void vcpu_run(struct machine *);

#endif

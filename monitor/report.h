/* SPDX-License-Identifier: MIT */
/* report.h - the end of a machine whose guest did what it must not, with the state of its processor. */
#ifndef MONITOR_REPORT_H
#define MONITOR_REPORT_H

struct machine;

/* "guest: TEXT at rip 0x...", with the registers and the top of the stack. Of the vCPU thread. */
void report_guest(struct machine *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif

/* SPDX-License-Identifier: MIT */
/*
 * sandbox.h - what the monitor cannot do any more when the guest runs. A guest that takes over the
 * monitor finds no files, no other processes, no network, no rights, and few system calls.
 */
#ifndef MONITOR_SANDBOX_H
#define MONITOR_SANDBOX_H

#include <stdbool.h>

struct error;
struct machine;
struct options;

enum sandbox_thread { SANDBOX_VCPU, SANDBOX_IO, SANDBOX_THREADS };

/* Goes on in a child in new namespaces and the cgroup; the parent waits for it, passes signals on,
 * and ends as it does. Before anything else is opened. False when that cannot be. */
bool sandbox_fork(struct machine *, struct error *);
/*
 * When all that needs rights and files is open. In the I/O thread: an empty root for the process. In
 * each thread: no network, another user, no capabilities, and then only its own system calls. The
 * vCPU's thread waits for the other one to be there too.
 */
bool sandbox_enter_thread(struct machine *, enum sandbox_thread, struct error *);

/* Code of tests that runs inside: once when all is locked but the system calls (SANDBOX_THREADS), and
 * in each thread. The product has none. */
void sandbox_probe(const char *name, enum sandbox_thread) __attribute__((weak));

#endif

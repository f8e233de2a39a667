/* SPDX-License-Identifier: MIT */
/*
 * sandbox.h - what the monitor cannot do any more when the guest runs. A guest that takes over the
 * monitor finds no files, no other processes, no network, no rights, and few system calls.
 */
#ifndef MONITOR_SANDBOX_H
#define MONITOR_SANDBOX_H

#include <signal.h>
#include <stdbool.h>

struct error;
struct machine;
struct options;

/* By which the parent passes a signal on, with its number: what a terminal sends goes to both. */
#define SANDBOX_SIGNAL SIGUSR1

enum sandbox_thread { SANDBOX_VCPU, SANDBOX_IO };

/* Goes on in a child in new namespaces and the cgroup; the parent waits for it, passes signals on,
 * and ends as it does. Before anything else is opened. False when that cannot be. */
bool sandbox_fork(struct machine *, struct error *);
/*
 * Locks the calling thread in: another user, an empty root, no network, no capabilities, few system
 * calls. Each thread does it, as rights are a thread's; the I/O thread when all files are open, while
 * the vCPU thread goes on with KVM, which then waits for it here. False: the machine must not run.
 */
bool sandbox_lock(struct machine *, enum sandbox_thread, struct error *);

/* Code of tests that runs inside, in each thread: before its system calls are locked, and behind that.
 * The product has none. */
void sandbox_probe(const char *name, enum sandbox_thread, bool locked) __attribute__((weak));

#endif

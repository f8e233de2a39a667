/* SPDX-License-Identifier: MIT */
/* process.h - processes of the host: who they are over time, and running other programs. */
#ifndef CLI_PROCESS_H
#define CLI_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/pool.h"
#include "base/text.h"

/* A process that cannot be taken for a later one of its number: the time it began, in ticks
 * since the boot, and which boot that was. */
struct process {
	pid_t pid; /* 0: none */
	uint64_t start;
	char boot[40];
};

/* What is to be known of a running process; false when there is none. */
bool process_of(pid_t, struct process *);
/* Is it still there? A zombie is not. */
bool process_alive(const struct process *);
/* Seconds since it began. */
double process_age(const struct process *);
/* Sends a signal, never to another process of its number. */
void process_kill(const struct process *, int signo);
/* Waits until it has ended. False: it has not, ms milliseconds later. */
bool process_wait(const struct process *, int ms);

/* A child that must not run on when we end before it is known: gate_wait in the child comes back when
 * we have called gate_open; false when we have ended. */
pid_t process_fork(int *gate); /* as fork */
bool gate_wait(int gate);
void gate_open(int gate);

/* Runs a program (searched for in PATH and the system's directories) and collects what it
 * prints, errors included; out may be NULL. Its exit status, or -errno. */
int process_run(const char *const argv[], struct text *out);

/* Where a program of ours is: $env, else beside this program, else in PATH, else in
 * LIBEXEC-like places. NULL: nowhere. */
const char *program_find(struct pool *, const char *name, const char *env);

/* Closes all descriptors from the given one on. */
void process_close_from(int fd);

#endif

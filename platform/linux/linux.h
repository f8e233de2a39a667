/* SPDX-License-Identifier: MIT */
/* linux.h - what the parts of the Linux platform know of each other. */
#ifndef PLATFORM_LINUX_LINUX_H
#define PLATFORM_LINUX_LINUX_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/platform.h"

/* --- waiting and threads --- */

struct interest { /* one watch of a descriptor */
	struct interest *next;
	struct watch *w;
	unsigned events;
	uint32_t round; /* the dispatch that looked at it last */
};

struct watched { /* one descriptor; several watches may share it */
	struct interest *first;
	unsigned events; /* of all of them together */
	bool plain;      /* a regular file: always ready, which epoll will not say */
};

/* What struct thread's platform member points to. */
struct context {
	int epoll, wake;     /* wake: an eventfd in epoll */
	int asleep, woken;   /* see platform_wake */
	struct watched *fd;  /* by descriptor */
	size_t nfds;
	unsigned nwatched, nplain;
	uint32_t round;
};

/* Pins thread t to CPU first + t: the one that runs and those to come. < 0: none. */
void thread_affinity(int first);
/* Signals are for this thread's engine. */
void thread_main(struct thread *);
/* They are for this function instead, in signal context; what is caught once remains so. */
void thread_signals(void (*arrived)(int signo));

/* --- interfaces by number --- */

/* From now on interface number n is that one; false: n is too large. */
bool interface_number(unsigned n, const char *name);
/* The interface that name is, when it is the number of one, else name. */
const char *interface_name(const char *name);
/* They will soon be received from, in the usual way: begins what that takes. */
void interfaces_prepare(void);
void device_prepare(const char *name);

/* --- files of the control protocol --- */

/* They are those below this directory, which becomes the current one. 0 or -errno. */
int store_open(const char *dir);

/* --- console --- */

/* Writes out what platform_print holds back. */
void console_flush(void);
/* Appends to standard output: 0 or -errno. */
int console_write(const void *p, size_t n);
/* On a fatal signal prints a stack trace before it kills. */
void backtrace_on_crash(void);

#endif

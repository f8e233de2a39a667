/* SPDX-License-Identifier: MIT */
/*
 * end.h - how a machine ends. Whoever finds a reason says it once; the first one counts. The I/O
 * thread then delivers what is in the rings, writes the report, and the process ends.
 */
#ifndef MONITOR_END_H
#define MONITOR_END_H

#include <stdbool.h>

enum end_status { END_POWEROFF = 0, END_USAGE = 1, END_HOST = 2, END_GUEST = 3, END_PANIC = 4 };

struct error;

struct end {
	unsigned claimed, complete; /* 1: somebody writes it; it is written */
	enum end_status status;
	int wake;       /* an eventfd for the I/O thread */
	int report;     /* a file, or -1 */
	const char *name; /* of the machine */
	char text[256], details[2048];
};

/* False when the file cannot be made; errno says why. path NULL: none. */
bool end_open(struct end *, const char *name, const char *path);

/* A start that failed. */
void end_machine_error(struct end *, const struct error *);
/* text: one line, printf-like. Any thread. details, more lines each with its end, may be NULL. */
void end_machine(struct end *, enum end_status, const char *details, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static inline bool end_is_near(const struct end *e)
{
	return __atomic_load_n(&e->complete, __ATOMIC_ACQUIRE);
}

/* Writes the report; what is not a regular end goes to the standard error output too. */
void end_report(const struct end *);

#endif

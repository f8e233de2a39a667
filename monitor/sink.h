/* SPDX-License-Identifier: MIT */
/*
 * sink.h - where a console's output goes: a file that keeps the last of it, a pseudo-terminal, or
 * the standard output. Both threads may write.
 */
#ifndef MONITOR_SINK_H
#define MONITOR_SINK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

#define SINK_FILE_MAX (1U << 20) /* a file is cut to the later half when it would grow over it */

struct sink {
	pthread_mutex_t lock;
	int out;          /* -1: nowhere */
	int in;           /* what a person types, or -1 */
	bool file;
	uint64_t size;    /* of the file */
	uint64_t lost;    /* bytes that a terminal had no room for */
};

/* what: "stdio", "pty", or a file's path; NULL: output goes nowhere. A pseudo-terminal's name is
 * in the symbolic link `link' afterwards, or when that is NULL on the standard output. */
bool sink_open(struct sink *, const char *what, const char *link, struct error *);
/* All of p, or what is lost is counted and said in the output later. Does not wait, unless it
 * is for the standard output. */
void sink_write(struct sink *, const void *p, size_t n);

#endif

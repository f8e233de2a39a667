/* SPDX-License-Identifier: MIT */
/*
 * error.h - messages about a configuration, a handler call or a file.
 *
 * All messages are collected, in order, as the lines a person reads: parsing goes on after an
 * error. A context prints its header before its first message and indents what is inside:
 *
 *	FILE:3: While configuring 'q :: Queue':
 *	  CAPACITY: invalid number
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/text.h"

struct landmark { /* FILE:LINE; line 0: FILE alone; file empty: nothing */
	struct str file;
	unsigned line;
};

#define ERROR_DEPTH 16

struct error {
	struct text out; /* whole lines, each with its newline */
	unsigned errors, warnings;
	unsigned depth, printed; /* open contexts; how many of them have printed their header */
	struct error_context {
		struct landmark at;
		char *header;  /* NULL: a prefix only */
		char prefix[64];
	} *context; /* [ERROR_DEPTH]; NULL while none is open: errors live on small stacks */
	/* When set, gets each line (without newline) as it is made, instead of out. */
	void (*sink)(void *arg, struct str line);
	void *sink_arg;
};

/* All zero is a good start too. */
void error_init(struct error *);
void error_fini(struct error *);

/* Adds an error and returns false, so that checks read `return fail(err, ...)'.
 * Several lines in one message are several lines of output. err may be NULL: nothing is kept. */
bool error_add(struct error *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool error_add_at(struct error *, struct landmark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Macros, so that the compiler sees the false too and knows which variables are set. */
#define fail(err, ...) error_false(error_add(err, __VA_ARGS__))
#define fail_at(err, at, ...) error_false(error_add_at(err, at, __VA_ARGS__))

static inline bool error_false(bool added)
{
	(void)added;
	return false;
}

/* "warning: TEXT", and nothing fails. */
void warn(struct error *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void warn_at(struct error *, struct landmark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A line that explains the message before it; counts as neither. */
void note(struct error *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void note_at(struct error *, struct landmark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A context with a header line, until error_leave; false from the inside is not an exit. */
void error_enter(struct error *, struct landmark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A prefix before each message's text, such as "CAPACITY: ", until error_leave. */
void error_prefix(struct error *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void error_leave(struct error *);

void landmark_text(struct text *, struct landmark); /* "FILE:LINE", or nothing */

#endif

/* SPDX-License-Identifier: MIT */
/* log.h - the last messages that were said: a bounded ring of lines. */
#ifndef ENGINE_CONTROL_LOG_H
#define ENGINE_CONTROL_LOG_H

#include "base/text.h"

/* All zero is a log that keeps nothing. */
struct log {
	char *p;
	size_t cap, start, n; /* n bytes, whole lines, from start on and round the end */
};

void log_init(struct log *, size_t bytes); /* without memory for it nothing is kept */
void log_fini(struct log *);
/* Adds a line, without its newline; the oldest ones make room. One that does not fit is cut. */
void log_add(struct log *, struct str line);
void log_print(const struct log *, struct text *out);

#endif

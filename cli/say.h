/* SPDX-License-Identifier: MIT */
/* say.h - what the command tells a person: results, what it did, what went wrong and what helps. */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <stdbool.h>

#include "base/error.h"

/* Set by --quiet: say() is silent. */
extern bool say_quietly;

/* A line on standard error of what was done; for results there is standard output. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "clickos: TEXT" on standard error. Returns false, so that checks read `return complain(...)'. */
bool complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A line under the last complaint: what helps. Returns false. */
bool advise(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "  did you mean `NAME'?" for the candidate that is nearest to word. False: none is near. */
bool suggest(const char *word, const char *const candidates[], size_t n);

/* Of what a machine says, what could steer the terminal becomes `?'. */
static inline void say_tame(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)p[i] < ' ' && p[i] != '\n' && p[i] != '\t') || p[i] == 0x7f)
			p[i] = '?';
}

/* Lines of a struct error go to standard error as they are. */
void error_to_stderr(struct error *);

#endif

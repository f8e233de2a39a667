/* SPDX-License-Identifier: MIT */
/* say.c - messages to a person. */
#include "cli/say.h"

#include <stdarg.h>
#include <stdio.h>

bool say_quietly;

/* Parts of it may be a machine's words, and a terminal is not to obey those. */
static void tame(struct text *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (((unsigned char)t->p[i] < ' ' && t->p[i] != '\n' && t->p[i] != '\t') ||
		    t->p[i] == 0x7f)
			t->p[i] = '?';
}

static void line(const char *before, const char *fmt, va_list ap)
{
	struct text t = { 0 };

	text_add(&t, "%s", before);
	text_vadd(&t, fmt, ap);
	text_char(&t, '\n');
	tame(&t);
	fflush(stdout);
	fwrite(t.p, 1, t.n, stderr);
	text_fini(&t);
}

void say(const char *fmt, ...)
{
	va_list ap;

	if (say_quietly)
		return;
	va_start(ap, fmt);
	line("", fmt, ap);
	va_end(ap);
}

bool complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("clickos: ", fmt, ap);
	va_end(ap);
	return false;
}

bool advise(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("  ", fmt, ap);
	va_end(ap);
	return false;
}

bool suggest(const char *word, const char *const candidates[], size_t n)
{
	unsigned best = 3; /* as many edits are no slip any more */
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		unsigned d = str_distance(str_of(word), str_of(candidates[i]));

		if (d < best && d < strlen(word)) {
			best = d;
			found = candidates[i];
		}
	}
	if (found)
		advise("did you mean `%s'?", found);
	return found != NULL;
}

static void print_line(void *arg, struct str s)
{
	(void)arg;
	fprintf(stderr, "%.*s\n", STR(s));
}

void error_to_stderr(struct error *err)
{
	err->sink = print_line;
}

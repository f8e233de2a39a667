/* SPDX-License-Identifier: MIT */
/* error.c - messages as lines: landmark, indent, prefix, text. */
#include "base/error.h"

#include <stdlib.h>

enum kind { FAIL, WARN, NOTE };

void error_init(struct error *err)
{
	*err = (struct error){ .errors = 0 };
}

void error_fini(struct error *err)
{
	while (err->depth)
		error_leave(err);
	text_fini(&err->out);
}

void landmark_text(struct text *t, struct landmark at)
{
	char last = at.file.n ? at.file.p[at.file.n - 1] : ':';

	text_str(t, at.file);
	if (!at.file.n || !at.line)
		return;
	if (last != ':' && last != ' ')
		text_char(t, ':');
	text_add(t, "%u", at.line);
}

/* Contexts beyond the array are counted, and otherwise left out. */
static unsigned kept(const struct error *err)
{
	return err->depth < ERROR_DEPTH ? err->depth : ERROR_DEPTH;
}

static unsigned indent_of(const struct error *err, unsigned depth)
{
	unsigned headers = 0;

	for (unsigned i = 0; i < depth; i++)
		headers += err->context[i].header != NULL;
	return headers * 2;
}

static void line_start(struct text *t, struct landmark at, unsigned indent)
{
	size_t before = t->n;

	landmark_text(t, at);
	if (t->n > before)
		text_bytes(t, ": ", 2);
	text_add(t, "%*s", (int)indent, "");
}

/* The line that was made in t is complete. */
static void line_end(struct error *err, struct text *t)
{
	if (err->sink) {
		err->sink(err->sink_arg, text_as_str(t));
	} else {
		text_str(&err->out, text_as_str(t));
		text_char(&err->out, '\n');
	}
	text_clear(t);
}

/* A header waits for the first message inside it; only the outermost one shows where it is. */
static void print_headers(struct error *err, struct text *line)
{
	for (; err->printed < kept(err); err->printed++) {
		struct error_context *c = &err->context[err->printed];
		unsigned indent = indent_of(err, err->printed);

		if (!c->header)
			continue;
		line_start(line, indent ? (struct landmark){ .line = 0 } : c->at, indent);
		text_str(line, str_of(c->header));
		line_end(err, line);
	}
}

static void add_prefixes(const struct error *err, struct text *line)
{
	for (unsigned i = 0; i < kept(err); i++)
		text_str(line, str_of(err->context[i].prefix));
}

static void message(struct error *err, struct landmark at, enum kind kind, const char *fmt,
		    va_list ap)
{
	struct text all = { NULL, 0, 0 }, line = { NULL, 0, 0 };
	struct str rest;
	bool first = true;

	if (!err)
		return;
	err->errors += kind == FAIL;
	err->warnings += kind == WARN;
	print_headers(err, &line);
	text_vadd(&all, fmt, ap);
	rest = text_as_str(&all);
	do {
		struct str one = str_first(rest, str_find(rest, '\n'));

		line_start(&line, at, indent_of(err, kept(err)));
		if (kind != NOTE)
			add_prefixes(err, &line);
		if (kind == WARN && first)
			text_str(&line, str_of("warning: "));
		text_str(&line, one);
		line_end(err, &line);
		rest = str_from(rest, one.n + 1);
		first = false;
	} while (rest.n);
	text_fini(&line);
	text_fini(&all);
}

bool error_add(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(err, (struct landmark){ .line = 0 }, FAIL, fmt, ap);
	va_end(ap);
	return false;
}

bool error_add_at(struct error *err, struct landmark at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(err, at, FAIL, fmt, ap);
	va_end(ap);
	return false;
}

void warn(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(err, (struct landmark){ .line = 0 }, WARN, fmt, ap);
	va_end(ap);
}

void warn_at(struct error *err, struct landmark at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(err, at, WARN, fmt, ap);
	va_end(ap);
}

void note(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(err, (struct landmark){ .line = 0 }, NOTE, fmt, ap);
	va_end(ap);
}

void note_at(struct error *err, struct landmark at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(err, at, NOTE, fmt, ap);
	va_end(ap);
}

/* The next context, cleared, or NULL when they are all in use (or nobody listens). */
static struct error_context *open_context(struct error *err)
{
	struct error_context *c;

	if (!err || err->depth++ >= ERROR_DEPTH)
		return NULL;
	if (!err->context)
		err->context = calloc(ERROR_DEPTH, sizeof(*err->context));
	if (!err->context)
		abort();
	c = &err->context[err->depth - 1];
	*c = (struct error_context){ .header = NULL };
	return c;
}

void error_enter(struct error *err, struct landmark at, const char *fmt, ...)
{
	struct error_context *c = open_context(err);
	struct text header = { NULL, 0, 0 };
	va_list ap;

	if (!c)
		return;
	va_start(ap, fmt);
	text_vadd(&header, fmt, ap);
	va_end(ap);
	c->at = at;
	c->header = header.p;
}

void error_prefix(struct error *err, const char *fmt, ...)
{
	struct error_context *c = open_context(err);
	struct text prefix = { NULL, 0, 0 };
	va_list ap;

	if (!c)
		return;
	va_start(ap, fmt);
	text_vadd(&prefix, fmt, ap);
	va_end(ap);
	if (prefix.n >= sizeof(c->prefix))
		prefix.p[sizeof(c->prefix) - 1] = '\0';
	memcpy(c->prefix, prefix.p, strlen(prefix.p) + 1);
	text_fini(&prefix);
}

void error_leave(struct error *err)
{
	if (!err || !err->depth || --err->depth >= ERROR_DEPTH)
		return;
	free(err->context[err->depth].header);
	err->context[err->depth].header = NULL;
	if (err->printed > err->depth)
		err->printed = err->depth;
	if (err->depth == 0) {
		free(err->context);
		err->context = NULL;
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * testing.h - for the tests of the language: a text in; its flat text, or the messages, out.
 */
#ifndef ENGINE_LANG_TESTING_H
#define ENGINE_LANG_TESTING_H

#include "engine/lang/lang.h"
#include "tests/unit/test.h"

struct lang_case {
	const char *text, *want;
};

struct lang_file {
	const char *path, *text;
};

/* The classes that there are, besides those named A to Z in one letter. */
static inline bool testing_is_class(void *arg, struct str name)
{
	static const char *const known[] = { "Idle", "Discard", "Queue", "Tee", "Null", "Print" };

	(void)arg;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (str_is(name, known[i]))
			return true;
	}
	return name.n == 1 && name.p[0] >= 'A' && name.p[0] <= 'Z';
}

static inline bool testing_read_file(void *arg, struct pool *pool, const char *path,
				     struct str *data)
{
	for (const struct lang_file *f = arg; f && f->path; f++) {
		if (strcmp(f->path, path) == 0) {
			*data = pool_str(pool, str_of(f->text));
			return true;
		}
	}
	return false;
}

/* Hints below a message are its own matter: most cases are about the message. */
static inline void testing_drop_hints(struct text *t)
{
	struct str rest = text_as_str(t);
	size_t kept = 0;

	while (rest.n) {
		struct str line = str_first(rest, str_find(rest, '\n') + 1);

		if (!str_starts(line, "  ")) {
			memmove(t->p + kept, line.p, line.n);
			kept += line.n;
		}
		rest = str_from(rest, line.n);
	}
	t->n = kept;
}

/* Messages, then the flat text when there is one. */
static inline void testing_run(struct text *out, const struct lang_source *source,
			       const struct lang_host *host)
{
	struct error err;
	struct graph *g;

	error_init(&err);
	g = lang_parse(source, host, &err);
	CHECK((g == NULL) == (err.errors > 0));
	text_str(out, text_as_str(&err.out));
	testing_drop_hints(out);
	if (g)
		graph_unparse(g, out, NULL);
	graph_free(g);
	error_fini(&err);
}

static inline void testing_case(const struct lang_case *c, const struct lang_host *host)
{
	struct lang_source source = { .text = str_of(c->text), .file = str_of("config") };
	struct text out = { NULL, 0, 0 };

	testing_run(&out, &source, host);
	if (!test_count(c->want && str_is(text_as_str(&out), c->want)))
		printf("--- %s\n--- gives\n%.*s--- expected\n%s", c->text, STR(text_as_str(&out)),
		       c->want ? c->want : "?");
	text_fini(&out);
}

static inline void testing_table(const struct lang_case *c, size_t n)
{
	struct lang_host host = { .is_class = testing_is_class };

	for (size_t i = 0; i < n; i++)
		testing_case(&c[i], &host);
}

#define TABLE(cases) testing_table(cases, sizeof(cases) / sizeof((cases)[0]))

#endif

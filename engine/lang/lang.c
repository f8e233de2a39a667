/* SPDX-License-Identifier: MIT */
/* lang.c - from a text, or the archive that holds it, to a graph. */
#include "engine/lang/parse.h"

/* The text of the configuration: that of an archive is its member `config'. */
static bool find_text(struct parser *p)
{
	struct graph *g = p->graph;

	if (!archive_is(p->source->text)) {
		g->text = pool_str(g->pool, p->source->text);
		return true;
	}
	archive_read(g, p->source->text, p->err);
	for (size_t i = 0; i < g->nmembers; i++) {
		if (str_is(g->member[i].name, "config")) {
			g->text = g->member[i].data;
			return true;
		}
	}
	return fail_at(p->err, (struct landmark){ .file = g->file },
		       "archive has no 'config' section");
}

/* A library's end is where its includer goes on. */
static void parse_file(struct parser *p)
{
	struct lexer top = { .pool = p->graph->pool,
			     .err = p->err,
			     .text = p->graph->text,
			     .original = p->graph->file,
			     .file = p->graph->file,
			     .line = 1 };

	p->lex = &top;
	p->size = top.text.n;
	p->scope = p->file =
		scope_new(p, (struct landmark){ p->graph->file, 1 }, (struct str){ "", 0 });
	map_set(&p->libraries, p->graph->file, &top);
	for (;;) {
		parse_statements(p);
		if (!p->lex->outer)
			break;
		p->lex = p->lex->outer;
	}
	p->end = lex_next(p->lex).at;
	scope_close(p);
}

static void parser_fini(struct parser *p)
{
	for (struct body *b = p->bodies; b; b = b->link) {
		map_fini(&b->vars);
		map_fini(&b->keywords);
		map_fini(&b->names);
		map_fini(&b->classes);
	}
	map_fini(&p->primitives);
	map_fini(&p->libraries);
	pool_free(p->pool);
}

struct graph *parse_text(const struct lang_source *source, const struct lang_host *host,
			 struct error *err, void (*then)(struct parser *, void *arg), void *arg)
{
	struct error unheard;
	struct parser p = { .source = source, .host = host, .err = err ? err : &unheard };
	struct graph *g = graph_new();

	error_init(&unheard);
	p.errors = p.err->errors;
	p.graph = g;
	p.pool = pool_new();
	g->file = pool_str(g->pool, source->file);
	if (find_text(&p)) {
		parse_file(&p);
		then(&p, arg);
	}
	if (p.err->errors != p.errors) {
		graph_free(g);
		g = NULL;
	}
	parser_fini(&p);
	error_fini(&unheard);
	return g;
}

static void flatten(struct parser *p, void *arg)
{
	(void)arg;
	expand_file(p);
}

struct graph *lang_parse(const struct lang_source *source, const struct lang_host *host,
			 struct error *err)
{
	return parse_text(source, host, err, flatten, NULL);
}

/* SPDX-License-Identifier: MIT */
/* unparse.c - the flat text of a configuration. */
#include "engine/graph/graph.h"
#include "engine/lang/lang.h"

#define NO_CONN SIZE_MAX

struct unparse {
	struct graph *g;
	struct text *out;
	struct pool *scratch;
	size_t from;  /* of this text in out */
	size_t *next; /* by element: the connection that continues one into its input 0 */
	bool *done;   /* by connection: printed */
};

static void put_quoted(struct unparse *u, struct str s)
{
	text_str(u->out, conf_quote(u->scratch, s));
}

static void put_requirements(struct unparse *u)
{
	for (size_t i = 0; i < u->g->nrequirements; i++) {
		const struct graph_requirement *r = &u->g->requirement[i];

		text_add(u->out, "%s%.*s", i ? ", " : "require(", STR(r->type));
		if (r->value.n) {
			text_char(u->out, ' ');
			put_quoted(u, r->value);
		}
	}
	if (u->g->nrequirements)
		text_bytes(u->out, ");\n\n", 4);
}

static void put_defines(struct unparse *u)
{
	for (size_t i = 0; i < u->g->ndefines; i++) {
		text_bytes(u->out, i ? ", " : "define(", i ? 2 : 7);
		text_str(u->out, u->g->define[i]);
	}
	if (u->g->ndefines)
		text_bytes(u->out, ");\n\n", 4);
}

/* Pieces from several variables may not close their parentheses or quotes: then each argument is
 * quoted, so that the text can be read again. */
static void put_config(struct unparse *u, struct str config)
{
	struct str_list args;

	if (!conf_is_whole(config)) {
		conf_args(u->scratch, config, &args);
		for (size_t i = 0; i < args.n; i++)
			args.v[i] = conf_quote(u->scratch, conf_unquote(u->scratch, args.v[i]));
		config = conf_join(u->scratch, args.v, args.n);
	}
	if (!config.n)
		return;
	text_char(u->out, '(');
	text_str(u->out, config);
	text_char(u->out, ')');
}

static unsigned line_number(const struct unparse *u)
{
	unsigned line = 1;

	for (size_t i = u->from; i < u->out->n; i++)
		line += u->out->p[i] == '\n';
	return line;
}

static void put_elements(struct unparse *u, const struct graph_text_options *o)
{
	struct graph *g = u->g;

	for (unsigned i = 0; i < g->nelements; i++) {
		const struct graph_element *e = &g->element[i];

		if (o->landmarks && e->at.file.n) {
			text_add(u->out, "# %u ", e->at.line);
			put_quoted(u, e->at.file);
			text_char(u->out, '\n');
		}
		text_str(u->out, e->name);
		text_bytes(u->out, " :: ", 4);
		text_str(u->out, e->class);
		put_config(u, o->config ? o->config(o->arg, i) : e->config);
		text_bytes(u->out, ";\n", 2);
	}
	if (g->nelements)
		text_char(u->out, '\n');
}

/* The first connection out of output 0 into an input 0, else the last one out of output 0. */
static void find_continuations(struct unparse *u)
{
	const struct graph *g = u->g;

	for (size_t i = 0; i < g->nelements; i++)
		u->next[i] = NO_CONN;
	for (size_t i = 0; i < g->nconns; i++) {
		const struct graph_conn *c = &g->conn[i];
		size_t *next = &u->next[c->from.e];

		if (c->from.port == 0 && (*next == NO_CONN || g->conn[*next].to.port != 0))
			*next = i;
	}
}

static size_t continuation(const struct unparse *u, size_t conn)
{
	struct graph_end to = u->g->conn[conn].to;

	return to.port == 0 ? u->next[to.e] : NO_CONN;
}

static void put_hop(struct unparse *u, const struct graph_conn *c)
{
	text_bytes(u->out, " -> ", 4);
	if (c->to.port)
		text_add(u->out, "[%u] ", c->to.port);
	text_str(u->out, u->g->element[c->to.e].name);
}

static void put_chain(struct unparse *u, size_t i)
{
	const struct graph_conn *c = &u->g->conn[i];

	text_str(u->out, u->g->element[c->from.e].name);
	if (c->from.port)
		text_add(u->out, " [%u]", c->from.port);
	put_hop(u, c);
	u->done[i] = true;
	for (i = continuation(u, i); i != NO_CONN && !u->done[i]; i = continuation(u, i)) {
		text_bytes(u->out, "\n   ", 4);
		put_hop(u, &u->g->conn[i]);
		u->done[i] = true;
	}
	text_bytes(u->out, ";\n", 2);
}

static void put_connections(struct unparse *u)
{
	size_t n = u->g->nconns;
	bool *continues = pool_alloc(u->scratch, n);

	for (size_t i = 0; i < n; i++) {
		size_t next = continuation(u, i);

		if (next != NO_CONN)
			continues[next] = true;
	}
	for (size_t i = 0; i < n; i++) {
		if (!continues[i])
			put_chain(u, i);
	}
	for (size_t i = 0; i < n; i++) {
		if (!u->done[i]) /* on a cycle */
			put_chain(u, i);
	}
}

void graph_unparse(struct graph *g, struct text *out, const struct graph_text_options *options)
{
	static const struct graph_text_options plain = { .landmarks = false };
	const struct graph_text_options *o = options ? options : &plain;
	struct unparse u = { .g = g, .out = out, .from = out->n, .scratch = pool_new() };

	graph_sort(g);
	put_requirements(&u);
	if (o->defines)
		put_defines(&u);
	put_elements(&u, o);
	if (o->landmarks && g->nconns)
		text_add(out, "# %u \"\"\n", line_number(&u) + 1);
	u.next = pool_alloc(u.scratch, g->nelements * sizeof(*u.next));
	u.done = pool_alloc(u.scratch, g->nconns * sizeof(*u.done));
	find_continuations(&u);
	put_connections(&u);
	pool_free(u.scratch);
}

/* SPDX-License-Identifier: MIT */
/* xml.c - click2xml: a configuration, as it is written, as an XML document. */
#include "platform/linux/tools/draw.h"
#include "platform/linux/tools/xml.h"

static const struct tool_option options[] = { { 0 } };

/* White space in attributes is a plain space to readers, unless it is written like this. */
static void escape(struct text *out, struct str value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if (c < ' ')
			text_add(out, "&#%u;", c);
		else
			html_escape(out, (struct str){ &value.p[i], 1 });
	}
}

static void attribute(struct text *out, const char *name, struct str value)
{
	text_add(out, " %s=\"", name);
	escape(out, value);
	text_char(out, '"');
}

/* A class as elements have it: "{ID}" is a compound. */
static void class_attribute(struct text *out, struct str class)
{
	if (str_char(&class, '{'))
		attribute(out, "classid", str_first(class, class.n - 1));
	else
		attribute(out, "classname", class);
}

static void add_element(struct job *j, const struct graph *g, unsigned i, struct text *out)
{
	const struct graph_element *e = &g->element[i];
	const struct element_class *c = job_class(j, g, i);

	text_add(out, "<element");
	attribute(out, "name", e->name);
	class_attribute(out, e->class);
	attribute(out, "file", e->at.file);
	text_add(out, " line=\"%u\" ninputs=\"%u\" noutputs=\"%u\"", e->at.line,
		 ports_used(g, i, false), ports_used(g, i, true));
	if (c)
		attribute(out, "processing", str_of(class_processing(c)));
	if (e->config.n)
		attribute(out, "config", e->config);
	text_add(out, " />\n");
}

static void add_connection(const struct graph *g, const struct graph_conn *c, char how,
			   struct text *out)
{
	text_add(out, "<connection");
	attribute(out, "from", g->element[c->from.e].name);
	text_add(out, " fromport=\"%u\"", c->from.port);
	attribute(out, "to", g->element[c->to.e].name);
	text_add(out, " toport=\"%u\" processing=\"%c\" />\n", c->to.port, how);
}

static bool is_end(const struct graph_element *e)
{
	return str_is(e->class, LANG_INPUT) || str_is(e->class, LANG_OUTPUT);
}

static void add_graph(struct job *j, struct graph *g)
{
	const char *how;

	graph_sort(g);
	how = ports_resolve(j, g);
	for (unsigned i = 0; i < g->nelements; i++)
		if (!is_end(&g->element[i]))
			add_element(j, g, i, &j->out);
	for (size_t i = 0; i < g->nconns; i++)
		add_connection(g, &g->conn[i], how[i], &j->out);
}

static void add_defines(const struct lang_scope *s, struct text *out)
{
	for (size_t i = 0; i < s->ndefines; i++) {
		text_add(out, "<define");
		attribute(out, "name", s->define[i].name);
		attribute(out, "value", s->define[i].value);
		text_add(out, " />\n");
	}
}

/* --- scopes: what is inside of one stands before its own elements --- */

static void open_scope(const struct lang_scope *s, struct text *out)
{
	if (s->class == s->id) {
		text_add(out, "<elementclass");
		if (s->name.n)
			attribute(out, "classname", s->name);
		text_add(out, " classid=\"%u\">\n", s->id);
	}
	text_add(out, "<compound ninputs=\"%u\" noutputs=\"%u\" nformals=\"%zu\">\n", s->ninputs,
		 s->noutputs, s->nformals);
	for (size_t i = 0; i < s->nformals; i++) {
		text_add(out, "<formal number=\"%zu\"", i);
		attribute(out, "name", s->formal[i].name);
		if (s->formal[i].keyword.n)
			attribute(out, "keyword", s->formal[i].keyword);
		text_add(out, " />\n");
	}
	add_defines(s, out);
}

/* next is NULL at the end. */
static void close_scope(struct job *j, const struct lang_scope *s, const struct lang_scope *next)
{
	add_graph(j, s->graph);
	text_add(&j->out, "</compound>\n");
	if (next && next->class == s->class)
		return;
	if (s->extends.n) {
		text_add(&j->out, "<prevclass");
		class_attribute(&j->out, s->extends);
		text_add(&j->out, " />\n");
	}
	text_add(&j->out, "</elementclass>\n");
}

static void add_scopes(struct job *j, const struct lang_outline *o)
{
	unsigned open = 0;

	for (size_t i = 1; i <= o->n; i++) {
		const struct lang_scope *next = i < o->n ? &o->scope[i] : NULL;

		for (; open != (next ? next->outer : 0); open = o->scope[open].outer)
			close_scope(j, &o->scope[open], next);
		if (next)
			open_scope(next, &j->out);
		open = (unsigned)i;
	}
	add_graph(j, o->scope[0].graph);
}

static int run(struct job *j)
{
	struct lang_outline *o = job_outline(j);

	if (!o)
		return 1;
	text_add(&j->out, "<?xml version=\"1.0\" standalone=\"yes\"?>\n"
			  "<configuration xmlns=\"http://www.lcdf.org/click/xml/\">\n");
	for (size_t i = 0; i < o->file->nrequirements; i++) {
		text_add(&j->out, "<requirement");
		attribute(&j->out, "type", o->file->requirement[i].type);
		attribute(&j->out, "value", o->file->requirement[i].value);
		text_add(&j->out, " />\n");
	}
	add_defines(&o->scope[0], &j->out);
	add_scopes(j, o);
	text_add(&j->out, "</configuration>\n");
	lang_outline_free(o);
	return 0;
}

const struct tool tool_2xml = {
	.name = "click2xml",
	.usage = "[OPTION]... [NAME=VALUE]... [ROUTERFILE]",
	.purpose = "Writes a configuration as XML.",
	.options = options,
	.run = run,
};

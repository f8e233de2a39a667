/* SPDX-License-Identifier: MIT */
/* xml.c - click2xml: a flat configuration as an XML document. */
#include "platform/linux/tools/draw.h"

static const struct tool_option options[] = { { 0 } };

static void attribute(struct text *out, const char *name, struct str value)
{
	text_add(out, " %s=\"", name);
	html_escape(out, value);
	text_char(out, '"');
}

static void add_element(struct job *j, const struct graph *g, unsigned i, struct text *out)
{
	const struct graph_element *e = &g->element[i];
	const struct element_class *c = job_class(j, g, i);

	text_add(out, "<element");
	attribute(out, "name", e->name);
	attribute(out, "classname", e->class);
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

static int run(struct job *j)
{
	struct graph *g = job_graph(j);
	const char *how;

	if (!g)
		return 1;
	graph_sort(g);
	how = ports_resolve(j, g);
	text_add(&j->out, "<?xml version=\"1.0\" standalone=\"yes\"?>\n"
			  "<configuration xmlns=\"http://www.lcdf.org/click/xml/\">\n");
	for (unsigned i = 0; i < g->nelements; i++)
		add_element(j, g, i, &j->out);
	for (size_t i = 0; i < g->nconns; i++)
		add_connection(g, &g->conn[i], how[i], &j->out);
	text_add(&j->out, "</configuration>\n");
	graph_free(g);
	return 0;
}

const struct tool tool_2xml = {
	.name = "click2xml",
	.usage = "[OPTION]... [NAME=VALUE]... [ROUTERFILE]",
	.purpose = "Writes a configuration, flattened, as XML.",
	.options = options,
	.run = run,
};

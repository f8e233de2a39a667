/* SPDX-License-Identifier: MIT */
/* draw.c - a configuration as a graph, in the forms that drawing programs read. */
#define _GNU_SOURCE /* memmem */
#include "platform/linux/tools/draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/platform.h"

/* --- Graphviz --- */

/* In quotes of dot's. */
static void quoted(struct text *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			text_char(out, '\\');
		text_char(out, s.p[i] == '\n' ? ' ' : s.p[i]);
	}
}

/* In a record's label, where some characters mean something. */
static void label(struct text *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (strchr("\\\"{}|<>", s.p[i]))
			text_char(out, '\\');
		text_char(out, s.p[i] == '\n' ? ' ' : s.p[i]);
	}
}

static void ports(struct text *out, unsigned n, char side)
{
	for (unsigned i = 0; i < n; i++)
		text_add(out, "%s<%c%u>", i ? "|" : "{", side, i);
	text_add(out, n ? "}" : "");
}

static void node(const struct graph *g, unsigned e, struct text *out)
{
	unsigned nin = ports_used(g, e, false), nout = ports_used(g, e, true);

	text_add(out, "\"");
	quoted(out, g->element[e].name);
	text_add(out, "\" [label=\"{");
	ports(out, nin, 'i');
	text_add(out, nin ? "|" : "");
	label(out, g->element[e].name);
	text_add(out, "\\n:: ");
	label(out, g->element[e].class);
	text_add(out, nout ? "|" : "");
	ports(out, nout, 'o');
	text_add(out, "}\"];\n");
}

void draw_dot(struct job *j, const struct graph *g, struct text *out)
{
	const char *how = ports_resolve(j, g);

	text_add(out, "digraph clickrouter {\n"
		      "node [shape=record, height=.1, fontname=\"sans-serif\", fontsize=10];\n");
	for (unsigned i = 0; i < g->nelements; i++)
		node(g, i, out);
	for (size_t i = 0; i < g->nconns; i++) {
		const struct graph_conn *c = &g->conn[i];

		text_add(out, "\"");
		quoted(out, g->element[c->from.e].name);
		text_add(out, "\":o%u -> \"", c->from.port);
		quoted(out, g->element[c->to.e].name);
		text_add(out, "\":i%u%s;\n", c->to.port,
			 how[i] == 'l' ? " [arrowtail=odot, dir=both]" : "");
	}
	text_add(out, "}\n");
}

static bool write_file(const char *path, struct str text)
{
	struct file *f;
	int r = file_open(path, FILE_WRITE, &f);

	if (r < 0)
		return false;
	r = file_write(f, text.p, text.n);
	return file_close(f) >= 0 && r >= 0;
}

/* The drawing in dot's output, without what stands before it and messages around it. */
static struct str find_svg(struct str output)
{
	const char *start = output.n ? memmem(output.p, output.n, "<svg", 4) : NULL;
	struct str rest = start ? str_range(start, output.p + output.n) : (struct str){ 0 };
	const char *end = rest.n ? memmem(rest.p, rest.n, "</svg>", 6) : NULL;

	return end ? str_range(start, end + 6) : (struct str){ 0 };
}

bool draw_svg(struct job *j, const struct graph *g, struct text *out, struct error *err)
{
	const char *dir = platform_env("TMPDIR");
	char *path = pool_printf(j->pool, "%s/click-pretty-XXXXXX", dir ? dir : "/tmp");
	const char *argv[] = { "dot", "-q", "-Tsvg", path, NULL };
	struct text dot = { 0 }, output = { 0 };
	struct str svg = { 0 };
	int fd = mkstemp(path);

	if (fd < 0)
		return fail(err, "%s: cannot be made", path);
	close(fd);
	draw_dot(j, g, &dot);
	if (write_file(path, text_as_str(&dot)) && platform_command(argv, &output) == 0)
		svg = find_svg(text_as_str(&output));
	(void)unlink(path);
	if (svg.n)
		text_add(out, "%.*s\n", STR(svg));
	text_fini(&dot);
	text_fini(&output);
	return svg.n || fail(err, "the drawing needs `dot': install graphviz");
}

/* --- GML and GraphML --- */

void draw_gml(const struct graph *g, struct text *out)
{
	text_add(out, "graph [\n  directed 1\n");
	for (unsigned i = 0; i < g->nelements; i++) {
		text_add(out, "  node [ id %u label \"", i);
		html_escape(out, g->element[i].name);
		text_add(out, " :: ");
		html_escape(out, g->element[i].class);
		text_add(out, "\" ]\n");
	}
	for (size_t i = 0; i < g->nconns; i++)
		text_add(out, "  edge [ source %u target %u sourceport %u targetport %u ]\n",
			 g->conn[i].from.e, g->conn[i].to.e, g->conn[i].from.port,
			 g->conn[i].to.port);
	text_add(out, "]\n");
}

void draw_graphml(const struct graph *g, struct text *out)
{
	text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
		      "<key id=\"class\" for=\"node\" attr.name=\"class\" attr.type=\"string\"/>\n"
		      "<graph id=\"clickrouter\" edgedefault=\"directed\">\n");
	for (unsigned i = 0; i < g->nelements; i++) {
		text_add(out, "<node id=\"");
		html_escape(out, g->element[i].name);
		text_add(out, "\"><data key=\"class\">");
		html_escape(out, g->element[i].class);
		text_add(out, "</data></node>\n");
	}
	for (size_t i = 0; i < g->nconns; i++) {
		text_add(out, "<edge source=\"");
		html_escape(out, g->element[g->conn[i].from.e].name);
		text_add(out, "\" target=\"");
		html_escape(out, g->element[g->conn[i].to.e].name);
		text_add(out, "\" sourceport=\"o%u\" targetport=\"i%u\"/>\n", g->conn[i].from.port,
			 g->conn[i].to.port);
	}
	text_add(out, "</graph>\n</graphml>\n");
}

/* SPDX-License-Identifier: MIT */
/* pretty.c - click-pretty: a web page of a configuration. Drawings are in draw.c. */
#define _GNU_SOURCE /* memmem */
#include <ctype.h>
#include <string.h>

#include "platform/linux/tools/draw.h"

enum { TEMPLATE, DEFINE, CLASS_URLS, DOT, SVG, GML, GRAPHML };

static const struct tool_option options[] = {
	{ "template", 't', "FILE", "page of {{title}} {{config}} {{elements}} {{svg}}" },
	{ "define", 'd', "NAME=TEXT", "{{NAME}} of the template becomes TEXT" },
	{ "class-urls", 'u', "URL", "classes link to URL, the name at its `@' or end" },
	{ "dot", 0, NULL, "write a graph for Graphviz instead" },
	{ "svg", 0, NULL, "write a drawing instead (needs Graphviz's `dot')" },
	{ "gml", 0, NULL, "write a graph in GML instead" },
	{ "graphml", 0, NULL, "write a graph in GraphML instead" },
	{ 0 },
};

static const char page[] =
	"<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
	"charset=\"utf-8\"><title>{{title}}</title>\n"
	"<style>\n"
	"body { font: 15px/1.5 sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em }\n"
	"pre { background: #f6f6f2; padding: 1em; overflow-x: auto; font-size: 13px }\n"
	".comment { color: #777 } .string { color: #863 } a { color: #15608a; text-decoration: "
	"none }\n"
	"a:hover { text-decoration: underline } table { border-collapse: collapse }\n"
	"td, th { text-align: left; padding: .1em 1em .1em 0; vertical-align: top }\n"
	"td.config { font-family: monospace; font-size: 12px } svg { max-width: 100%; height: auto "
	"}\n"
	"</style></head><body>\n<h1>{{title}}</h1>\n{{svg}}\n<h2>Configuration</h2>\n"
	"<pre>{{config}}</pre>\n<h2>Elements</h2>\n{{elements}}\n</body></html>\n";

/* --- pieces of the page --- */

void html_escape(struct text *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '<':
			text_add(out, "&lt;");
			break;
		case '>':
			text_add(out, "&gt;");
			break;
		case '&':
			text_add(out, "&amp;");
			break;
		case '"':
			text_add(out, "&quot;");
			break;
		default:
			text_char(out, s.p[i]);
		}
}

static void class_link(struct job *j, struct text *out, struct str class)
{
	const char *url = job_option(j, CLASS_URLS);
	const char *at = url ? strchr(url, '@') : NULL;

	if (!url) {
		html_escape(out, class);
		return;
	}
	text_add(out, "<a href=\"");
	html_escape(out, at ? str_range(url, at) : str_of(url));
	text_add(out, "%.*s", STR(class));
	html_escape(out, str_of(at ? at + 1 : ""));
	text_add(out, "\">");
	html_escape(out, class);
	text_add(out, "</a>");
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '@' || c == '/';
}

/* The length of the comment or string at the start of s, 0 when there is none. */
static size_t special(struct str s, const char **kind)
{
	size_t i = 2;

	*kind = "comment";
	if (s.n >= 2 && s.p[0] == '/' && s.p[1] == '/')
		return str_find(s, '\n');
	if (s.n >= 2 && s.p[0] == '/' && s.p[1] == '*') {
		while (i < s.n && !(s.p[i - 1] == '*' && s.p[i] == '/' && i > 2))
			i++;
		return i < s.n ? i + 1 : s.n;
	}
	*kind = "string";
	if (s.n == 0 || s.p[0] != '"')
		return 0;
	for (i = 1; i < s.n && s.p[i] != '"'; i++)
		i += s.p[i] == '\\';
	return i < s.n ? i + 1 : s.n;
}

static void add_source(struct job *j, const struct graph *g, struct text *out)
{
	struct str s = g->text;
	const char *kind;

	while (s.n != 0) {
		size_t n = special(s, &kind), word = 0;

		while (n == 0 && word < s.n && is_word(s.p[word]))
			word++;
		if (n != 0) {
			text_add(out, "<span class=\"%s\">", kind);
			html_escape(out, str_first(s, n));
			text_add(out, "</span>");
		} else if (word != 0 && engine_class(j->engine, str_first(s, word))) {
			class_link(j, out, str_first(s, n = word));
		} else {
			html_escape(out, str_first(s, n = word ? word : 1));
		}
		s = str_from(s, n);
	}
}

static void add_elements(struct job *j, const struct graph *g, struct text *out)
{
	text_add(out, "<table><tr><th>Name</th><th>Class</th><th>Configuration</th></tr>\n");
	for (size_t i = 0; i < g->nelements; i++) {
		text_add(out, "<tr id=\"e-%.*s\"><td>", STR(g->element[i].name));
		html_escape(out, g->element[i].name);
		text_add(out, "</td><td>");
		class_link(j, out, g->element[i].class);
		text_add(out, "</td><td class=\"config\">");
		html_escape(out, g->element[i].config);
		text_add(out, "</td></tr>\n");
	}
	text_add(out, "</table>");
}

/* --- the page --- */

static bool defined(const struct job *j, struct str name, struct text *out)
{
	for (size_t i = j->ngiven; i-- > 0;) {
		struct str text = str_of(j->given[i].value);
		size_t eq = str_find(text, '=');

		if (j->given[i].option != DEFINE || !str_eq(str_first(text, eq), name))
			continue;
		text_str(out, str_from(text, eq + 1));
		return true;
	}
	return false;
}

static void fill_in(struct job *j, struct graph *g, struct str name, struct text *out)
{
	if (defined(j, name, out))
		return;
	if (str_is(name, "title"))
		html_escape(out, g->file);
	else if (str_is(name, "config"))
		add_source(j, g, out);
	else if (str_is(name, "elements"))
		add_elements(j, g, out);
	else if (str_is(name, "svg") && !draw_svg(j, g, out, NULL))
		text_add(out, "<!-- no drawing: Graphviz is not here -->");
}

static void write_page(struct job *j, struct graph *g, struct str template)
{
	while (template.n != 0) {
		const char *open = memmem(template.p, template.n, "{{", 2);
		size_t before = open ? (size_t)(open - template.p) : template.n;
		struct str rest = str_from(template, before + 2);
		const char *close = open ? memmem(rest.p, rest.n, "}}", 2) : NULL;

		text_str(&j->out, str_first(template, before));
		if (!close) {
			text_str(&j->out, str_from(template, before));
			return;
		}
		fill_in(j, g, str_range(rest.p, close), &j->out);
		template = str_from(rest, (size_t)(close - rest.p) + 2);
	}
}

static bool make_page(struct job *j, struct graph *g)
{
	const char *file = job_option(j, TEMPLATE);
	struct str template = str_of(page);

	if (file && !job_read(j, file, &template))
		return false;
	write_page(j, g, template);
	return true;
}

static int run(struct job *j)
{
	struct graph *g = job_graph(j);
	bool ok = true;

	if (!g)
		return 1;
	if (job_option(j, DOT))
		draw_dot(j, g, &j->out);
	else if (job_option(j, SVG))
		ok = draw_svg(j, g, &j->out, &j->err);
	else if (job_option(j, GML))
		draw_gml(g, &j->out);
	else if (job_option(j, GRAPHML))
		draw_graphml(g, &j->out);
	else
		ok = make_page(j, g);
	graph_free(g);
	return ok ? 0 : 1;
}

const struct tool tool_pretty = {
	.name = "click-pretty",
	.usage = "[OPTION]... [NAME=VALUE]... [ROUTERFILE]",
	.purpose = "Makes a web page, a drawing or a graph of a configuration.",
	.options = options,
	.run = run,
};

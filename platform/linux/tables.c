/* SPDX-License-Identifier: MIT */
/*
 * tables.c - all that is known of the element classes, for programs: a line for each fact, its
 * fields separated by tabs. tools/elemdoc.pl makes manual pages of it.
 *
 *	class NAME GROUP TITLE PORTS PROCESSING FLOW ALIASES
 *	prose, example LINE		one for each line
 *	see NAMES
 *	arg NAME TYPE FLAGS DEFAULT HELP
 *	handler NAME TYPE FLAGS HELP
 */
#include "engine/run/router.h"
#include "platform/linux/describe.h"
#include "platform/linux/docs.h"

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static void add_lines(struct text *out, const char *key, const char *lines)
{
	for (struct str s = str_of(lines); s.n != 0;) {
		size_t n = str_find(s, '\n');

		text_add(out, "%s\t%.*s\n", key, (int)n, s.p);
		s = str_from(s, n + 1);
	}
}

static void add_arg(struct text *out, const struct arg *a)
{
	text_add(out, "arg\t%s\t%s\t%s%s%s%s\t%s\t%s\n", a->name,
		 a->kind == KIND_NONE ? "" : kind_name(a->kind),
		 a->flags & ARG_POSITIONAL ? "p" : "", a->flags & ARG_REQUIRED ? "r" : "",
		 a->flags & ARG_REST ? "." : "", a->flags & ARG_DEPRECATED ? "d" : "",
		 or_empty(a->preset), or_empty(a->help));
}

static void add_handler(struct text *out, const struct handler *h)
{
	if (h->flags & H_PRIVATE)
		return;
	text_add(out, "handler\t%s\t%s\t", h->name, h->kind == KIND_NONE ? "" : kind_name(h->kind));
	describe_flags(out, h->flags);
	text_add(out, "\t%s\n", or_empty(h->help));
}

static void add_class(struct text *out, const struct element_class *c, const struct element_doc *d)
{
	text_add(out, "class\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c->name, d ? d->group : "",
		 d ? d->title : "", c->ports ? c->ports : "0/0", class_processing(c),
		 c->flow ? c->flow : "x/x", or_empty(c->aliases));
	if (d) {
		add_lines(out, "prose", d->prose);
		add_lines(out, "example", d->example);
		text_add(out, "see\t%s\n", d->see);
	}
	for (size_t i = 0; i < c->args.n; i++)
		add_arg(out, &c->args.v[i]);
	for (size_t i = 0; i < c->handlers.n; i++)
		add_handler(out, &c->handlers.v[i]);
}

void describe_tables(const struct engine *g, struct text *out)
{
	const struct element_class *c;

	for (size_t i = 0; (c = engine_class_at(g, i)); i++)
		add_class(out, c, describe_doc(c->name));
}

/* SPDX-License-Identifier: MIT */
/* describe.c - the manual of an element class, from its comment and its tables. */
#include "engine/platform.h"
#include "engine/run/router.h"
#include "platform/linux/describe.h"
#include "platform/linux/docs.h"
#include "platform/linux/options.h"

const struct element_doc *describe_doc(const char *name)
{
	for (const struct element_doc *d = element_docs; d->name; d++)
		if (strcmp(d->name, name) == 0)
			return d;
	return NULL;
}

static bool complain(const char *what, const char *name, const char *near)
{
	struct text t = { 0 };

	text_add(&t, "click: no %s %s%s%s", what, quote_left(), name, quote_right());
	if (near)
		text_add(&t, " (did you mean %s%s%s?)", quote_left(), near, quote_right());
	platform_message(text_as_str(&t));
	text_fini(&t);
	return false;
}

static void indent(struct text *out, const char *lines)
{
	for (struct str s = str_of(lines); s.n != 0;) {
		size_t n = str_find(s, '\n');

		if (n > 0)
			text_add(out, "  %.*s", (int)n, s.p);
		text_char(out, '\n');
		s = str_from(s, n + 1);
	}
}

/* --- arguments and handlers --- */

static void add_argument(struct text *out, const struct arg *a)
{
	text_add(out, "  %s", a->name);
	if (a->kind != KIND_NONE)
		text_add(out, " (%s%s%s)", kind_name(a->kind), a->preset ? ", default " : "",
			 a->preset ? a->preset : "");
	if (a->flags & ARG_REQUIRED)
		text_add(out, ", required");
	if (a->flags & ARG_DEPRECATED)
		text_add(out, ", deprecated");
	text_add(out, "\n      %s\n", a->help ? a->help : "");
}

/* ClassName(POSITIONAL [, OPTIONAL] [, KEYWORD value]) */
static void add_signature(struct text *out, const struct element_class *c)
{
	const char *comma = "";

	text_add(out, "%s(", c->name);
	for (size_t i = 0; i < c->args.n; i++) {
		const struct arg *a = &c->args.v[i];

		if (a->flags & ARG_DEPRECATED)
			continue;
		if (a->flags & ARG_REQUIRED)
			text_add(out, "%s%s", comma, a->name);
		else if (a->flags & ARG_REST)
			text_add(out, "%s%s...", comma, a->name);
		else
			text_add(out, "[%s%s]", comma, a->name);
		comma = ", ";
	}
	text_add(out, ")");
}

void describe_flags(struct text *out, unsigned flags)
{
	static const char letters[] = "rw+%.$UDbc";

	for (unsigned i = 0; letters[i]; i++)
		if (flags & 1U << i)
			text_char(out, letters[i]);
}

static void add_handlers(struct text *out, const struct element_class *c)
{
	for (size_t i = 0; i < c->handlers.n; i++) {
		const struct handler *h = &c->handlers.v[i];

		if (h->flags & H_PRIVATE)
			continue;
		text_add(out, "  %s (", h->name);
		describe_flags(out, h->flags);
		text_add(out, ")\n      %s\n", h->help ? h->help : "");
	}
}

static void add_class(struct text *out, const struct element_class *c, const struct element_doc *d)
{
	text_add(out, "%s - %s\n\n  ", c->name, d ? d->title : "a loaded class");
	add_signature(out, c);
	text_add(out, "\n  ports %s, processing %s\n", c->ports ? c->ports : "0/0",
		 class_processing(c));
	if (c->aliases)
		text_add(out, "  also called %s\n", c->aliases);
	if (d && d->prose[0]) {
		text_char(out, '\n');
		indent(out, d->prose);
	}
	if (c->args.n > 0)
		text_add(out, "\nArguments\n");
	for (size_t i = 0; i < c->args.n; i++)
		add_argument(out, &c->args.v[i]);
	if (c->handlers.n > 0)
		text_add(out, "\nHandlers\n");
	add_handlers(out, c);
	if (d && d->example[0]) {
		text_add(out, "\nExample\n");
		indent(out, d->example);
	}
	if (d && d->see[0])
		text_add(out, "\nSee also %s\n", d->see);
}

bool describe_class(const struct engine *g, const char *name, struct text *out)
{
	const struct element_class *c = engine_class(g, str_of(name));

	if (!c) {
		c = engine_class_near(g, str_of(name));
		return complain("element class", name, c ? c->name : NULL);
	}
	add_class(out, c, describe_doc(c->name));
	return true;
}

/* --- lists --- */

/* The first group after this one in the alphabet; NULL: no more. */
static const char *next_group(const char *after)
{
	const char *best = NULL;

	for (const struct element_doc *d = element_docs; d->name; d++)
		if ((!after || strcmp(d->group, after) > 0) &&
		    (!best || strcmp(d->group, best) < 0))
			best = d->group;
	return best;
}

static bool list_group(struct text *out, const char *group)
{
	bool any = false;

	for (const struct element_doc *d = element_docs; d->name; d++)
		if (strcmp(d->group, group) == 0) {
			any = true;
			text_add(out, "  %-24s %s\n", d->name, d->title);
		}
	return any;
}

static void list_undocumented(const struct engine *g, struct text *out)
{
	const struct element_class *c;

	for (size_t i = 0; (c = engine_class_at(g, i)); i++)
		if (!describe_doc(c->name))
			text_add(out, "  %s\n", c->name);
}

static bool no_group(const char *group)
{
	struct text t = { 0 };

	complain("group of elements", group, NULL);
	text_add(&t, "  there are");
	for (const char *at = NULL; (at = next_group(at));)
		text_add(&t, " %s", at);
	platform_message(text_as_str(&t));
	text_fini(&t);
	return false;
}

bool describe_list(const struct engine *g, const char *group, struct text *out)
{
	if (group)
		return list_group(out, group) || no_group(group);
	for (const char *at = NULL; (at = next_group(at));) {
		text_add(out, "%s\n", at);
		list_group(out, at);
	}
	list_undocumented(g, out);
	return true;
}

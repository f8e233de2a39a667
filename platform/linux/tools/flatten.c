/* SPDX-License-Identifier: MIT */
/* flatten.c - click-flatten: compounds expanded. */
#include <stdlib.h>

#include "platform/linux/tools/tool.h"

enum { CLASSES, NAMES, DECLARATIONS, CONFIG, EXPAND_VARS };

static const struct tool_option options[] = {
	{ "classes", 'c', NULL, "print the classes that are used" },
	{ "elements", 'n', NULL, "print the names of the elements" },
	{ "declarations", 'd', NULL, "print `name :: Class' of each element" },
	{ "config", 0, NULL, "of an archive, write the configuration alone" },
	{ "expand-vars", 0, NULL, "put in the values of file-level variables" },
	{ 0 },
};

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str line_for(struct job *j, const struct graph_element *e)
{
	if (job_option(j, CLASSES))
		return e->class;
	if (job_option(j, NAMES))
		return e->name;
	return str_of(pool_printf(j->pool, "%.*s :: %.*s", STR(e->name), STR(e->class)));
}

/* Sorted, each once. */
static void write_list(struct job *j, const struct graph *g)
{
	struct str *v = pool_alloc(j->pool, (g->nelements + 1) * sizeof(*v));

	for (size_t i = 0; i < g->nelements; i++)
		v[i] = line_for(j, &g->element[i]);
	qsort(v, g->nelements, sizeof(*v), by_text);
	for (size_t i = 0; i < g->nelements; i++)
		if (i == 0 || !str_eq(v[i], v[i - 1]))
			text_add(&j->out, "%.*s\n", STR(v[i]));
}

static int run(struct job *j)
{
	struct graph *g;

	j->expand_globals = job_option(j, EXPAND_VARS) != NULL;
	g = job_graph(j);
	if (!g)
		return 1;
	if (job_option(j, CLASSES) || job_option(j, NAMES) || job_option(j, DECLARATIONS))
		write_list(j, g);
	else
		job_write(j, g, job_option(j, CONFIG) != NULL);
	graph_free(g);
	return 0;
}

const struct tool tool_flatten = {
	.name = "click-flatten",
	.usage = "[OPTION]... [NAME=VALUE]... [ROUTERFILE]",
	.purpose = "Expands the compound elements of a configuration.",
	.options = options,
	.run = run,
};

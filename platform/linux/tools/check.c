/* SPDX-License-Identifier: MIT */
/* check.c - click-check: names, port counts, push and pull, without running anything. */
#include "platform/linux/tools/tool.h"

enum { USERLEVEL, LINUXMODULE, BSDMODULE, PRINT };

static const struct tool_option options[] = {
	{ "userlevel", 'u', NULL, "for the userlevel driver, the only one here" },
	{ "linuxmodule", 'l', NULL, "accepted; there is no such driver any more" },
	{ "bsdmodule", 'b', NULL, "accepted; there is no such driver any more" },
	{ "print", 'p', NULL, "write the configuration when it is right" },
	{ 0 },
};

static void report_class(struct job *j, const struct graph_element *e)
{
	const struct element_class *near = engine_class_near(j->engine, e->class);

	warn_at(&j->err, e->at, "unknown element class '%.*s'", STR(e->class));
	if (near)
		note(&j->err, "  did you mean '%s'?", near->name);
}

/* Reports each once. Their elements may have any ports, as those of class Error do. */
static void check_classes(struct job *j, struct graph *g)
{
	struct map unknown = { 0 };

	for (unsigned i = 0; i < g->nelements; i++) {
		struct graph_element *e = &g->element[i];

		if (job_class(j, g, i))
			continue;
		if (!map_get(&unknown, e->class))
			report_class(j, e);
		map_set(&unknown, e->class, e);
		e->class = str_of("Error");
	}
	map_fini(&unknown);
}

static bool check(struct job *j, struct graph *g)
{
	size_t size = g->nelements * sizeof(*g->element);
	struct graph_element *written = pool_alloc(j->pool, size);
	bool ok;

	memcpy(written, g->element, size);
	error_enter(&j->err, (struct landmark){ g->file, 0 },
		    "While checking configuration for userlevel driver:");
	check_classes(j, g);
	ok = engine_check(j->engine, g, &j->err);
	error_leave(&j->err);
	memcpy(g->element, written, size);
	return ok;
}

static int run(struct job *j)
{
	struct graph *g = job_graph(j);
	bool ok;

	if (!g)
		return 1;
	ok = check(j, g);
	if (ok) {
		note_at(&j->err, (struct landmark){ g->file, 0 },
			"configuration OK in userlevel driver");
		if (job_option(j, PRINT) || j->output)
			job_write(j, g, false);
	}
	graph_free(g);
	return ok ? 0 : 1;
}

const struct tool tool_check = {
	.name = "click-check",
	.usage = "[OPTION]... [NAME=VALUE]... [ROUTERFILE]",
	.purpose = "Checks a configuration without running it.",
	.options = options,
	.run = run,
};

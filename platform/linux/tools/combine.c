/* SPDX-License-Identifier: MIT */
/*
 * combine.c - click-combine and click-uncombine: several routers in one configuration, and back.
 *
 * Element e of component A becomes A/e. The two ends of a link, a device that one router sends to
 * and one that another receives from, become one RouterLink, whose arguments say what they were.
 */
#include <stdio.h>

#include "platform/linux/tools/tool.h"

enum { NAME, LINK, CONFIG };

static const struct tool_option combine_options[] = {
	{ "name", 'n', "NAME", "the name of the component in the next file" },
	{ "link", 'l', "A.E1=B.E2", "what leaves A by E1 enters B by E2" },
	{ "config", 'c', NULL, "write the configuration alone, not an archive" },
	{ 0 },
};

static const char elementmap[] =
	"<?xml version=\"1.0\" standalone=\"yes\"?>\n"
	"<elementmap xmlns=\"http://www.lcdf.org/click/xml/\">\n"
	"  <entry name=\"RouterLink\" processing=\"l/h\" portcount=\"-/=\" flowcode=\"x/x\" />\n"
	"</elementmap>\n";

static struct str joined(struct pool *p, struct str component, struct str name)
{
	return str_of(pool_printf(p, "%.*s/%.*s", STR(component), STR(name)));
}

/* Everything of g, as component `name', into all. */
static void add_component(struct graph *all, const struct graph *g, struct str name)
{
	unsigned base = (unsigned)all->nelements;

	for (size_t i = 0; i < g->nelements; i++) {
		struct graph_element e = g->element[i];

		e.name = joined(all->pool, name, e.name);
		e.class = pool_str(all->pool, e.class);
		e.config = pool_str(all->pool, e.config);
		e.at.file = pool_str(all->pool, e.at.file);
		graph_add(all, e);
	}
	for (size_t i = 0; i < g->nconns; i++) {
		struct graph_conn c = g->conn[i];

		c.from.e += base;
		c.to.e += base;
		c.at.file = pool_str(all->pool, c.at.file);
		graph_connect(all, c);
	}
}

static bool add_text(struct job *j, struct graph *all, struct str name, struct str text,
		     const char *file, struct text *components)
{
	struct graph *g = job_parse(j, text, file);

	if (!g)
		return false;
	add_component(all, g, name);
	text_add(components, "%.*s\n", STR(name));
	graph_free(g);
	return true;
}

static bool add_file(struct job *j, struct graph *all, struct str name, const char *path,
		     struct text *components)
{
	const char *file = strcmp(path, "-") == 0 ? "<stdin>" : path;
	struct str text;

	return job_read(j, path, &text) && add_text(j, all, name, text, file, components);
}

/* --- links --- */

static bool is_device(const struct graph_element *e, bool sends)
{
	return sends ? str_is(e->class, "ToDevice")
		     : str_is(e->class, "FromDevice") || str_is(e->class, "PollDevice");
}

/* COMPONENT.NAME: an element's name, or that of the device it uses. */
static unsigned find_end(struct job *j, const struct graph *g, struct str text, bool sends)
{
	size_t dot = str_find(text, '.');
	struct str component = str_first(text, dot), name = str_from(text, dot + 1);
	unsigned e = graph_find(g, joined(j->pool, component, name));

	for (unsigned i = 0; e == g->nelements && i < g->nelements; i++) {
		struct str_list args = { 0 };
		struct str full = g->element[i].name;

		if (!is_device(&g->element[i], sends) || full.n <= component.n + 1 ||
		    !str_eq(str_first(full, component.n), component) || full.p[component.n] != '/')
			continue;
		conf_args(j->pool, g->element[i].config, &args);
		if (args.n != 0 && str_eq(conf_unquote(j->pool, args.v[0]), name))
			e = i;
	}
	if (e == g->nelements)
		(void)fail(&j->err, "no element or device '%.*s' in component '%.*s'", STR(name),
			   STR(component));
	return e;
}

/* As one argument. */
static struct str one_argument(struct pool *p, struct str config)
{
	for (size_t i = 0; i < config.n; i++)
		if (strchr(" \t\n\",'\\$()/*;#<>", config.p[i]))
			return conf_quote(p, config);
	return config.n ? config : conf_quote(p, config);
}

/* "A NAME CLASS, CONFIG" of one end. */
static void describe_end(struct job *j, const struct graph_element *e, struct text *out)
{
	size_t slash = str_find(e->name, '/');

	text_add(out, "%.*s %.*s %.*s, ", STR(str_first(e->name, slash)),
		 STR(str_from(e->name, slash + 1)), STR(e->class));
	text_str(out, one_argument(j->pool, e->config));
}

static bool add_link(struct job *j, struct graph *g, struct str text, unsigned number)
{
	size_t eq = str_find(text, '=');
	unsigned from = find_end(j, g, str_first(text, eq), true);
	unsigned to = find_end(j, g, str_from(text, eq + 1), false), link;
	struct text config = { 0 };

	if (from == g->nelements || to == g->nelements)
		return false;
	describe_end(j, &g->element[from], &config);
	text_add(&config, ", ");
	describe_end(j, &g->element[to], &config);
	link = graph_add(g, (struct graph_element){
				    .name = str_of(pool_printf(g->pool, "link%u", number)),
				    .class = STR_LIT("RouterLink"),
				    .config = pool_str(g->pool, text_as_str(&config)),
				    .at = g->element[from].at,
			    });
	text_fini(&config);
	for (size_t i = 0; i < g->nconns; i++) {
		if (g->conn[i].to.e == from)
			g->conn[i].to.e = link;
		if (g->conn[i].from.e == to)
			g->conn[i].from.e = link;
	}
	graph_remove(g, from > to ? from : to);
	graph_remove(g, from > to ? to : from);
	return true;
}

/* --- click-combine --- */

static bool is_link(const char *word)
{
	const char *eq = strchr(word, '='), *dot = strchr(word, '.');

	return eq && dot && dot < eq;
}

/* One component from the command line: NAME=FILE, or a file or text after `-n NAME'. */
static bool add_given(struct job *j, struct graph *all, const struct given *g, const char **name,
		      struct text *components)
{
	const char *eq = strchr(g->value, '=');
	struct str called = str_of(*name ? *name : "");
	bool word = g->option == GIVEN_WORD;

	if (word && eq && !*name)
		return add_file(j, all, str_range(g->value, eq), eq + 1, components);
	if (!*name)
		return fail(&j->err,
			    word ? "'%s': expected NAME=FILE or A.E1=B.E2"
				 : "%s: expected `-n NAME' before it",
			    g->value);
	*name = NULL;
	if (g->option == GIVEN_EXPRESSION)
		return add_text(j, all, called, str_of(g->value), "config", components);
	return add_file(j, all, called, g->value, components);
}

static bool add_files(struct job *j, struct graph *all, struct text *components)
{
	const char *name = NULL;

	for (size_t i = 0; i < j->ngiven; i++) {
		const struct given *g = &j->given[i];

		if (g->option == NAME)
			name = g->value;
		else if (g->option < 0 && !(g->option == GIVEN_WORD && is_link(g->value)) &&
			 !add_given(j, all, g, &name, components))
			return false;
	}
	return components->n != 0 || fail(&j->err, "click-combine: no component specified");
}

static bool add_links(struct job *j, struct graph *all)
{
	unsigned n = 0;

	for (size_t i = 0; i < j->ngiven; i++) {
		const struct given *g = &j->given[i];

		if (g->option != LINK && !(g->option == GIVEN_WORD && is_link(g->value)))
			continue;
		if (!is_link(g->value))
			return fail(&j->err, "'%s': expected A.E1=B.E2", g->value);
		if (!add_link(j, all, str_of(g->value), ++n))
			return false;
	}
	return true;
}

static void add_member(struct graph *g, const char *name, struct str data)
{
	g->member = pool_grow(g->pool, g->member, g->nmembers, &g->member_cap, sizeof(*g->member));
	g->member[g->nmembers++] = (struct graph_member){ str_of(name), pool_str(g->pool, data) };
}

static int run_combine(struct job *j)
{
	struct graph *all = graph_new();
	struct text components = { 0 };
	bool ok = add_files(j, all, &components) && add_links(j, all);

	if (ok) {
		add_member(all, "config", (struct str){ 0 });
		add_member(all, "elementmap.xml", str_of(elementmap));
		add_member(all, "componentmap", text_as_str(&components));
		job_write(j, all, job_option(j, CONFIG) != NULL);
	}
	text_fini(&components);
	graph_free(all);
	return ok ? 0 : 1;
}

const struct tool tool_combine = {
	.name = "click-combine",
	.usage = "[OPTION]... NAME=FILE... [A.E1=B.E2]...",
	.purpose = "Joins several configurations into one.",
	.options = combine_options,
	.plain_words = true,
	.run = run_combine,
};

/* --- click-uncombine --- */

static const struct tool_option uncombine_options[] = {
	{ "name", 'n', "NAME", "the component to extract" },
	{ "config", 'c', NULL, "accepted: a component is always written alone" },
	{ 0 },
};

/* One end of a RouterLink that is of this component: the device again. */
static bool restore_end(struct job *j, struct graph *g, unsigned link, struct str component,
			struct str what, struct str config, bool sends)
{
	struct str_list words = { 0 };
	unsigned e;

	conf_words(j->pool, what, &words);
	if (words.n != 3 || !str_eq(words.v[0], component))
		return false;
	e = graph_add(g, (struct graph_element){
				 .name = joined(g->pool, component, words.v[1]),
				 .class = pool_str(g->pool, words.v[2]),
				 .config = pool_str(g->pool, conf_unquote(j->pool, config)),
				 .at = g->element[link].at,
			 });
	for (size_t i = 0; i < g->nconns; i++) {
		if (sends && g->conn[i].to.e == link)
			g->conn[i].to.e = e;
		if (!sends && g->conn[i].from.e == link)
			g->conn[i].from.e = e;
	}
	return true;
}

static void restore_link(struct job *j, struct graph *g, unsigned link, struct str component)
{
	struct str_list args = { 0 };

	conf_args(j->pool, g->element[link].config, &args);
	if (args.n != 4)
		return;
	(void)restore_end(j, g, link, component, args.v[0], args.v[1], true);
	(void)restore_end(j, g, link, component, args.v[2], args.v[3], false);
}

/* Everything that is not of the component goes; its names lose their first part. */
static bool keep_component(struct graph *g, struct str component)
{
	unsigned kept = 0;

	for (unsigned e = (unsigned)g->nelements; e-- > 0;) {
		struct str *name = &g->element[e].name;

		if (name->n > component.n && str_eq(str_first(*name, component.n), component) &&
		    name->p[component.n] == '/') {
			*name = str_from(*name, component.n + 1);
			kept++;
		} else {
			graph_remove(g, e);
		}
	}
	return kept != 0;
}

static int run_uncombine(struct job *j)
{
	const char *name = job_option(j, 0);
	struct str component;
	struct graph *g;
	bool ok;

	if (!name && j->nwords > 1)
		name = j->words[1];
	if (!name) {
		(void)fail(&j->err, "click-uncombine: no component specified");
		return 1;
	}
	component = str_of(name);
	g = job_graph(j);
	if (!g)
		return 1;
	for (unsigned e = 0, n = (unsigned)g->nelements; e < n; e++)
		if (str_is(g->element[e].class, "RouterLink"))
			restore_link(j, g, e, component);
	ok = keep_component(g, component) ||
	     fail(&j->err, "%.*s: no '%s' component", STR(g->file), name);
	if (ok)
		job_write(j, g, true);
	graph_free(g);
	return ok ? 0 : 1;
}

const struct tool tool_uncombine = {
	.name = "click-uncombine",
	.usage = "[OPTION]... [FILE [NAME]]",
	.purpose = "Extracts a component of a combined configuration.",
	.options = uncombine_options,
	.plain_words = true,
	.run = run_uncombine,
};

/* SPDX-License-Identifier: MIT */
/*
 * xform.c - click-xform: patterns in a configuration, replaced.
 *
 * The elements of a match make place for two, an input and an output, that take over their
 * connections with others. Once the replacement is connected to these, they are joined over.
 */
#include "platform/linux/tools/match.h"

enum { PATTERNS, REVERSE, CONFIG };

#define REPLACEMENTS_MAX 200 /* and some more for each element of the configuration */

static const struct tool_option options[] = {
	{ "patterns", 'p', "FILE", "read patterns from FILE" },
	{ "reverse", 'r', NULL, "put patterns in the places of their replacements" },
	{ "config", 'c', NULL, "of an archive, write the configuration alone" },
	{ 0 },
};

struct rule {
	struct pattern from, to;
	unsigned made; /* replacements so far */
};

struct rules {
	struct rule *v;
	size_t n, cap;
};

/* --- pattern files --- */

/* The class whose `input' is element e, or the first one behind it; false: there is none. */
static bool next_class(const struct graph *g, unsigned e, struct pattern *p)
{
	while (e < g->nelements && !str_is(g->element[e].class, LANG_INPUT))
		e++;
	if (e == g->nelements)
		return false;
	*p = (struct pattern){ .graph = g, .input = e, .output = e + 1, .end = e + 2 };
	p->name = str_first(g->element[e].name, g->element[e].name.n - strlen("/input"));
	while (p->end < g->nelements && !str_is(g->element[p->end].class, LANG_INPUT))
		p->end++;
	return true;
}

static bool find_class(struct job *j, const struct graph *g, struct str name, const char *suffix,
		       struct pattern *p)
{
	struct str whole = str_of(pool_printf(j->pool, "%.*s%s", STR(name), suffix));

	for (bool more = next_class(g, 0, p); more; more = next_class(g, p->end, p))
		if (str_eq(p->name, whole))
			return true;
	return false;
}

static unsigned ends_of(const struct pattern *p, bool output)
{
	return output ? ports_used(p->graph, p->output, false)
		      : ports_used(p->graph, p->input, true);
}

static bool check_rule(struct job *j, const struct rule *r)
{
	struct landmark at = r->from.graph->element[r->from.input].at;

	if (r->from.end == r->from.output + 1)
		return fail_at(&j->err, at, "'%.*s' has no elements", STR(r->from.name));
	for (int output = 0; output < 2; output++)
		if (ends_of(&r->from, output) != ends_of(&r->to, output))
			return fail_at(&j->err, at, "'%.*s' has %u %sput%s, '%.*s' has %u",
				       STR(r->from.name), ends_of(&r->from, output),
				       output ? "out" : "in",
				       ends_of(&r->from, output) == 1 ? "" : "s", STR(r->to.name),
				       ends_of(&r->to, output));
	return true;
}

static void add_rule(struct job *j, struct rules *rules, struct pattern p, struct pattern r)
{
	bool reverse = job_option(j, REVERSE) != NULL;

	rules->v = pool_grow(j->pool, rules->v, rules->n, &rules->cap, sizeof(*rules->v));
	rules->v[rules->n++] = (struct rule){ .from = reverse ? r : p, .to = reverse ? p : r };
}

/* The graph stays: it goes with the rules' pool. */
static bool read_rules(struct job *j, struct rules *rules, const char *path)
{
	size_t before = rules->n;
	struct pattern p, replacement;
	struct graph *g;
	struct str text;

	if (!job_read(j, path, &text))
		return false;
	g = job_classes(j, text, strcmp(path, "-") == 0 ? "<stdin>" : path);
	if (!g)
		return false;
	for (bool more = next_class(g, 0, &p); more; more = next_class(g, p.end, &p)) {
		if (!find_class(j, g, p.name, "_Replacement", &replacement))
			continue;
		add_rule(j, rules, p, replacement);
		if (!check_rule(j, &rules->v[rules->n - 1])) {
			graph_free(g);
			rules->n--;
			return false;
		}
	}
	if (rules->n != before)
		return true;
	graph_free(g);
	return fail(&j->err,
		    "%s: no patterns: expected elementclass P { ... } and "
		    "elementclass P_Replacement { ... }",
		    path);
}

static bool read_all_rules(struct job *j, struct rules *rules)
{
	for (size_t i = 0; i < j->ngiven; i++)
		if (j->given[i].option == PATTERNS && !read_rules(j, rules, j->given[i].value))
			return false;
	for (size_t i = job_named(j) ? 0 : 1; i < j->nwords; i++)
		if (!read_rules(j, rules, j->words[i]))
			return false;
	return rules->n != 0 || fail(&j->err, "click-xform: no pattern file specified");
}

/* Rules of one file are together. */
static void free_rules(struct rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		if (i + 1 == rules->n || rules->v[i + 1].from.graph != rules->v[i].from.graph)
			graph_free((struct graph *)(uintptr_t)rules->v[i].from.graph);
}

/* --- replacing --- */

/* Where an end of a connection of a matched element goes: a port of `in' or `out'. */
static void detach(const struct match *m, struct graph_end *end, unsigned to, bool output)
{
	struct graph_end inside = { m->member[end->e], end->port };
	int port = inside.e == NO_ELEMENT ? -1 : pattern_port(m->pattern, inside, output);

	if (port >= 0)
		*end = (struct graph_end){ to, (unsigned)port };
}

/* Leads what enters and leaves the matched elements to the new elements in and out. */
static void detach_all(const struct match *m, unsigned in, unsigned out)
{
	for (size_t i = 0; i < m->g->nconns; i++) {
		struct graph_conn *c = &m->g->conn[i];

		if (match_has(m, c))
			continue;
		detach(m, &c->from, out, true);
		detach(m, &c->to, in, false);
	}
	graph_sort(m->g); /* connections have changed under its feet */
}

/* "P@k/", not yet in use. */
static struct str new_prefix(struct graph *g, struct rule *r)
{
	struct str prefix;
	size_t i;

	do {
		prefix = str_of(pool_printf(g->pool, "%.*s@%u/", STR(r->from.name), ++r->made));
		for (i = 0; i < g->nelements; i++)
			if (str_eq(str_first(g->element[i].name, prefix.n), prefix))
				break;
	} while (i < g->nelements);
	return prefix;
}

/* Copies the replacement into g; the number of its first element. */
static unsigned add_elements(const struct match *m, struct rule *r)
{
	struct str prefix = new_prefix(m->g, r);
	struct pool *pool = m->g->pool;
	unsigned first = (unsigned)m->g->nelements;

	for (unsigned i = r->to.output + 1; i < r->to.end; i++) {
		struct graph_element e = r->to.graph->element[i];

		e.name = str_of(
			pool_printf(pool, "%.*s%.*s", STR(prefix), STR(pattern_local(&r->to, i))));
		e.class = pool_str(pool, e.class);
		e.config = pool_str(pool, match_expand(m, m->pool, e.config));
		e.at.file = pool_str(pool, e.at.file);
		graph_add(m->g, e);
	}
	return first;
}

static void add_connections(struct graph *g, const struct pattern *p, unsigned first, unsigned in,
			    unsigned out)
{
	for (size_t i = 0; i < p->graph->nconns; i++) {
		struct graph_conn c = p->graph->conn[i];

		if (c.from.e < p->input || c.from.e >= p->end)
			continue;
		c.from.e = c.from.e == p->input ? in : first + c.from.e - p->output - 1;
		c.to.e = c.to.e == p->output ? out : first + c.to.e - p->output - 1;
		c.at.file = pool_str(g->pool, c.at.file);
		graph_connect(g, c);
	}
}

static void join_over(struct graph *g, unsigned e)
{
	unsigned n = ports_used(g, e, false);

	for (unsigned port = 0; port < n; port++)
		ports_bypass(g, e, port, port);
}

static void replace(struct match *m, struct rule *r)
{
	struct graph *g = m->g;
	unsigned n = (unsigned)g->nelements, in = n, out = n + 1;

	detach_all(m, in, out);
	(void)graph_add(g, (struct graph_element){ .name = STR_LIT("") });
	(void)graph_add(g, (struct graph_element){ .name = STR_LIT("") });
	add_connections(g, &r->to, add_elements(m, r), in, out);
	join_over(g, in);
	graph_remove(g, in);
	join_over(g, in); /* which is out now */
	graph_remove(g, in);
	for (unsigned e = n; e-- > 0;)
		if (m->member[e] != NO_ELEMENT)
			graph_remove(g, e);
}

/* Replaces one match; 1: done; 0: there is none; -1: gave up. */
static int apply(struct job *j, struct graph *g, struct rule *r)
{
	struct match m;
	int found = match_find(&m, j, g, &r->from);

	if (found > 0)
		replace(&m, r);
	match_fini(&m);
	return found;
}

static bool apply_all(struct job *j, struct graph *g, struct rules *rules)
{
	size_t made = 0, limit = REPLACEMENTS_MAX + 4 * g->nelements;

	for (size_t i = 0; i < rules->n;) {
		int found = apply(j, g, &rules->v[i]);

		if (found < 0)
			return false;
		if (found > 0 && ++made > limit)
			return fail(&j->err, "patterns still match after %zu replacements: gave up",
				    limit);
		/* What one has made may be what one before it looks for. */
		i = found > 0 ? 0 : i + 1;
	}
	return true;
}

static int run(struct job *j)
{
	struct rules rules = { 0 };
	struct graph *g = job_graph(j);
	bool ok = g && read_all_rules(j, &rules) && apply_all(j, g, &rules);

	if (ok)
		job_write(j, g, job_option(j, CONFIG) != NULL);
	free_rules(&rules);
	graph_free(g);
	return ok ? 0 : 1;
}

const struct tool tool_xform = {
	.name = "click-xform",
	.usage = "[OPTION]... [NAME=VALUE]... [ROUTERFILE [PATTERNFILE]...]",
	.purpose = "Replaces patterns in a configuration.",
	.options = options,
	.run = run,
};

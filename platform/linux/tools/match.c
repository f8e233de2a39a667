/* SPDX-License-Identifier: MIT */
/*
 * match.c - where a configuration has a pattern.
 *
 * Elements of the pattern are given elements of the configuration one after the other, each the
 * first one that fits those before; where none does, the one before takes its next.
 */
#include "platform/linux/tools/match.h"

#include <ctype.h>

#define WORK_MAX (1ULL << 28) /* some seconds */

static unsigned size_of(const struct pattern *p)
{
	return p->end - p->output - 1;
}

static unsigned member_at(const struct pattern *p, unsigned i)
{
	return p->output + 1 + i;
}

struct str pattern_local(const struct pattern *p, unsigned e)
{
	return str_from(p->graph->element[e].name, p->name.n + 1);
}

int pattern_port(const struct pattern *p, struct graph_end inside, bool output)
{
	for (size_t i = 0; i < p->graph->nconns; i++) {
		const struct graph_conn *c = &p->graph->conn[i];
		const struct graph_end *in = output ? &c->from : &c->to;
		const struct graph_end *end = output ? &c->to : &c->from;

		if (in->e == inside.e && in->port == inside.port &&
		    end->e == (output ? p->output : p->input))
			return (int)end->port;
	}
	return -1;
}

/* --- arguments --- */

/* The name in `$name' or `${name}', empty for anything else. */
static struct str variable_name(struct str arg)
{
	struct str name = arg;
	size_t n = 0;

	if (!str_char(&name, '$'))
		return (struct str){ 0 };
	if (str_char(&name, '{'))
		name = str_ends(name, "}") ? str_first(name, name.n - 1) : (struct str){ 0 };
	while (n < name.n && (isalnum((unsigned char)name.p[n]) || name.p[n] == '_'))
		n++;
	return n == name.n ? name : (struct str){ 0 };
}

static const struct binding *binding_of(const struct match *m, struct str name)
{
	for (size_t i = 0; i < m->nvars; i++)
		if (str_eq(m->var[i].name, name))
			return &m->var[i];
	return NULL;
}

static bool argument_fits(struct match *m, struct str want, struct str is)
{
	struct str name = variable_name(want);
	const struct binding *bound = binding_of(m, name);

	if (name.n == 0)
		return str_eq(want, is);
	if (bound)
		return str_eq(bound->value, is);
	m->var = pool_grow(m->pool, m->var, m->nvars, &m->var_cap, sizeof(*m->var));
	m->var[m->nvars++] = (struct binding){ name, is };
	return true;
}

static bool arguments_fit(struct match *m, struct str want, struct str is)
{
	struct str_list a = { 0 }, b = { 0 };

	conf_args(m->pool, want, &a);
	conf_args(m->pool, is, &b);
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (!argument_fits(m, a.v[i], b.v[i]))
			return false;
	return true;
}

static bool get_binding(void *arg, struct str name, bool call, struct text *value)
{
	const struct match *m = arg;
	const struct binding *b = call ? NULL : binding_of(m, name);

	if (b)
		text_str(value, b->value);
	return b != NULL;
}

struct str match_expand(const struct match *m, struct pool *pool, struct str text)
{
	struct conf_scope scope = { .get = get_binding, .arg = (void *)(uintptr_t)m };

	return conf_expand(pool, text, &scope, false);
}

/* --- connections --- */

static void chain_connections(struct match *m)
{
	const struct graph *g = m->g;

	m->out = pool_alloc(m->pool, (g->nelements + 1) * sizeof(*m->out));
	m->next = pool_alloc(m->pool, (g->nconns + 1) * sizeof(*m->next));
	for (size_t i = 0; i < g->nconns; i++) {
		m->next[i] = m->out[g->conn[i].from.e];
		m->out[g->conn[i].from.e] = i + 1;
	}
}

static bool is_connected(struct match *m, struct graph_end from, struct graph_end to)
{
	for (size_t i = m->out[from.e]; i != 0; i = m->next[i - 1]) {
		const struct graph_conn *c = &m->g->conn[i - 1];

		m->work++;
		if (c->from.port == from.port && c->to.e == to.e && c->to.port == to.port)
			return true;
	}
	return false;
}

/* Has the configuration the connections of member i with itself and those before it? */
static bool connections_fit(struct match *m, unsigned i)
{
	const struct pattern *p = m->pattern;
	unsigned first = member_at(p, 0), last = member_at(p, i);

	for (size_t k = 0; k < p->graph->nconns; k++) {
		struct graph_conn c = p->graph->conn[k];

		if (c.from.e < first || c.from.e > last || c.to.e < first || c.to.e > last ||
		    (c.from.e != last && c.to.e != last))
			continue;
		c.from.e = m->element[c.from.e - first];
		c.to.e = m->element[c.to.e - first];
		if (!is_connected(m, c.from, c.to))
			return false;
	}
	return true;
}

bool match_has(const struct match *m, const struct graph_conn *c)
{
	const struct graph *g = m->pattern->graph;

	for (size_t i = 0; i < g->nconns; i++) {
		const struct graph_conn *own = &g->conn[i];

		if (own->from.e == m->member[c->from.e] && own->from.port == c->from.port &&
		    own->to.e == m->member[c->to.e] && own->to.port == c->to.port)
			return true;
	}
	return false;
}

/* A connection of the configuration is one of the pattern's, or has nothing to do with it, or
 * leads through its ends. */
static bool connection_allowed(const struct match *m, const struct graph_conn *c)
{
	struct graph_end out = { m->member[c->from.e], c->from.port };
	struct graph_end in = { m->member[c->to.e], c->to.port };

	return match_has(m, c) ||
	       ((out.e == NO_ELEMENT || pattern_port(m->pattern, out, true) >= 0) &&
		(in.e == NO_ELEMENT || pattern_port(m->pattern, in, false) >= 0));
}

/* "P@3/x": made by replacing P. */
static bool is_own(const struct pattern *p, struct str name)
{
	uint32_t number;

	if (!str_eq(str_first(name, p->name.n), p->name))
		return false;
	name = str_from(name, p->name.n);
	return str_char(&name, '@') && str_decimal(&name, &number) && str_char(&name, '/');
}

/* All members have their elements: is it a match? */
static bool is_match(struct match *m)
{
	bool own = true;

	for (unsigned i = 0; i < size_of(m->pattern); i++)
		own = own && is_own(m->pattern, m->g->element[m->element[i]].name);
	m->work += m->g->nconns;
	for (size_t i = 0; i < m->g->nconns && !own; i++)
		if (!connection_allowed(m, &m->g->conn[i]))
			return false;
	return !own;
}

/* --- search --- */

static void look_up_classes(struct match *m)
{
	m->class = pool_alloc(m->pool, (m->g->nelements + 1) * sizeof(struct element_class *));
	for (unsigned e = 0; e < m->g->nelements; e++)
		m->class[e] = job_class(m->job, m->g, e);
}

static void give_back(struct match *m, unsigned i)
{
	if (m->element[i] == NO_ELEMENT)
		return;
	m->member[m->element[i]] = NO_ELEMENT;
	m->element[i] = NO_ELEMENT;
	m->nvars = m->vars_before[i];
}

/* Gives member i its next element. */
static bool take_next(struct match *m, unsigned i)
{
	const struct pattern *p = m->pattern;
	unsigned member = member_at(p, i);
	const struct graph_element *want = &p->graph->element[member];
	const struct element_class *class = job_class(m->job, p->graph, member);
	unsigned e = m->element[i] + 1; /* NO_ELEMENT + 1 is the first */

	give_back(m, i);
	m->vars_before[i] = m->nvars;
	for (; e < m->g->nelements; e++) {
		const struct graph_element *is = &m->g->element[e];

		m->work++;
		if (m->member[e] != NO_ELEMENT || m->class[e] != class ||
		    (!class && !str_eq(is->class, want->class)))
			continue;
		m->element[i] = e;
		m->member[e] = member;
		if (connections_fit(m, i) && arguments_fit(m, want->config, is->config))
			return true;
		give_back(m, i);
	}
	return false;
}

static unsigned *no_elements(struct pool *pool, size_t n)
{
	unsigned *v = pool_alloc(pool, (n + 1) * sizeof(*v));

	memset(v, 0xff, (n + 1) * sizeof(*v));
	return v;
}

int match_find(struct match *m, struct job *j, struct graph *g, const struct pattern *p)
{
	unsigned n = size_of(p), i = 0;

	*m = (struct match){ .job = j, .g = g, .pattern = p, .pool = pool_new() };
	m->element = no_elements(m->pool, n);
	m->member = no_elements(m->pool, g->nelements);
	m->vars_before = pool_alloc(m->pool, (n + 1) * sizeof(*m->vars_before));
	look_up_classes(m);
	chain_connections(m);
	while (m->work < WORK_MAX) {
		if (i == n && is_match(m))
			return 1;
		if (i == n)
			i--;
		while (!take_next(m, i))
			if (i-- == 0)
				return 0;
		i++;
	}
	(void)fail_at(&j->err, p->graph->element[p->input].at,
		      "'%.*s' fits in too many ways: gave up", STR(p->name));
	return -1;
}

void match_fini(struct match *m)
{
	pool_free(m->pool);
}

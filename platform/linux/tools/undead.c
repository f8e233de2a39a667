/* SPDX-License-Identifier: MIT */
/* undead.c - click-undead: removes what no packet can meet, and what only passes packets on. */
#include <stdlib.h>

#include "engine/run/code.h"
#include "platform/linux/tools/tool.h"

enum { USERLEVEL, KERNEL, CONFIG, VERBOSE };

static const struct tool_option options[] = {
	{ "userlevel", 'u', NULL, "for the userlevel driver, which is the only one here" },
	{ "kernel", 'k', NULL, "accepted; there is no such driver any more" },
	{ "config", 'c', NULL, "write the configuration alone when it came in an archive" },
	{ "verbose", 'V', NULL, "say what is removed" },
	{ 0 },
};

static bool class_in(struct str class, const char *const *list)
{
	for (; *list; list++)
		if (str_is(class, *list))
			return true;
	return false;
}

static void say(struct job *j, const struct graph *g, unsigned e, const char *why)
{
	if (job_option(j, VERBOSE))
		note_at(&j->err, g->element[e].at, "removing '%.*s :: %.*s': %s",
			STR(g->element[e].name), STR(g->element[e].class), why);
}

/* --- bypassing: connections through e, from one input to one output --- */

static void bypass(struct graph *g, unsigned e, unsigned in, unsigned out)
{
	size_t n = g->nconns;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			struct graph_conn a = g->conn[i], b = g->conn[k];

			if (a.to.e == e && a.to.port == in && b.from.e == e && b.from.port == out)
				graph_connect(g, (struct graph_conn){ a.from, b.to, a.at });
		}
}

static unsigned count_ends(const struct graph *g, unsigned e, bool output)
{
	unsigned n = 0;

	for (size_t i = 0; i < g->nconns; i++) {
		const struct graph_end *end = output ? &g->conn[i].from : &g->conn[i].to;

		if (end->e == e && end->port >= n)
			n = end->port + 1;
	}
	return n;
}

/* Which output (input) a static switch uses: its argument; -1: it cannot be told, or is none. */
static int static_choice(struct job *j, const struct graph *g, unsigned e)
{
	struct str_list args = { 0 };
	int32_t n;

	conf_args(j->pool, g->element[e].config, &args);
	return args.n == 1 && parse_i32(args.v[0], &n, NULL) ? n : -1;
}

/* Takes e out when packets only go straight through. True: it is gone. */
static bool straighten(struct job *j, struct graph *g, unsigned e)
{
	static const char *const null[] = { "Null", "PushNull", "PullNull", NULL };
	static const char *const one_in[] = { "RoundRobinSched", "PrioSched", "SimplePrioSched",
					      "SimpleRoundRobinSched", NULL };
	static const char *const one_out[] = { "Tee", "PullTee", NULL };
	struct str class = g->element[e].class;
	const char *why = NULL;
	unsigned in = 0, out = 0;

	if (class_in(class, null)) {
		why = "it only passes packets on";
	} else if (str_is(class, "StaticSwitch") && static_choice(j, g, e) >= 0) {
		why = "the switch never changes";
		out = (unsigned)static_choice(j, g, e);
	} else if (str_is(class, "StaticPullSwitch") && static_choice(j, g, e) >= 0) {
		why = "the switch never changes";
		in = (unsigned)static_choice(j, g, e);
	} else if (class_in(class, one_in) && count_ends(g, e, false) == 1) {
		why = "it has one input only";
	} else if (class_in(class, one_out) && count_ends(g, e, true) == 1) {
		why = "it has one output only";
	}
	if (!why)
		return false;
	say(j, g, e, why);
	bypass(g, e, in, out);
	graph_remove(g, e);
	return true;
}

/* --- what lives: on a way from a source to a sink --- */

static bool is_info(const struct graph *g, unsigned e)
{
	return count_ends(g, e, false) == 0 && count_ends(g, e, true) == 0;
}

static bool starts(const struct graph *g, unsigned e)
{
	return count_ends(g, e, false) == 0 && !str_is(g->element[e].class, "Idle");
}

static bool ends(const struct graph *g, unsigned e)
{
	return count_ends(g, e, true) == 0 && !str_is(g->element[e].class, "Idle");
}

static const char *flow_of(struct job *j, const struct graph *g, unsigned e)
{
	const struct element_class *c = job_class(j, g, e);

	return c && c->flow ? c->flow : "x/x";
}

/* Connection i can carry packets that come by (leave to) one that lives. */
static bool continues(struct job *j, const struct graph *g, const bool *alive, size_t i, bool forward)
{
	const struct graph_conn *c = &g->conn[i];
	unsigned e = forward ? c->from.e : c->to.e;

	for (size_t k = 0; k < g->nconns; k++) {
		const struct graph_conn *d = &g->conn[k];

		if (!alive[k] || (forward ? d->to.e : d->from.e) != e)
			continue;
		if (forward ? flow_reaches(flow_of(j, g, e), d->to.port, c->from.port)
			    : flow_reaches(flow_of(j, g, e), c->to.port, d->from.port))
			return true;
	}
	return false;
}

/* Which connections packets can come along (forward) or go on from to some end. */
static bool *reach(struct job *j, const struct graph *g, bool forward)
{
	bool *alive = pool_alloc(j->pool, g->nconns + 1);
	bool more = true;

	for (size_t i = 0; i < g->nconns; i++)
		alive[i] = forward ? starts(g, g->conn[i].from.e) : ends(g, g->conn[i].to.e);
	while (more) {
		more = false;
		for (size_t i = 0; i < g->nconns; i++)
			if (!alive[i] && continues(j, g, alive, i, forward))
				more = alive[i] = true;
	}
	return alive;
}

/* An element lives when one of its connections does, or when it has none at all. Its other
 * connections have to stay where ports must not be unused: they end in an Idle. */
static unsigned idle_of(struct graph *g)
{
	unsigned e = graph_find(g, str_of("click_undead@idle"));

	if (e < g->nelements)
		return e;
	return graph_add(g, (struct graph_element){ .name = STR_LIT("click_undead@idle"),
						    .class = STR_LIT("Idle") });
}

static void bury(struct job *j, struct graph *g)
{
	bool *come = reach(j, g, true), *go = reach(j, g, false);
	unsigned n = (unsigned)g->nelements, idle_port = 0, idle_out = 0;
	bool *lives = pool_alloc(j->pool, n + 1);
	size_t nconns = g->nconns;

	for (unsigned e = 0; e < n; e++)
		lives[e] = is_info(g, e);
	for (size_t i = 0; i < nconns; i++)
		if (come[i] && go[i])
			lives[g->conn[i].from.e] = lives[g->conn[i].to.e] = true;
	for (size_t i = 0; i < nconns; i++) {
		struct graph_conn c = g->conn[i];

		if (come[i] && go[i])
			continue;
		if (lives[c.to.e] && !lives[c.from.e])
			graph_connect(g, (struct graph_conn){ { idle_of(g), idle_out++ }, c.to, c.at });
		if (lives[c.from.e] && !lives[c.to.e])
			graph_connect(g,
				      (struct graph_conn){ c.from, { idle_of(g), idle_port++ }, c.at });
	}
	for (unsigned e = n; e-- > 0;)
		if (!lives[e]) {
			say(j, g, e, "no packet goes through it");
			graph_remove(g, e);
		}
}

static void straighten_all(struct job *j, struct graph *g)
{
	for (unsigned e = 0; e < g->nelements;)
		if (!straighten(j, g, e))
			e++;
}

static int run(struct job *j)
{
	struct graph *g = job_graph(j);

	if (!g)
		return 1;
	straighten_all(j, g);
	bury(j, g);
	straighten_all(j, g);
	job_write(j, g, job_option(j, CONFIG) != NULL);
	graph_free(g);
	return 0;
}

const struct tool tool_undead = {
	.name = "click-undead",
	.usage = "[OPTION]... [NAME=VALUE]... [ROUTERFILE]",
	.purpose = "Removes what has no effect from a configuration.",
	.options = options,
	.run = run,
};

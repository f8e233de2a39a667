/* SPDX-License-Identifier: MIT */
/* undead.c - click-undead: removes what no packet can meet, and what only passes packets on. */
#include <stdlib.h>

#include "engine/run/code.h"
#include "platform/linux/tools/tool.h"

enum { USERLEVEL, KERNEL, CONFIG, VERBOSE };

static const struct tool_option options[] = {
	{ "userlevel", 'u', NULL, "for the userlevel driver, the only one here" },
	{ "kernel", 'k', NULL, "accepted; there is no such driver any more" },
	{ "config", 'c', NULL, "of an archive, write the configuration alone" },
	{ "verbose", 'V', NULL, "say what is removed" },
	{ 0 },
};

static const char idle_name[] = "click_undead@idle";

static bool class_in(struct str class, const char *const *list)
{
	for (; *list; list++)
		if (str_is(class, *list))
			return true;
	return false;
}

static void say(struct job *j, const struct graph *g, unsigned e, const char *why)
{
	if (job_option(j, VERBOSE) && !str_is(g->element[e].name, idle_name))
		note_at(&j->err, g->element[e].at, "removing '%.*s :: %.*s': %s",
			STR(g->element[e].name), STR(g->element[e].class), why);
}

/* --- taking elements out --- */

static bool is_idle(const struct graph *g, unsigned e)
{
	return str_is(g->element[e].class, "Idle");
}

/* What is left over is connected to an Idle, so that no port is unused. */
static unsigned idle_of(struct graph *g, struct landmark at)
{
	unsigned e = graph_find(g, str_of(idle_name));

	if (e < g->nelements)
		return e;
	return graph_add(g, (struct graph_element){ .name = str_of(idle_name),
						    .class = STR_LIT("Idle"),
						    .at = at });
}

static bool has_other(const struct graph *g, struct graph_end end, bool output, unsigned than)
{
	for (size_t i = 0; i < g->nconns; i++) {
		const struct graph_conn *c = &g->conn[i];
		const struct graph_end *this = output ? &c->from : &c->to;

		if (this->e == end.e && this->port == end.port &&
		    (output ? c->to.e : c->from.e) != than)
			return true;
	}
	return false;
}

/* An Idle may lose connections. */
static bool would_be_unused(const struct graph *g, struct graph_end end, bool output, unsigned e)
{
	return end.e != e && !is_idle(g, end.e) && !has_other(g, end, output, e);
}

static void take_out(struct graph *g, unsigned e)
{
	struct landmark at = g->element[e].at;
	size_t n = g->nconns;

	for (size_t i = 0; i < n; i++) {
		struct graph_conn c = g->conn[i];
		unsigned idle;

		if (c.to.e == e && would_be_unused(g, c.from, true, e)) {
			idle = idle_of(g, at);
			c.to = (struct graph_end){ idle, ports_used(g, idle, false) };
			graph_connect(g, c);
		} else if (c.from.e == e && would_be_unused(g, c.to, false, e)) {
			idle = idle_of(g, at);
			c.from = (struct graph_end){ idle, ports_used(g, idle, true) };
			graph_connect(g, c);
		}
	}
	graph_remove(g, e);
}

/* --- what only passes packets on --- */

/* Which output (input) a static switch uses: its argument; -1: it cannot be told, or is none. */
static int static_choice(struct job *j, const struct graph *g, unsigned e)
{
	struct str_list args = { 0 };
	int32_t n;

	conf_args(j->pool, g->element[e].config, &args);
	return args.n == 1 && parse_i32(args.v[0], &n, NULL) ? n : -1;
}

static bool is_sched(struct str class)
{
	static const char *const names[] = { "RoundRobinSched", "PrioSched", "SimplePrioSched",
					     "SimpleRoundRobinSched", NULL };

	return class_in(class, names);
}

static bool is_tee(struct str class)
{
	static const char *const names[] = { "Tee", "PullTee", NULL };

	return class_in(class, names);
}

/* Why e can go, and which way packets take through it; NULL: it stays. */
static const char *straight(struct job *j, const struct graph *g, unsigned e, unsigned *in,
			    unsigned *out)
{
	static const char *const null[] = { "Null", "PushNull", "PullNull", NULL };
	struct str class = g->element[e].class;

	*in = *out = 0;
	if (class_in(class, null))
		return "it only passes packets on";
	if (is_sched(class) && ports_used(g, e, false) == 1)
		return "it has one input only";
	if (is_tee(class) && ports_used(g, e, true) == 1)
		return "it has one output only";
	if ((str_is(class, "StaticSwitch") || str_is(class, "StaticPullSwitch")) &&
	    static_choice(j, g, e) >= 0) {
		*(str_is(class, "StaticSwitch") ? out : in) = (unsigned)static_choice(j, g, e);
		return "the switch never changes";
	}
	return NULL;
}

static void straighten(struct job *j, struct graph *g)
{
	for (unsigned e = 0; e < g->nelements;) {
		unsigned in, out;
		const char *why = straight(j, g, e, &in, &out);

		if (!why) {
			e++;
			continue;
		}
		say(j, g, e, why);
		ports_bypass(g, e, in, out);
		take_out(g, e);
	}
}

/* --- what lives: on a way from a source to a sink --- */

static bool starts(struct job *j, const struct graph *g, unsigned e)
{
	const struct element_class *c = job_class(j, g, e);

	if (is_idle(g, e))
		return false;
	return ports_used(g, e, false) == 0 || (c && (c->flags & CLASS_SOURCE));
}

static bool ends(const struct graph *g, unsigned e)
{
	return ports_used(g, e, true) == 0;
}

static const char *flow_of(struct job *j, const struct graph *g, unsigned e)
{
	const struct element_class *c = job_class(j, g, e);

	return c && c->flow ? c->flow : "x/x";
}

/* Connection i can carry packets that come by (leave to) one that lives. */
static bool continues(struct job *j, const struct graph *g, const bool *alive, size_t i,
		      bool forward)
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
		alive[i] = forward ? starts(j, g, g->conn[i].from.e) : ends(g, g->conn[i].to.e);
	while (more) {
		more = false;
		for (size_t i = 0; i < g->nconns; i++)
			if (!alive[i] && continues(j, g, alive, i, forward))
				more = alive[i] = true;
	}
	return alive;
}

/* An element lives when one of its connections does, or when it has none at all; an Idle, when it
 * is connected to one that does. */
static bool *find_living(struct job *j, const struct graph *g)
{
	bool *come = reach(j, g, true), *go = reach(j, g, false);
	bool *lives = pool_alloc(j->pool, g->nelements + 1);
	bool *idles = pool_alloc(j->pool, g->nelements + 1);

	for (unsigned e = 0; e < g->nelements; e++)
		lives[e] = ports_used(g, e, false) == 0 && ports_used(g, e, true) == 0;
	for (size_t i = 0; i < g->nconns; i++)
		if (come[i] && go[i])
			lives[g->conn[i].from.e] = lives[g->conn[i].to.e] = true;
	for (size_t i = 0; i < g->nconns; i++) {
		unsigned from = g->conn[i].from.e, to = g->conn[i].to.e;

		idles[from] = idles[from] || (is_idle(g, from) && lives[to]);
		idles[to] = idles[to] || (is_idle(g, to) && lives[from]);
	}
	for (unsigned e = 0; e < g->nelements; e++)
		lives[e] = lives[e] || idles[e];
	return lives;
}

static void bury(struct job *j, struct graph *g)
{
	bool *lives = find_living(j, g);

	for (unsigned e = (unsigned)g->nelements; e-- > 0;)
		if (!lives[e]) {
			say(j, g, e, "no packet goes through it");
			take_out(g, e);
		}
}

/* --- what is left over --- */

/* Takes connections with Idles off e, but not the last one. */
static void trim(struct graph *g, unsigned e, bool output)
{
	size_t kept = 0, left = 0;

	for (size_t i = 0; i < g->nconns; i++)
		left += (output ? g->conn[i].from.e : g->conn[i].to.e) == e;
	for (size_t i = 0; i < g->nconns; i++) {
		struct graph_conn c = g->conn[i];
		unsigned this = output ? c.from.e : c.to.e, other = output ? c.to.e : c.from.e;

		if (this == e && is_idle(g, other) && left > 1)
			left--;
		else
			g->conn[kept++] = c;
	}
	if (kept == g->nconns)
		return;
	g->nconns = kept;
	ports_compact(g, e, output);
	if (output) /* the number of outputs, for Tee(N) */
		g->element[e].config = (struct str){ 0 };
}

static void trim_all(struct graph *g)
{
	for (unsigned e = 0; e < g->nelements; e++) {
		if (is_sched(g->element[e].class))
			trim(g, e, false);
		if (is_tee(g->element[e].class))
			trim(g, e, true);
	}
}

static void tidy_idles(struct graph *g)
{
	unsigned idle = graph_find(g, str_of(idle_name));

	for (unsigned e = (unsigned)g->nelements; e-- > 0;)
		if (is_idle(g, e)) {
			ports_compact(g, e, false);
			ports_compact(g, e, true);
		}
	if (idle < g->nelements && ports_used(g, idle, false) == 0 &&
	    ports_used(g, idle, true) == 0)
		graph_remove(g, idle);
}

static int run(struct job *j)
{
	struct graph *g = job_graph(j);

	if (!g)
		return 1;
	straighten(j, g);
	bury(j, g);
	trim_all(g);
	straighten(j, g);
	tidy_idles(g);
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

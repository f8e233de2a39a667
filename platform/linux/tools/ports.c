/* SPDX-License-Identifier: MIT */
/* ports.c - what the tools ask of the ports in a graph, and do with them. */
#include "engine/run/code.h"
#include "platform/linux/tools/tool.h"

static const struct graph_end *end_of(const struct graph *g, size_t i, bool output)
{
	return output ? &g->conn[i].from : &g->conn[i].to;
}

unsigned ports_used(const struct graph *g, unsigned e, bool output)
{
	unsigned n = 0;

	for (size_t i = 0; i < g->nconns; i++) {
		const struct graph_end *end = end_of(g, i, output);

		if (end->e == e && end->port >= n)
			n = end->port + 1;
	}
	return n;
}

/* --- push or pull --- */

static const char *flow_of(struct job *j, const struct graph *g, unsigned e)
{
	const struct element_class *c = job_class(j, g, e);

	return c && c->flow ? c->flow : "x/x";
}

/* By the class alone; agnostic when that is not known. */
static char declared(struct job *j, const struct graph *g, struct graph_end end, bool output)
{
	const struct element_class *c = job_class(j, g, end.e);

	return c ? processing_at(class_processing(c), output, end.port) : 'a';
}

/* Do packets go from connection i to k, or from k to i, through a known, agnostic element? */
static bool linked(struct job *j, const struct graph *g, size_t i, size_t k)
{
	struct graph_end in = g->conn[i].to, out = g->conn[k].from;

	return in.e == out.e && job_class(j, g, in.e) && declared(j, g, in, false) == 'a' &&
	       declared(j, g, out, true) == 'a' &&
	       flow_reaches(flow_of(j, g, in.e), in.port, out.port);
}

static bool same_port(const struct graph *g, size_t i, size_t k, bool output)
{
	const struct graph_end *a = end_of(g, i, output), *b = end_of(g, k, output);

	return a->e == b->e && a->port == b->port;
}

char *ports_resolve(struct job *j, const struct graph *g)
{
	char *how = pool_alloc(j->pool, g->nconns + 1);
	size_t *todo = pool_alloc(j->pool, (g->nconns + 1) * sizeof(*todo)), n = 0;

	for (size_t i = 0; i < g->nconns; i++) {
		how[i] = declared(j, g, g->conn[i].from, true);
		if (how[i] == 'a')
			how[i] = declared(j, g, g->conn[i].to, false);
		if (how[i] != 'a')
			todo[n++] = i;
	}
	/* What is known tells its neighbours; each connection is in the list once at most. */
	while (n != 0) {
		size_t i = todo[--n];

		for (size_t k = 0; k < g->nconns; k++) {
			if (how[k] != 'a' ||
			    !(linked(j, g, i, k) || linked(j, g, k, i) ||
			      same_port(g, i, k, true) || same_port(g, i, k, false)))
				continue;
			how[k] = how[i];
			todo[n++] = k;
		}
	}
	return how;
}

/* --- changes --- */

void ports_bypass(struct graph *g, unsigned e, unsigned in, unsigned out)
{
	size_t n = g->nconns;

	for (size_t i = 0; i < n; i++) {
		struct graph_conn a = g->conn[i];

		if (a.to.e != e || a.to.port != in)
			continue;
		for (size_t k = 0; k < n; k++) {
			struct graph_conn b = g->conn[k];

			if (b.from.e == e && b.from.port == out)
				graph_connect(g, (struct graph_conn){ a.from, b.to, a.at });
		}
	}
}

void ports_compact(struct graph *g, unsigned e, bool output)
{
	unsigned n = ports_used(g, e, output), next = 0;
	unsigned *number = pool_alloc(g->pool, (n + 1) * sizeof(*number));

	for (size_t i = 0; i < g->nconns; i++)
		if (end_of(g, i, output)->e == e)
			number[end_of(g, i, output)->port] = 1;
	for (unsigned port = 0; port < n; port++)
		number[port] = number[port] ? next++ : 0;
	for (size_t i = 0; i < g->nconns; i++) {
		struct graph_end *end = output ? &g->conn[i].from : &g->conn[i].to;

		if (end->e == e)
			end->port = number[end->port];
	}
	graph_sort(g); /* connections have changed under its feet */
	pool_release(number);
}

/* SPDX-License-Identifier: MIT */
/* graph.c - building and changing a flat configuration. */
#include "engine/graph/graph.h"

#include <stdlib.h>

struct graph *graph_new(void)
{
	struct pool *pool = pool_new();
	struct graph *g = pool_alloc(pool, sizeof(*g));

	g->pool = pool;
	return g;
}

void graph_free(struct graph *g)
{
	if (g)
		pool_free(g->pool);
}

unsigned graph_add(struct graph *g, struct graph_element e)
{
	g->element =
		pool_grow(g->pool, g->element, g->nelements, &g->element_cap, sizeof(*g->element));
	g->element[g->nelements] = e;
	return (unsigned)g->nelements++;
}

static bool same_conn(const struct graph_conn *a, const struct graph_conn *b)
{
	return a->from.e == b->from.e && a->from.port == b->from.port && a->to.e == b->to.e &&
	       a->to.port == b->to.port;
}

/* The slot of the connection in the table, or the free slot where it would go. An entry for a
 * connection that is gone or has changed is a stranger, no more. */
static uint32_t *seen_slot(const struct graph *g, const struct graph_conn *c)
{
	size_t mask = g->seen_cap - 1;
	uint64_t hash = hash_u64((uint64_t)c->from.e << 32 | c->from.port);
	size_t i = hash_u64(hash ^ ((uint64_t)c->to.e << 32 | c->to.port)) & mask;

	while (g->seen[i] && (g->seen[i] > g->nconns || !same_conn(&g->conn[g->seen[i] - 1], c)))
		i = (i + 1) & mask;
	return &g->seen[i];
}

/* The table says nothing about connections that were not made by graph_connect, or that moved:
 * nseen tells that it must be made again. */
static void seen_rebuild(struct graph *g)
{
	size_t cap = 64;

	while (cap < g->nconns * 2 + 2)
		cap *= 2;
	pool_release(g->seen);
	g->seen = pool_alloc(g->pool, cap * sizeof(*g->seen));
	g->seen_cap = cap;
	g->nseen = g->nconns;
	for (size_t i = 0; i < g->nconns; i++)
		*seen_slot(g, &g->conn[i]) = (uint32_t)i + 1;
}

void graph_connect(struct graph *g, struct graph_conn c)
{
	uint32_t *slot;

	if (g->nseen != g->nconns || g->nconns * 2 + 2 > g->seen_cap)
		seen_rebuild(g);
	slot = seen_slot(g, &c);
	if (*slot)
		return;
	g->conn = pool_grow(g->pool, g->conn, g->nconns, &g->conn_cap, sizeof(*g->conn));
	g->conn[g->nconns++] = c;
	g->nseen = g->nconns;
	*slot = (uint32_t)g->nconns;
}

static int order(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

static int conn_order(const void *va, const void *vb)
{
	const struct graph_conn *a = va, *b = vb;
	int by = order(a->to.e, b->to.e);

	by = by ? by : order(a->to.port, b->to.port);
	by = by ? by : order(a->from.e, b->from.e);
	return by ? by : order(a->from.port, b->from.port);
}

void graph_sort(struct graph *g)
{
	if (g->nconns)
		qsort(g->conn, g->nconns, sizeof(*g->conn), conn_order);
	g->nseen = SIZE_MAX;
}

unsigned graph_find(const struct graph *g, struct str name)
{
	unsigned i = 0;

	while (i < g->nelements && !str_eq(g->element[i].name, name))
		i++;
	return i;
}

static void close_up(struct graph_end *end, unsigned removed)
{
	if (end->e > removed)
		end->e--;
}

void graph_remove(struct graph *g, unsigned i)
{
	size_t kept = 0;

	memmove(&g->element[i], &g->element[i + 1], (g->nelements - i - 1) * sizeof(*g->element));
	g->nelements--;
	for (size_t j = 0; j < g->nconns; j++) {
		struct graph_conn c = g->conn[j];

		if (c.from.e == i || c.to.e == i)
			continue;
		close_up(&c.from, i);
		close_up(&c.to, i);
		g->conn[kept++] = c;
	}
	g->nconns = kept;
	g->nseen = SIZE_MAX;
}

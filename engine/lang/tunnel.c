/* SPDX-License-Identifier: MIT */
/*
 * tunnel.c - connections that lead into compounds and groups, joined end to end.
 *
 * Links are looked up by one of their ends, in arrays of numbers that hold node, port and link,
 * from the top bits down: sorted, all links of an end lie together.
 */
#include "engine/lang/expand.h"

#include <assert.h>
#include <stdlib.h>

enum { LINK_BITS = 20, PORT_BITS = 16 };

static_assert(CONNS_MAX <= 1 << LINK_BITS && PORT_MAX < 1 << PORT_BITS, "ends fit 64 bits");

struct ends_index {
	uint64_t *v;
	size_t n;
};

static uint64_t pack(struct graph_end end, size_t link)
{
	return (uint64_t)end.e << (LINK_BITS + PORT_BITS) | (uint64_t)end.port << LINK_BITS | link;
}

static unsigned port_of(uint64_t packed)
{
	return (unsigned)(packed >> LINK_BITS) & PORT_MAX;
}

static size_t link_of(uint64_t packed)
{
	return packed & ((1U << LINK_BITS) - 1);
}

static int by_value(const void *va, const void *vb)
{
	uint64_t a = *(const uint64_t *)va, b = *(const uint64_t *)vb;

	return (a > b) - (a < b);
}

static struct ends_index index_links(struct expander *x, bool sources)
{
	struct ends_index e = { .n = x->nlinks };

	e.v = pool_alloc(x->pool, e.n * sizeof(*e.v));
	for (size_t i = 0; i < e.n; i++)
		e.v[i] = pack(sources ? x->link[i].from : x->link[i].to, i);
	qsort(e.v, e.n, sizeof(*e.v), by_value);
	return e;
}

/* Where the links at end, and those behind it, start. */
static size_t find(const struct ends_index *e, struct graph_end end)
{
	uint64_t key = pack(end, 0);
	size_t low = 0, high = e->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (e->v[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The links of one node, port after port. */
struct ports_walk {
	const struct ends_index *e;
	size_t i, end;
};

static struct ports_walk walk(const struct ends_index *e, unsigned node)
{
	return (struct ports_walk){ .e = e,
				    .i = find(e, (struct graph_end){ node, 0 }),
				    .end = find(e, (struct graph_end){ node + 1, 0 }) };
}

/* The present port; one more than any when there is none left. */
static unsigned walk_port(const struct ports_walk *w)
{
	return w->i < w->end ? port_of(w->e->v[w->i]) : PORT_MAX + 1;
}

static void walk_past(struct ports_walk *w, unsigned port)
{
	while (walk_port(w) == port)
		w->i++;
}

static void compare_ports(struct expander *x, const struct tunnel *t, const char *what,
			  struct ports_walk inside, struct ports_walk outside)
{
	for (;;) {
		unsigned in = walk_port(&inside), out = walk_port(&outside);
		unsigned port = in < out ? in : out;

		if (port > PORT_MAX)
			return;
		if (in < out)
			fail_at(x->p->err, t->at, "'%.*s' %s %u unused", STR(t->name), what, port);
		else if (out < in)
			fail_at(x->p->err, t->at, "'%.*s' has no %s %u", STR(t->name), what, port);
		walk_past(&inside, port);
		walk_past(&outside, port);
	}
}

static bool any(const struct ends_index *e, unsigned node)
{
	struct ports_walk w = walk(e, node);

	return w.i < w.end;
}

void tunnel_check(struct expander *x)
{
	struct ends_index from, to;

	if (!x->ntunnels)
		return;
	from = index_links(x, true);
	to = index_links(x, false);
	for (size_t i = 0; i < x->ntunnels; i++) {
		const struct tunnel *t = &x->tunnel[i];

		if (any(&to, t->in))
			fail_at(x->p->err, t->at, "'%.*s/input' used as input", STR(t->name));
		if (any(&from, t->out))
			fail_at(x->p->err, t->at, "'%.*s/output' used as output", STR(t->name));
		compare_ports(x, t, "input", walk(&from, t->in), walk(&to, t->outside));
		compare_ports(x, t, "output", walk(&to, t->out), walk(&from, t->outside));
	}
}

struct joiner {
	struct expander *x;
	struct ends_index from;
	uint32_t *seen;    /* by link: the source (link + 1) whose search came by last */
	unsigned *waiting; /* links to go on from; each one is in here once a search at most */
};

/* Every element that can be reached from the source of link i. Each link is followed once, so that
 * a tunnel that leads into itself comes to an end. */
static void join_from(struct joiner *j, size_t i)
{
	struct expander *x = j->x;
	struct graph_conn *first = &x->link[i];
	struct graph_end from = { x->node[first->from.e].element, first->from.port };
	size_t n = 0;

	j->waiting[n++] = (unsigned)i;
	while (n && expand_charge(x, 1)) {
		struct graph_end to = x->link[j->waiting[--n]].to;
		const struct node *node = &x->node[to.e];
		struct graph_end next = { node->next, to.port };

		if (node->element != NO_NODE)
			graph_connect(x->g, (struct graph_conn){
						    from, { node->element, to.port }, first->at });
		if (node->next == NO_NODE)
			continue;
		for (size_t k = find(&j->from, next);
		     k < j->from.n && j->from.v[k] >> LINK_BITS == pack(next, 0) >> LINK_BITS;
		     k++) {
			size_t link = link_of(j->from.v[k]);

			if (j->seen[link] != i + 1)
				j->waiting[n++] = (unsigned)link;
			j->seen[link] = (uint32_t)i + 1;
		}
	}
}

void tunnel_join(struct expander *x)
{
	struct joiner j = { .x = x };

	if (x->ntunnels)
		j.from = index_links(x, true);
	j.seen = pool_alloc(x->pool, x->nlinks * sizeof(*j.seen));
	j.waiting = pool_alloc(x->pool, (x->nlinks + 1) * sizeof(*j.waiting));
	for (size_t i = 0; i < x->nlinks && !x->too_large; i++) {
		if (x->node[x->link[i].from.e].element != NO_NODE)
			join_from(&j, i);
		if (x->g->nconns > CONNS_MAX)
			expand_charge(x, SIZE_MAX);
	}
}

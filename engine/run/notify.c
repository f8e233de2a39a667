/* SPDX-License-Identifier: MIT */
/*
 * notify.c - notifiers, and the search for them along the graph.
 *
 * A task that pulls asks which notifiers tell of packets upstream. The search goes from port to
 * port against packet flow (with it, for room downstream) until it meets notifiers; where it
 * meets something that may make packets and tells nothing, nothing can be known.
 */
#include <stdlib.h>

#include "engine/run/code.h"
#include "engine/run/router.h"

struct listener {
	struct list node;
	struct task *task;                        /* either */
	void (*wake)(struct element *, unsigned); /* or */
	struct element *e;
	unsigned port;
};

void notifier_init(struct notifier *n, bool active)
{
	n->state = active;
	list_init(&n->listeners);
}

static void wake_all(struct notifier *n)
{
	list_each(i, &n->listeners)
	{
		struct listener *l = container_of(i, struct listener, node);

		if (l->task)
			task_schedule(l->task);
		else
			l->wake(l->e, l->port);
	}
}

void notifier_wake_listeners(struct notifier *n)
{
	if (!(__atomic_fetch_or(&n->state, 1, __ATOMIC_ACQ_REL) & 1))
		wake_all(n);
}

bool notifier_wake_from(struct notifier *n, uint32_t state)
{
	if (!__atomic_compare_exchange_n(&n->state, &state, state | 1, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_RELAXED))
		return false;
	if (!(state & 1))
		wake_all(n);
	return true;
}

/* A walk over the graph from one port; also used to find nearby elements. */
struct walk {
	struct router *r;
	bool up;    /* against packet flow */
	bool *seen; /* by port number, of the ports arrived at */
	struct graph_end *todo;
	size_t ntodo, cap;
	struct pool *pool;
};

static void walk_init(struct walk *w, struct router *r, bool up)
{
	struct pool *pool = pool_new();

	*w = (struct walk){ .r = r, .up = up, .pool = pool };
	w->seen = pool_alloc(pool, (up ? r->out_start : r->in_start)[r->n] + 1);
}

/* Goes from port `port' of e to all its peers. */
static void walk_from(struct walk *w, unsigned e, unsigned port)
{
	const struct port_info *p = w->up ? router_in(w->r, e, port) : router_out(w->r, e, port);

	for (uint32_t i = 0; i < p->npeers; i++) {
		struct graph_end to = p->peer[i];
		uint32_t at = (w->up ? w->r->out_start : w->r->in_start)[to.e] + to.port;

		if (w->seen[at])
			continue;
		w->seen[at] = true;
		w->todo = pool_grow(w->pool, w->todo, w->ntodo, &w->cap, sizeof(*w->todo));
		w->todo[w->ntodo++] = to;
	}
}

static bool walk_next(struct walk *w, struct graph_end *at)
{
	if (w->ntodo == 0)
		return false;
	*at = w->todo[--w->ntodo];
	return true;
}

static void walk_fini(struct walk *w)
{
	pool_free(w->pool);
}

/* Goes through the element arrived at, by all ports that its flow code connects. False when
 * there is none of that way: not connected, or (only: how) of the other processing. */
static bool walk_through(struct walk *w, struct graph_end at, char only)
{
	const struct element *e = w->r->element[at.e];
	const char *flow = w->r->slot[at.e].flow;
	unsigned n = w->up ? e->nin : e->nout;
	bool any = false;

	for (unsigned i = 0; i < n; i++) {
		const struct port_info *p =
			w->up ? router_in(w->r, at.e, i) : router_out(w->r, at.e, i);

		if (!flow_reaches(flow, w->up ? i : at.port, w->up ? at.port : i))
			continue;
		if (only && p->how != only)
			return false;
		walk_from(w, at.e, i);
		any = true;
	}
	return any;
}

/* --- signals --- */

static bool signal_has(const struct signal *s, const struct notifier *n)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->v[i] == n)
			return true;
	return false;
}

static void listen(struct router *r, struct notifier *n, const struct listener *like)
{
	struct listener *l = pool_alloc(r->pool, sizeof(*l));

	*l = *like;
	list_add_tail(&n->listeners, &l->node);
}

/* Takes the notifier of the place arrived at into the signal. False: there is none. */
static bool signal_take(struct walk *w, struct graph_end at, struct signal *s,
			const struct listener *like, bool *go_on)
{
	struct element *e = w->r->element[at.e];
	struct notifier *n = NULL;

	if (e->class->notifier)
		n = e->class->notifier(e, w->up ? NOTIFY_EMPTY : NOTIFY_FULL, at.port);
	if (!n)
		return false;
	*go_on = n->passes;
	if (signal_has(s, n))
		return true;
	s->v = pool_resize(w->r->pool, s->v, (s->n + 1) * sizeof(struct notifier *));
	s->v[s->n++] = n;
	if (like->task || like->wake)
		listen(w->r, n, like);
	return true;
}

/* The place arrived at gives no notifier: can the search go on, or end quietly, there? */
static bool signal_pass(struct walk *w, struct graph_end at)
{
	const struct element_class *c = w->r->element[at.e]->class;

	if (c->flags & CLASS_SOURCE)
		return false;
	/* Where no packets come from is quiet; where they end up is not full. */
	return walk_through(w, at, w->up ? 'l' : 'h') || (w->up && (c->flags & CLASS_S0));
}

/*
 * Behind a notifier that passes, further ones wake the listener as well but do not count for
 * the signal's state: what the one in front says is what can be had.
 */
static void signal_behind(struct walk *w, struct graph_end at, const struct listener *like)
{
	struct walk behind;
	struct graph_end to;

	walk_init(&behind, w->r, w->up);
	(void)walk_through(&behind, at, w->up ? 'l' : 'h');
	while (walk_next(&behind, &to)) {
		struct signal ignored = { 0 };
		bool go_on = false;

		if (!signal_take(&behind, to, &ignored, like, &go_on) || go_on)
			(void)walk_through(&behind, to, w->up ? 'l' : 'h');
		pool_release(ignored.v);
	}
	walk_fini(&behind);
}

static void signal_find(struct element *e, unsigned port, bool up, struct signal *s,
			const struct listener *like)
{
	struct graph_end at;
	struct walk w;

	*s = (struct signal){ .known = true };
	walk_init(&w, e->router, up);
	walk_from(&w, e->index, port);
	while (walk_next(&w, &at)) {
		bool go_on = false;

		if (signal_take(&w, at, s, like, &go_on)) {
			if (go_on && (like->task || like->wake))
				signal_behind(&w, at, like);
		} else if (!signal_pass(&w, at)) {
			s->known = false;
		}
	}
	walk_fini(&w);
}

void signal_upstream(struct element *e, unsigned i, struct signal *s, struct task *t)
{
	signal_find(e, i, true, s, &(struct listener){ .task = t });
}

void signal_downstream(struct element *e, unsigned i, struct signal *s, struct task *t)
{
	signal_find(e, i, false, s, &(struct listener){ .task = t });
}

void signal_upstream_call(struct element *e, unsigned i, struct signal *s,
			  void (*wake)(struct element *, unsigned))
{
	signal_find(e, i, true, s, &(struct listener){ .wake = wake, .e = e, .port = i });
}

/* --- neighbours --- */

static int by_index(const void *a, const void *b)
{
	const struct element *const *x = a, *const *y = b;

	return (int)(*x)->index - (int)(*y)->index;
}

static unsigned neighbours(struct element *e, int port, bool up, const char *interface,
			   struct element ***found)
{
	struct router *r = e->router;
	unsigned n = 0, nports = up ? e->nin : e->nout;
	struct graph_end at;
	size_t cap = 0;
	struct walk w;

	*found = NULL;
	walk_init(&w, r, up);
	for (unsigned i = 0; i < nports; i++)
		if (port < 0 || i == (unsigned)port)
			walk_from(&w, e->index, i);
	while (walk_next(&w, &at)) {
		struct element *peer = r->element[at.e];
		bool had = false;

		if (!element_cast(peer, interface)) {
			(void)walk_through(&w, at, 0);
			continue;
		}
		for (unsigned i = 0; i < n; i++)
			had = had || (*found)[i] == peer;
		if (had)
			continue;
		*found = pool_grow(r->pool, *found, n, &cap, sizeof(**found));
		(*found)[n++] = peer;
	}
	walk_fini(&w);
	if (n > 1)
		qsort(*found, n, sizeof(**found), by_index);
	return n;
}

unsigned elements_downstream(struct element *e, int port, const char *interface,
			     struct element ***found)
{
	return neighbours(e, port, false, interface, found);
}

unsigned elements_upstream(struct element *e, int port, const char *interface,
			   struct element ***found)
{
	return neighbours(e, port, true, interface, found);
}

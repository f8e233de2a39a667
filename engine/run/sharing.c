/* SPDX-License-Identifier: MIT */
/*
 * sharing.c - which tasks reach an element, and on how many threads.
 *
 * A task pushes downstream and pulls upstream, to where the two meet. Classes with
 * CLASS_ONE_THREAD keep what two threads must not touch at the same time, for pushes or for pulls:
 * whoever lets two do that is told before it goes wrong.
 */
#include "engine/run/router.h"

enum side { PUSHED, PULLED };

struct place {
	uint32_t e;
	enum side side;
};

/* A task, or a timer of an element that makes packets. */
struct origin {
	const struct element *e;
	const struct thread *thread;
};

struct visits { /* to a place */
	struct origin first;
	const void *last; /* task or timer */
	bool told;
};

struct search {
	struct router *r;
	struct origin from; /* whose way it is */
	const void *now;
	struct visits *visits; /* by element and side */
	struct place *todo;
	size_t ntodo, cap;
	struct pool *pool;
	struct error *err;
};

/* May the two run at the same time? */
static bool are_apart(const struct router *r, struct origin a, struct origin b)
{
	return a.thread && b.thread && a.e != b.e && (r->moves_tasks || a.thread != b.thread);
}

static const char *remedy(struct element *e, enum side side)
{
	if (element_cast(e, "Storage"))
		return "use ThreadSafeQueue instead";
	return side == PUSHED ? "put ThreadSafeQueue -> Unqueue before it, all on one thread"
			      : "put Unqueue -> ThreadSafeQueue behind it";
}

static void complain(const struct search *s, struct place at, struct origin other)
{
	struct element *e = s->r->element[at.e];

	error_enter(s->err, e->at, "While initializing '%s :: %s':", e->name, e->class->name);
	warn(s->err, "'%s' and '%s' may %s it from two threads at once, which it is not made for",
	     other.e->name, s->from.e->name, at.side == PUSHED ? "push into" : "pull from");
	note(s->err, "  %s", remedy(e, at.side));
	error_leave(s->err);
}

static void arrive(struct search *s, struct place at)
{
	struct visits *v = &s->visits[2 * (size_t)at.e + at.side];

	if (v->last == s->now)
		return;
	v->last = s->now;
	if (!v->first.e)
		v->first = s->from;
	if (!v->told && s->r->element[at.e]->class->flags & CLASS_ONE_THREAD &&
	    are_apart(s->r, v->first, s->from)) {
		complain(s, at, v->first);
		v->told = true;
	}
	s->todo = pool_grow(s->pool, s->todo, s->ntodo, &s->cap, sizeof(*s->todo));
	s->todo[s->ntodo++] = at;
}

static void arrive_all(struct search *s, const struct port_info *port, enum side side)
{
	for (uint32_t i = 0; i < port->npeers; i++)
		arrive(s, (struct place){ port->peer[i].e, side });
}

/* What is pulled may also push, out of other ports. */
static void go_on(struct search *s, uint32_t e, bool pulls)
{
	const struct element *at = s->r->element[e];

	for (unsigned i = 0; i < at->nout; i++)
		if (router_out(s->r, e, i)->how == 'h')
			arrive_all(s, router_out(s->r, e, i), PUSHED);
	for (unsigned i = 0; pulls && i < at->nin; i++)
		if (router_in(s->r, e, i)->how == 'l')
			arrive_all(s, router_in(s->r, e, i), PULLED);
}

static void follow(struct search *s, const void *now, struct origin from)
{
	s->now = now;
	s->from = from;
	go_on(s, from.e->index, true);
	while (s->ntodo > 0) {
		struct place at = s->todo[--s->ntodo];

		go_on(s, at.e, at.side == PULLED);
	}
}

void router_check_sharing(struct router *r, struct error *err)
{
	struct search s = { .r = r, .pool = pool_new(), .err = err };

	s.visits = pool_alloc(s.pool, 2 * (size_t)r->n * sizeof(*s.visits));
	list_each(i, &r->tasks)
	{
		const struct task *t = container_of(i, struct task, all);

		follow(&s, t, (struct origin){ t->e, t->thread });
	}
	list_each(j, &r->timers)
	{
		const struct timer *t = container_of(j, struct timer, all);

		if (t->e->class->flags & CLASS_SOURCE)
			follow(&s, t, (struct origin){ t->e, t->thread });
	}
	pool_free(s.pool);
}

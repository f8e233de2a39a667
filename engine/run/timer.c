/* SPDX-License-Identifier: MIT */
/* timer.c - a thread's timers: a heap by expiry, equal ones in the order they were set. */
#include <stdlib.h>

#include "engine/platform.h"
#include "engine/run/router.h"

/* Set while its router is not live yet (or no longer): kept, not in a heap. */
#define HELD INT32_MAX

static bool before(const struct timer *a, const struct timer *b)
{
	return a->expiry < b->expiry ||
	       (a->expiry == b->expiry && (int32_t)(a->sequence - b->sequence) < 0);
}

static void heap_put(struct thread *t, size_t i, struct timer *timer)
{
	t->timer[i] = timer;
	timer->heap = (int32_t)i;
}

static void heap_up(struct thread *t, size_t i, struct timer *timer)
{
	for (; i > 0 && before(timer, t->timer[(i - 1) / 2]); i = (i - 1) / 2)
		heap_put(t, i, t->timer[(i - 1) / 2]);
	heap_put(t, i, timer);
}

static void heap_down(struct thread *t, size_t i, struct timer *timer)
{
	for (size_t child; (child = 2 * i + 1) < t->ntimers; i = child) {
		if (child + 1 < t->ntimers && before(t->timer[child + 1], t->timer[child]))
			child++;
		if (!before(t->timer[child], timer))
			break;
		heap_put(t, i, t->timer[child]);
	}
	heap_put(t, i, timer);
}

/* The thread itself looks at the count without the lock. */
static void set_count(struct thread *t, size_t n)
{
	__atomic_store_n(&t->ntimers, n, __ATOMIC_RELAXED);
}

static bool no_timers(const struct thread *t)
{
	return __atomic_load_n(&t->ntimers, __ATOMIC_RELAXED) == 0;
}

static void heap_insert(struct thread *t, struct timer *timer)
{
	if (t->ntimers == t->timer_cap) {
		size_t cap = t->timer_cap ? 2 * t->timer_cap : 64;
		struct timer **v = realloc(t->timer, cap * sizeof(struct timer *));

		if (!v)
			platform_panic("out of memory for the timer list");
		t->timer = v;
		t->timer_cap = cap;
	}
	timer->sequence = t->timer_sequence++;
	set_count(t, t->ntimers + 1);
	heap_up(t, t->ntimers - 1, timer);
}

static void heap_remove(struct thread *t, struct timer *timer)
{
	size_t i = (size_t)timer->heap;
	struct timer *last = t->timer[t->ntimers - 1];

	set_count(t, t->ntimers - 1);
	timer->heap = -1;
	if (last == timer)
		return;
	if (i > 0 && before(last, t->timer[(i - 1) / 2]))
		heap_up(t, i, last);
	else
		heap_down(t, i, last);
}

void timer_init(struct timer *t, struct element *e, void (*fire)(struct element *, struct timer *))
{
	const struct engine *g = e->router->engine;

	t->e = e;
	t->fire = fire;
	t->thread = g->thread[e->home > 0 && (unsigned)e->home < g->nthreads ? e->home : 0];
	t->expiry = 0;
	t->heap = -1;
	list_add_tail(&e->router->timers, &t->all);
}

/* With the lock held: its own thread may have taken it out since one looked. */
static void take_out(struct timer *t)
{
	if (t->heap >= 0)
		heap_remove(t->thread, t);
}

void timer_cancel(struct timer *t)
{
	if (!timer_pending(t))
		return;
	if (t->heap == HELD) {
		t->heap = -1;
		return;
	}
	spin_lock(&t->thread->lock);
	take_out(t);
	spin_unlock(&t->thread->lock);
}

void timer_at(struct timer *t, int64_t steady_ns)
{
	if (!t->e->router->live) {
		t->expiry = steady_ns;
		t->heap = HELD;
		return;
	}
	spin_lock(&t->thread->lock);
	take_out(t);
	t->expiry = steady_ns;
	heap_insert(t->thread, t);
	spin_unlock(&t->thread->lock);
	if (t->thread != thread_current)
		platform_wake(t->thread);
}

void timer_after(struct timer *t, int64_t ns)
{
	timer_at(t, time_steady(t->e) + ns);
}

void timer_again(struct timer *t, int64_t ns)
{
	timer_at(t, t->expiry + ns);
}

void timer_fini(struct timer *t)
{
	if (!t->e)
		return;
	timer_cancel(t);
	list_remove(&t->all);
	t->e = NULL;
}

void timer_hold(struct timer *t)
{
	if (!timer_pending(t) || t->heap == HELD)
		return;
	timer_cancel(t);
	t->heap = HELD;
}

void timer_release(struct timer *t)
{
	if (t->heap != HELD)
		return;
	t->heap = -1;
	timer_at(t, t->expiry);
}

int64_t thread_next_timer(struct thread *t)
{
	int64_t at;

	if (no_timers(t))
		return INT64_MAX;
	spin_lock(&t->lock);
	at = t->ntimers ? t->timer[0]->expiry : INT64_MAX;
	spin_unlock(&t->lock);
	return at;
}

/* The one that is due, out of the heap; NULL: none. */
static struct timer *take_due(struct thread *t, int64_t now)
{
	struct timer *due = NULL;

	spin_lock(&t->lock);
	if (t->ntimers && t->timer[0]->expiry <= now) {
		due = t->timer[0];
		heap_remove(t, due);
	}
	spin_unlock(&t->lock);
	return due;
}

void thread_run_timers(struct thread *t)
{
	struct timer *due;
	int64_t now;

	if (no_timers(t))
		return;
	now = engine_steady(t->engine);
	/* Timers that set themselves again for a time that has passed must not starve the rest. */
	for (unsigned i = 0; i < 256 && (due = take_due(t, now)); i++) {
		const struct router *r = due->e->router;

		t->tick_known = false;
		due->fire(due->e, due);
		if (router_runcount(r) <= 0)
			break;
	}
}

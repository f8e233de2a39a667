/* SPDX-License-Identifier: MIT */
/*
 * driver.c - what runs: the loop of each thread, stopping, and one router after the other.
 *
 * Handlers are called only while all other threads are parked - between two tasks, or asleep - or
 * stalled inside of an element, where they wait for another thread. Routers change only while all
 * are parked.
 */
#include <signal.h>

#include "engine/platform.h"
#include "engine/run/router.h"

#define TASKS_A_ROUND 128U
#define DRIVER_STEPS 1000
#define PAUSES 64U /* before whoever waits lets others run */

/* --- parking --- */

void thread_relax(unsigned *turns)
{
	if (++*turns % PAUSES == 0)
		platform_yield();
	else
		__builtin_ia32_pause();
}

/* Is this thread to stay where it is? From inside of an element it goes on while others are drained. A
 * thread without an engine is not one of several. */
static bool must_park(const struct thread *t, enum thread_state from)
{
	const struct engine *g = t->engine;

	return g && (__atomic_load_n(&g->park, __ATOMIC_SEQ_CST) ||
		     (from == THREAD_PARKED && __atomic_load_n(&g->drain, __ATOMIC_SEQ_CST)));
}

static enum thread_state state_of(const struct thread *t)
{
	return (enum thread_state)__atomic_load_n(&t->state, __ATOMIC_SEQ_CST);
}

static void set_state(struct thread *t, enum thread_state state)
{
	__atomic_store_n(&t->state, state, __ATOMIC_SEQ_CST);
}

void thread_sleeps(struct thread *t)
{
	set_state(t, THREAD_PARKED);
}

void thread_stalls(struct thread *t)
{
	set_state(t, THREAD_STALLED);
}

/* Either the one who parks sees this thread busy and waits, or this thread sees the request. */
void thread_wakes(struct thread *t)
{
	enum thread_state from = state_of(t);

	for (;;) {
		set_state(t, THREAD_BUSY);
		if (!must_park(t, from))
			return;
		set_state(t, from);
		for (unsigned turns = 0; must_park(t, from);)
			thread_relax(&turns);
	}
}

/* Between two rounds, outside of elements. */
static void park_when_asked(struct thread *t)
{
	if (!must_park(t, THREAD_PARKED))
		return;
	thread_sleeps(t);
	thread_wakes(t);
}

/* Two that want to park the rest take turns: the one who waits is stalled in a handler call. */
void engine_park_others(struct engine *g)
{
	struct thread *t = thread_current;
	unsigned turns = 0;

	if (g->nthreads < 2 || t->parking++ > 0)
		return;
	thread_stalls(t);
	while (__atomic_exchange_n(&g->park, 1, __ATOMIC_SEQ_CST))
		thread_relax(&turns);
	for (unsigned i = 0; i < g->nthreads; i++)
		while (g->thread[i] != t && state_of(g->thread[i]) == THREAD_BUSY)
			thread_relax(&turns);
}

void engine_unpark_others(struct engine *g)
{
	struct thread *t = thread_current;

	if (g->nthreads < 2 || --t->parking > 0)
		return;
	set_state(t, THREAD_BUSY);
	__atomic_store_n(&g->park, 0, __ATOMIC_SEQ_CST);
}

/* All others outside of elements, which may then go: whoever is inside of one goes on, and parks when
 * its task has ended; handlers that it calls meanwhile find this thread stalled. */
static void drain_others(struct engine *g)
{
	struct thread *t = thread_current;
	unsigned turns = 0;

	if (g->nthreads < 2)
		return;
	__atomic_store_n(&g->drain, 1, __ATOMIC_SEQ_CST);
	thread_stalls(t);
	for (unsigned i = 0; i < g->nthreads; i++)
		while (g->thread[i] != t && state_of(g->thread[i]) != THREAD_PARKED)
			thread_relax(&turns);
	thread_wakes(t);
}

static void end_drain(struct engine *g)
{
	__atomic_store_n(&g->drain, 0, __ATOMIC_SEQ_CST);
}

/* --- signals --- */

struct signal_use {
	struct list node;
	struct element *e;
	int signo;
	bool due; /* to be called for the signal that is being handled */
	void (*fn)(struct element *, int);
};

void signal_catch(struct element *e, int signo, void (*fn)(struct element *, int))
{
	struct signal_use *u = pool_alloc(e->router->pool, sizeof(*u));

	*u = (struct signal_use){ .e = e, .signo = signo, .fn = fn };
	list_add_tail(&e->router->signals, &u->node);
	if (e->router->live)
		(void)platform_signal(signo, true);
}

void signal_release(struct element *e, int signo)
{
	list_each(i, &e->router->signals)
	{
		struct signal_use *u = container_of(i, struct signal_use, node);

		if (u->e != e || u->signo != signo)
			continue;
		(void)platform_signal(signo, false);
		list_remove(&u->node);
		pool_release(u);
	}
}

void signals_release_all(struct router *r)
{
	list_each(i, &r->signals)
	{
		struct signal_use *u = container_of(i, struct signal_use, node);

		if (r->live)
			(void)platform_signal(u->signo, false);
		list_remove(&u->node);
	}
}

void engine_signal(struct engine *g, int signo)
{
	__atomic_fetch_or(&g->signals, 1ULL << (signo & 63), __ATOMIC_SEQ_CST);
	platform_wake(g->thread[0]);
}

static struct signal_use *next_due(struct router *r)
{
	list_each(i, &r->signals)
	{
		struct signal_use *u = container_of(i, struct signal_use, node);

		if (u->due)
			return u;
	}
	return NULL;
}

/* What is called may catch and release any signals: each time the search starts anew. */
static bool call_catchers(struct router *r, int signo)
{
	struct signal_use *u;
	bool caught = false;

	list_each(i, &r->signals)
	{
		u = container_of(i, struct signal_use, node);
		u->due = u->signo == signo;
		caught = caught || u->due;
	}
	while ((u = next_due(r))) {
		u->due = false;
		u->fn(u->e, signo);
	}
	return caught;
}

/* Those that no element catches end the run. */
static void handle_signal(struct engine *g, int signo)
{
	bool caught = g->router && call_catchers(g->router, signo);

	if (!caught && (signo == SIGINT || signo == SIGTERM))
		__atomic_store_n(&g->stop, true, __ATOMIC_RELAXED);
}

static void handle_signals(struct engine *g)
{
	uint64_t arrived = __atomic_exchange_n(&g->signals, 0, __ATOMIC_SEQ_CST);

	for (int signo = 0; arrived; signo++, arrived >>= 1)
		if (arrived & 1)
			handle_signal(g, signo);
}

/* --- calls of the owner --- */

void engine_call(struct engine *g)
{
	__atomic_store_n(&g->called, 1, __ATOMIC_SEQ_CST);
	platform_wake(g->thread[0]);
}

static bool is_called(const struct engine *g)
{
	return __atomic_load_n(&g->called, __ATOMIC_RELAXED) != 0;
}

static void handle_call(struct engine *g)
{
	if (__atomic_exchange_n(&g->called, 0, __ATOMIC_SEQ_CST))
		g->options.owner->called(g->options.owner, g);
}

/* --- watches --- */

void watch_init(struct watch *w, struct element *e,
		void (*ready)(struct element *, struct watch *, unsigned events))
{
	*w = (struct watch){ .fd = -1, .e = e, .ready = ready };
	w->thread = e->router->engine->thread[0];
	if (e->home > 0 && (unsigned)e->home < e->router->engine->nthreads)
		w->thread = e->router->engine->thread[e->home];
	list_add_tail(&e->router->watches, &w->all);
}

void watch_set(struct watch *w, int fd, unsigned events)
{
	if (!w->e)
		return;
	if (w->e->router->live && w->events && (fd != w->fd || !events))
		(void)platform_watch(w, 0);
	w->fd = fd;
	w->events = events;
	if (w->e->router->live && events)
		(void)platform_watch(w, events);
}

/* --- routers come and go --- */

void router_stop(struct router *r, int n)
{
	int old = __atomic_load_n(&r->runcount, __ATOMIC_RELAXED), new;

	do {
		if (__builtin_sub_overflow(old, n, &new))
			new = n > 0 ? INT32_MIN : INT32_MAX;
	} while (!__atomic_compare_exchange_n(&r->runcount, &old, new, false, __ATOMIC_ACQ_REL,
					      __ATOMIC_RELAXED));
	if (new <= 0)
		platform_wake(r->engine->thread[0]);
}

/* Called with other threads parked. */
void router_activate(struct router *r)
{
	r->live = true;
	list_each(i, &r->tasks)
	{
		struct task *t = container_of(i, struct task, all);

		if (t->wanted) {
			t->wanted = false;
			task_schedule(t);
		}
	}
	list_each(j, &r->timers) timer_release(container_of(j, struct timer, all));
	list_each(k, &r->watches)
	{
		struct watch *w = container_of(k, struct watch, all);

		if (w->events)
			(void)platform_watch(w, w->events);
	}
	list_each(l, &r->signals)(void)
		platform_signal(container_of(l, struct signal_use, node)->signo, true);
}

/* Called with other threads parked: nothing of r runs any more, though all is in place. */
void router_deactivate(struct router *r)
{
	list_each(i, &r->tasks)
	{
		struct task *t = container_of(i, struct task, all);
		bool wanted = t->wanted;

		task_dequeue(t);
		t->wanted = wanted;
	}
	list_each(j, &r->timers) timer_hold(container_of(j, struct timer, all));
	list_each(k, &r->watches)
	{
		struct watch *w = container_of(k, struct watch, all);

		if (w->events)
			(void)platform_watch(w, 0);
	}
	list_each(l, &r->signals)(void)
		platform_signal(container_of(l, struct signal_use, node)->signo, false);
	r->live = false;
}

static void take_state(struct element *e, struct element *old, struct error *err)
{
	const struct element_class *c = e->class;

	if (!c->take_state)
		return;
	if (c->can_take ? !c->can_take(e, old) : old->class != c)
		return;
	error_enter(err, e->at, "While hot-swapping state into '%s :: %s':", e->name, c->name);
	(void)c->take_state(e, old, err);
	error_leave(err);
}

static void take_states(struct router *r, struct router *old)
{
	struct error err = { 0 };

	for (unsigned i = 0; i < r->n; i++) {
		struct element *from = router_find(old, str_of(r->element[i]->name));

		if (from)
			take_state(r->element[i], from, &err);
	}
	if (err.out.n) {
		static const struct str channel = STR_LIT("default");
		struct str lines = str_trim(text_as_str(&err.out));

		router_chatter(r, channel, lines);
	}
	error_fini(&err);
}

static void replace(struct engine *g)
{
	struct router *old = g->router, *r = g->pending;

	drain_others(g);
	g->pending = NULL;
	if (old) {
		router_deactivate(old);
		take_states(r, old);
	}
	g->router = r;
	router_activate(r);
	g->passing = old;
	router_free(old);
	g->passing = NULL;
	end_drain(g);
}

void engine_activate(struct engine *g, struct router *r)
{
	router_free(g->pending);
	g->pending = r;
	if (!g->router)
		replace(g);
	else
		platform_wake(g->thread[0]);
}

/* --- the loop --- */

void engine_set_warp(struct engine *g, enum warp warp, double factor, int64_t wall, int64_t steady)
{
	g->warp = warp;
	g->warp_factor = factor;
	g->warp_wall = wall;
	g->warp_steady = steady;
	g->warp_real_wall = platform_wall();
	g->warp_real_steady = platform_steady();
	g->nowait = steady - g->warp_real_steady;
}

static bool signals_arrived(const struct engine *g)
{
	return __atomic_load_n(&g->signals, __ATOMIC_RELAXED) != 0;
}

/* The loop has something to see to before time may pass: it matters when time is not real. */
static bool is_wanted(const struct thread *t)
{
	const struct engine *g = t->engine;

	return t->id == 0 && (signals_arrived(g) || is_called(g) || g->stop || g->pending ||
			      (g->router && router_runcount(g->router) <= 0));
}

/* How long the thread may sleep: real ns; -1: no limit. When time is not real it is moved to
 * the next timer instead. */
static int64_t sleep_time(struct thread *t)
{
	struct engine *g = t->engine;
	int64_t at = thread_next_timer(t), left;

	if (is_wanted(t))
		return 0;
	if (at == INT64_MAX)
		return -1;
	if (g->options.simulated) {
		if (g->now < at)
			__atomic_store_n(&g->now, at, __ATOMIC_RELAXED);
		return 0;
	}
	left = at - engine_steady(g);
	if (left <= 0)
		return 0;
	if (g->warp == WARP_NOWAIT) {
		g->nowait += left;
		return 0;
	}
	return g->warp == WARP_FACTOR ? (int64_t)((double)left / g->warp_factor) : left;
}

static void round_of(struct thread *t, unsigned i)
{
	bool busy = thread_run_tasks(t, TASKS_A_ROUND);

	thread_run_timers(t);
	if (busy && t->ntasks != 0) {
		if (i % 2 == 0)
			platform_wait(t, 0);
		return;
	}
	thread_take_pending(t);
	if (t->ntasks == 0)
		platform_wait(t, sleep_time(t));
}

static void other_thread(struct thread *t)
{
	thread_wakes(t);
	for (unsigned i = 0; !__atomic_load_n(&t->engine->done, __ATOMIC_ACQUIRE); i++) {
		round_of(t, i);
		park_when_asked(t);
	}
	thread_sleeps(t);
	thread_flush_packets(t);
}

/* The run count is used up: the driver script may go on. False: the router ends. */
static bool driver_steps(struct router *r)
{
	static const struct str step = STR_LIT("step"), text = STR_LIT("router");
	int status = 0;

	if (!r->driver)
		return false;
	for (int i = 0; i < DRIVER_STEPS && status == 0 && router_runcount(r) <= 0; i++) {
		struct error err = { 0 };

		(void)handler_write(r, r->driver, step, text, &err, &status);
		chatter_error(r->driver, &err);
		error_fini(&err);
	}
	return router_runcount(r) > 0;
}

/* False: the router has ended. */
static bool check_stop(struct engine *g)
{
	if (g->stop)
		return false;
	return router_runcount(g->router) > 0 || driver_steps(g->router);
}

static void start_threads(struct engine *g)
{
	g->done = false;
	for (unsigned i = 1; i < g->nthreads; i++) {
		g->thread[i]->state = THREAD_PARKED;
		if (platform_thread_start(g->thread[i], other_thread) < 0)
			platform_panic("cannot start a thread");
	}
}

static void end_threads(struct engine *g)
{
	__atomic_store_n(&g->done, true, __ATOMIC_RELEASE);
	for (unsigned i = 1; i < g->nthreads; i++) {
		platform_wake(g->thread[i]);
		platform_thread_join(g->thread[i]);
	}
}

void engine_run(struct engine *g)
{
	struct thread *t = g->thread[0];

	start_threads(g);
	thread_wakes(t);
	for (unsigned i = 0; g->router && check_stop(g); i++) {
		round_of(t, i);
		park_when_asked(t);
		if (signals_arrived(g))
			handle_signals(g);
		if (is_called(g))
			handle_call(g);
		if (g->pending)
			replace(g);
	}
	thread_sleeps(t);
	end_threads(g);
	if (g->router && g->router->live)
		router_deactivate(g->router);
}
